import type { DesiredOrder } from "../src/core/order.ts";
import { type Allotment, allot } from "../src/core/rebalance/allot.ts";
import { periodOf } from "../src/core/rebalance/calendar.ts";
import type { RebalancePlan } from "../src/core/rebalance/plan.ts";
import { isSellable } from "../src/core/sellable.ts";
import { defineStrategy, type StrategyEvent, type StrategyView } from "../src/core/strategy.ts";
import { misfitOf, rebalanceParams, type RebalanceParams, shareOf, sharesOf } from "./rebalance/params.ts";
import { fundsOf, isTooThin, planOf, rulesOf } from "./rebalance/plan-of-view.ts";

/** The memory of one symbol's part of rebalancing: plain data. */
interface RebalanceState {
  /** The plan of the whole account that is being carried out; the same in every symbol's memory. */
  readonly plan: RebalancePlan | null;
  /** Bars since it began. */
  readonly bar: number;
  /** Number of the calendar's period that was last looked at. */
  readonly period: number;
  /** The part of the plan that is ordered now. */
  readonly order: DesiredOrder | null;
  /** Counts orders; part of their keys. The next takes another number only when something was filled. */
  readonly count: number;
  readonly isTouched: boolean;
  /** The order that sells everything. */
  readonly exit: DesiredOrder | null;
}

const START: RebalanceState = { plan: null, bar: 0, period: Number.NEGATIVE_INFINITY, order: null, count: 1, isTouched: false, exit: null };
/** All that is held of a symbol is one lot, so that its cost is an average. */
const LOT = "held";
const NO_LADDER: readonly number[] = [];

type PortfolioEvent = Extract<StrategyEvent, { type: "portfolio" }>;

/** Brings the account to target weights, one sleeve a symbol; each makes the plan of all from the same view and orders its own part. */
export const rebalance = defineStrategy<RebalanceParams, RebalanceState>({
  name: "rebalance",
  title: "keeps the whole account at target weights by bands or by calendar, with the fewest orders",
  params: rebalanceParams,
  suits: {},
  onlyNamed: true,
  wholeAccount: { shares: sharesOf, misfit: misfitOf },
  initial: () => START,

  evolve(state, event, view, params) {
    const seen = event.type === "fill" ? onFill(state, event) : event.type === "portfolio" ? onPortfolio(state, event, view, params) : state;
    if (view.mode === "exit") return sellAll(seen, event, view);
    // What had to be sold all at once is sold, or is too small to be: the plans go on.
    const free = seen.exit === null ? seen : { ...seen, exit: null };
    return free.order?.side === "buy" && view.mode !== "active" ? { ...free, order: null } : free;
  },

  desired({ exit, order }) {
    return exit ? [exit] : order ? [order] : [];
  },

  watch: () => null,
  ladder: () => NO_LADDER,

  warnings(_state, view, params) {
    const portfolio = view.portfolio();
    const share = shareOf(params, view.symbol, portfolio.assets.length);
    const asset = portfolio.assets.find(({ symbol }) => symbol === view.symbol);
    if (!asset || share === 0) return [];
    const found: string[] = [];
    const least = Math.max(params.minOrder, view.filters.minNotional);
    if (share * portfolio.equity < least) found.push(`rebalance on ${view.symbol}: its target is worth ${Number((share * portfolio.equity).toPrecision(3))}, under the smallest order (${least}): it is never bought`);
    if (isTooThin(asset, params)) found.push(`rebalance on ${view.symbol}: its book is too thin: the smallest order is more than ${params.maxOrderShareOfVolume * 100} % of its median bar, so that it is not traded`);
    return found;
  },
});

function onPortfolio(state: RebalanceState, event: PortfolioEvent, view: StrategyView, params: RebalanceParams): RebalanceState {
  if (event.cause === "cash") return state.plan ? order(state, state.plan, view, params) : state;
  if (state.plan && isUnderWay(state.plan, state.bar + 1, view)) return order({ ...state, bar: state.bar + 1 }, state.plan, view, params);
  const period = periodOf(event.time, params.calendar);
  const isDue = params.calendar === "none" || period !== state.period;
  const plan = isDue ? planOf(view, params) : null;
  if (plan === null || plan.trades.length === 0) {
    return state.plan === null && state.order === null && state.period === period ? state : { ...state, plan: null, bar: 0, order: null, period };
  }
  return order({ ...state, plan, bar: 0, order: null, period }, plan, view, params);
}

/** Bars that a plan waits at its end for orders that are still open. */
const PATIENCE = 3;

function isUnderWay({ bars }: RebalancePlan, bar: number, view: StrategyView): boolean {
  if (bar < bars) return true;
  return bar < bars + PATIENCE && view.portfolio().assets.some(({ own }) => own.openBuys > 0 || own.openSells > 0);
}

/** Orders what is due of the symbol's own part, unless an order is out already. */
function order(state: RebalanceState, plan: RebalancePlan, view: StrategyView, params: RebalanceParams): RebalanceState {
  if (state.order !== null || state.exit !== null) return state;
  const portfolio = view.portfolio();
  const due: Allotment = allot(plan, portfolio.assets, { bar: state.bar, cash: fundsOf(portfolio, view).cash }, rulesOf(params));
  const quantity = due.get(view.symbol) ?? 0;
  const side = plan.trades.find(({ symbol }) => symbol === view.symbol)?.side;
  if (quantity === 0 || side === undefined || (side === "buy" && !(view.budget > 0))) return state;
  const count = state.isTouched ? state.count + 1 : state.count;
  const reason = side === "buy" ? "under its target weight" : "over its target weight, or sold for those under theirs";
  return { ...state, count, isTouched: false, order: { key: `${side}/${count}`, side, type: "market", quantity, lots: [{ lot: LOT, quantity }], reason } };
}

function onFill(state: RebalanceState, event: Extract<StrategyEvent, { type: "fill" }>): RebalanceState {
  const touched = state.isTouched ? state : { ...state, isTouched: true };
  // An order that filled before its cancel has changed what there is to sell: more than is held would be refused.
  if (state.exit) return event.key !== state.exit.key || event.complete ? { ...touched, exit: null } : touched;
  return event.complete && event.key === state.order?.key ? { ...touched, order: null } : touched;
}

/** Sells all of the symbol at the market; what no venue takes stays. */
function sellAll(state: RebalanceState, event: StrategyEvent, view: StrategyView): RebalanceState {
  // What an order still offers may fill, however little it is; only what was never filled by the next bar is left.
  if (state.exit) return event.type === "candle" && !isSellable(view, view.held(LOT)) ? { ...state, exit: null } : state;
  const quantity = view.held(LOT);
  if (!isSellable(view, quantity)) return state.order ? { ...state, order: null } : state;
  const count = state.count + 1;
  return { ...state, order: null, count, isTouched: false, exit: { key: `exit/${count}`, side: "sell", type: "market", quantity, lots: [{ lot: LOT, quantity }], reason: "everything of this symbol is sold" } };
}
