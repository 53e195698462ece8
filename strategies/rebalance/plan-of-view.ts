import type { PortfolioAsset, PortfolioView } from "../../src/core/portfolio-view.ts";
import type { Funds, Holding, RebalanceRules } from "../../src/core/rebalance/moves.ts";
import { type RebalancePlan, planRebalance } from "../../src/core/rebalance/plan.ts";
import { MARKET_MARGIN } from "../../src/core/risk.ts";
import type { StrategyView } from "../../src/core/strategy.ts";
import { type RebalanceParams, shareOf } from "./params.ts";

/** What is bought up to a limit is refused when the price moves a little: targets keep the margin of a market order under it. */
const UNDER_LIMIT = 1 / (1 + MARKET_MARGIN);
/** What the gate sets aside for the roundings of one order's fees, quote, at the most. */
const ROUNDINGS = 1e-5;

/** The rules of a plan, from the parameters. */
export function rulesOf({ band, to, minOrder }: RebalanceParams): RebalanceRules {
  return { ...band, to, minOrder, margin: MARKET_MARGIN };
}

/** Money that a plan or its orders may count on now. */
export function fundsOf({ equity, cash, setAside, reserve, assets }: PortfolioView, { limits }: Pick<StrategyView, "limits">): Funds {
  let worth = 0;
  for (const asset of assets) worth += asset.worth;
  const room = limits ? limits.maxExposure * equity - worth - setAside : Number.POSITIVE_INFINITY;
  return { equity, cash: Math.max(0, Math.min(cash - reserve, room) - ROUNDINGS * assets.length), room };
}

/** A plan with what it was made of besides the portfolio. */
interface Known {
  readonly text: string;
  readonly limits: StrategyView["limits"];
  readonly plan: RebalancePlan;
}

/** By the portfolio as it was seen: every symbol's sleeve asks for the plan of all. */
const known = new WeakMap<PortfolioView, Known>();

/** What is planned for the whole account now: the same for each sleeve that sees the same portfolio. */
export function planOf(view: StrategyView, params: RebalanceParams): RebalancePlan {
  const portfolio = view.portfolio();
  const { limits } = view;
  const text = textOf(params);
  const before = known.get(portfolio);
  if (before?.text === text && before.limits === limits) return before.plan;
  const plan = make(view, portfolio, params);
  known.set(portfolio, { text, limits, plan });
  return plan;
}

const texts = new WeakMap<RebalanceParams, string>();

function textOf(params: RebalanceParams): string {
  const text = texts.get(params) ?? JSON.stringify(params);
  texts.set(params, text);
  return text;
}

function make(view: StrategyView, portfolio: PortfolioView, params: RebalanceParams): RebalancePlan {
  const rules = rulesOf(params);
  const { equity, assets } = portfolio;
  const targets = targetsOf(assets, equity, params, view.limits);
  const largest = (view.limits?.maxOrderShare ?? 1) * equity * UNDER_LIMIT;
  const holdings: Holding[] = [];
  let freed = 0;
  for (let i = 0; i < assets.length; i++) {
    const asset = assets[i] as PortfolioAsset;
    const { own, price, filters } = asset;
    if (!asset.isLive) continue;
    // An order of an earlier plan is canceled by this one, and gives back what it has set aside.
    freed += own.openBuys * price;
    holdings.push({
      symbol: asset.symbol,
      price,
      held: own.held,
      target: targets[i] ?? 0,
      mayBuy: asset.mayBuy,
      fee: asset.fee,
      filters,
      most: () => mostOf(asset, largest, params),
    });
  }
  const funds = fundsOf(portfolio, view);
  return planRebalance(holdings, { ...funds, cash: funds.cash + freed, room: funds.room + freed }, rules);
}

/** Base in one order at the most; 0 when the smallest that is allowed is more. */
function mostOf(asset: PortfolioAsset, largest: number, params: RebalanceParams): number {
  const most = Math.min(params.maxOrderShareOfVolume * asset.volume(), largest / asset.price);
  return most >= leastOf(asset, params) ? most : 0;
}

/** Base of the smallest order that the venue and the owner allow. */
function leastOf({ price, filters }: PortfolioAsset, { minOrder }: RebalanceParams): number {
  return Math.max(filters.minQuantity, filters.quantityStep, Math.max(minOrder, filters.minNotional) / price);
}

/** Whether the book of a symbol is too thin for the smallest order. */
export function isTooThin(asset: PortfolioAsset, params: RebalanceParams): boolean {
  return asset.isLive && params.maxOrderShareOfVolume * asset.volume() < leastOf(asset, params);
}

/**
 * Shares of equity that are wanted, in the order of the assets: the weight times what the council lets into the market, not above
 * what the profile allows one symbol, and all together not above what it allows the market, what other strategies hold taken off.
 */
function targetsOf(assets: readonly PortfolioAsset[], equity: number, params: RebalanceParams, limits: StrategyView["limits"]): number[] {
  let others = 0;
  let sum = 0;
  const targets = assets.map(({ symbol, exposure, worth, held, own, price }) => {
    const byOthers = held > own.held ? (worth - own.held * price) / equity : 0;
    const most = limits ? Math.max(0, limits.maxSymbolShare * UNDER_LIMIT - byOthers) : 1;
    const target = Math.min(shareOf(params, symbol, assets.length) * exposure, most);
    others += byOthers;
    sum += target;
    return target;
  });
  const room = limits ? Math.max(0, limits.maxExposure * UNDER_LIMIT - others) : Number.POSITIVE_INFINITY;
  return sum > room ? targets.map((target) => (target * room) / sum) : targets;
}
