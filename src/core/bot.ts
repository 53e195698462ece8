import type { AccountView, Observation, RunningAgent } from "./agent.ts";
import type { CandleSeries } from "./candle.ts";
import { GrowingBars } from "./growing-bars.ts";
import { CandleView } from "./candle-view.ts";
import { type Candidate, type CoordinatorParams, type Course, FIRST_COURSE } from "./coordinator.ts";
import type { Decision } from "./decision.ts";
import { type Fees, type SymbolFees, feesOf } from "./fill-model.ts";
import { Indicators } from "./indicators/indicators.ts";
import { IndicatorLayout } from "./indicators/layout.ts";
import { type Instrument, parseRate } from "./instrument.ts";
import { type Ledger, type SleeveAccount, createLedger, openSleeve } from "./ledger.ts";
import { OutsideLog } from "./outside-log.ts";
import { type OrderBook, createOrderBook } from "./reconcile.ts";
import { type AccountParts, type Round, createRound, portfolioOf } from "./portfolio-snapshot.ts";
import { reservedFeeRate } from "./risk.ts";
import { type Brakes, type TradingLimits, createBrakes } from "./trading-limits.ts";
import { RiskBook } from "./portfolio-risk/risk-book.ts";
import type { ProfileOverrides, RiskProfile } from "./risk-profiles.ts";
import { Learning } from "./learning/learning.ts";
import type { BarMoves, Mode, StrategyView } from "./strategy.ts";
import type { RunningStrategy, StrategyEntry } from "./strategy-entry.ts";
import type { Treasury } from "./treasury.ts";

/** A strategy of the definition, with its raw parameters. */
export interface StrategyChoice {
  readonly entry: StrategyEntry;
  readonly params: unknown;
}

/** What a bot is made of. */
export interface BotPlan {
  /** Quote, whole account. */
  readonly capitalUnits: number;
  readonly fees: Fees;
  readonly symbols: readonly { readonly instrument: Instrument; readonly bars: CandleSeries }[];
  readonly agents: readonly RunningAgent[];
  /** Names of the outside sources that its agents may look at; none unless told. */
  readonly sources?: readonly string[];
  readonly coordinator: CoordinatorParams;
  /** The owner's limits; `null` runs the strategies alone, without a council. */
  readonly profile: RiskProfile | null;
  /** Numbers that the owner put in place of those of the profile's table; `profile` has them already. */
  readonly overrides?: ProfileOverrides;
  /** What the owner decided about cash. */
  readonly treasury?: Treasury;
  readonly strategies: readonly StrategyChoice[];
  /** How many bars a running bot keeps of each symbol; all of them when absent, as in a backtest. */
  readonly keepBars?: number;
  /** Limits of real money beside those of the profile; none in a backtest unless it is to be the same as live. */
  readonly limits?: TradingLimits;
  /** Nobody will read why anything was voted or decided: reasons and evidence are left empty. */
  readonly isUnread?: boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type WritableView = Writable<StrategyView>;

/** One strategy on one symbol. */
export interface SleeveState {
  readonly account: SleeveAccount;
  readonly strategy: RunningStrategy;
  readonly view: WritableView;
  /** What the council gave it; in `view` is what it has with idle cash added. */
  readonly given: { mode: Mode; budget: number };
  readonly orders: OrderBook;
}

/** How the votes of a symbol become a decision, with the weights that its council has learned; in `inOrder` once more, in the order of the agents. */
export interface RulesInForce {
  readonly learned: Readonly<Record<string, number>>;
  readonly params: CoordinatorParams;
  readonly inOrder: readonly number[];
}

/** What agents see, written over at every decision. */
type Shown = Writable<Omit<Observation, "account">> & { readonly account: Writable<AccountView> };

/** One symbol: its market as the agents see it, its decision, its sleeves. */
export interface SymbolState {
  readonly symbol: string;
  /** As of now: a venue may change its filters. */
  instrument: Instrument;
  /** What its fills pay, in parts of RATE_SCALE. */
  readonly makerRate: number;
  readonly takerRate: number;
  /** The dearer of both, for setting money aside; 0 where a buy's fee is not paid in quote. */
  readonly buyFeeRate: number;
  /** Nothing is submitted and everything canceled, until the new filters are taken. */
  suspended: boolean;
  /** All bars, those not yet revealed included. */
  readonly bars: GrowingBars;
  readonly candles: CandleView;
  readonly indicators: Indicators;
  readonly sleeves: readonly SleeveState[];
  /** The strategies of the sleeves, as the coordinator shares capital among them. */
  readonly candidates: readonly Candidate[];
  price: number;
  /** When the newest bar that was decided on closed, epoch milliseconds; minus infinity before the first. */
  barTime: number;
  course: Course;
  decision: Decision | null;
  /** What the council has learned of its members on this symbol. */
  readonly learning: Learning;
  /** How its votes become a decision with the weights that were learned last; null before the first. */
  inForce: RulesInForce | null;
  /** What its agents were shown last, to be shown to them again; null in a run of which somebody reads what they say. */
  shown: Shown | null;
  /** Decisions taken so far, for back-off. */
  decisions: number;
}

/** Everything that a step reads and folds. It is changed in place, by `step` alone. */
export interface Bot {
  readonly plan: BotPlan;
  readonly ledger: Ledger;
  readonly symbols: ReadonlyMap<string, SymbolState>;
  readonly agentNames: readonly string[];
  /** Weight of the agents that only size: none, so that no quorum waits for one that abstains. */
  readonly sizers: Readonly<Record<string, number>>;
  peakEquity: number;
  nextOrderId: number;
  /** Symbols that the council shares the equity among: all, but in a backtest only those that have begun and are not gone. */
  sharers: number;
  /** The owner's limits now: those of the plan until the owner changes them. */
  profile: RiskProfile | null;
  /** The risk of what is held together, from the bars. */
  readonly riskBook: RiskBook;
  /** The owner's switch: `run`, or nothing new, or nothing at all, or out of everything. */
  hold: Hold;
  readonly brakes: Brakes;
  /** What was published outside, as far as it is known. */
  readonly outside: OutsideLog;
  /** Which bars have come, for strategies for the whole account. */
  readonly round: Round;
  /** The sleeves of such strategies, in the order of symbols; none in most bots. */
  readonly planners: readonly { readonly symbol: SymbolState; readonly sleeve: SleeveState }[];
  /** Shares of equity that such a strategy works with, by its name and symbol. */
  readonly claims: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Share of equity that they leave to the other strategies. */
  readonly unclaimed: number;
}

/** Who turns the switch when a stop takes orders back, and when the next start undoes that: nobody who has looked at anything. */
export const STOP = "stop";

/** What the owner's switch stands at. */
export const HOLDS = ["run", "pause", "cancel", "flatten"] as const;
export type Hold = (typeof HOLDS)[number];

/** A bot at rest: all cash, no orders, no bar revealed yet. */
export function createBot(plan: BotPlan): Bot {
  const ledger = createLedger(plan.capitalUnits);
  const symbols = new Map<string, SymbolState>();
  const layout = new IndicatorLayout();
  const parts: AccountParts = { ledger, symbols, round: createRound(), treasury: plan.treasury };
  for (const { instrument, bars } of plan.symbols) {
    const fees = feesOf(plan.fees, instrument.symbol);
    const [makerRate, takerRate] = [parseRate(fees.maker), parseRate(fees.taker)];
    const indicators = new Indicators(bars, 0, layout);
    const moves: BarMoves = { timeframe: bars.timeframe, atr: (period) => indicators.atr(period) };
    const sleeves = plan.strategies.map((choice) => createSleeve(plan, fees, ledger, instrument, choice, moves, parts));
    symbols.set(instrument.symbol, {
      symbol: instrument.symbol,
      instrument,
      makerRate,
      takerRate,
      buyFeeRate: reservedFeeRate(makerRate, takerRate, fees.currency === "quote"),
      suspended: false,
      bars: new GrowingBars(bars, plan.keepBars ?? Number.POSITIVE_INFINITY),
      candles: new CandleView(bars, 0),
      indicators,
      sleeves,
      candidates: sleeves.map(({ strategy }) => strategy),
      price: Number.NaN,
      barTime: Number.NEGATIVE_INFINITY,
      course: FIRST_COURSE,
      decision: null,
      learning: createLearning(plan),
      inForce: null,
      shown: null,
      decisions: 0,
    });
  }
  const first = plan.symbols[0];
  return {
    plan,
    ledger,
    symbols,
    agentNames: plan.agents.map((agent) => agent.name),
    sizers: Object.fromEntries(plan.agents.flatMap(({ name, sizes }) => (sizes ? [[name, 0]] : []))),
    peakEquity: first ? plan.capitalUnits / first.instrument.quoteScale : 0,
    nextOrderId: 1,
    sharers: plan.symbols.length,
    profile: plan.profile,
    riskBook: new RiskBook(),
    hold: "run",
    brakes: createBrakes(),
    outside: new OutsideLog(plan.sources ?? []),
    round: parts.round,
    planners: [...symbols.values()].flatMap((symbol) => symbol.sleeves.flatMap((sleeve) => (sleeve.strategy.isForAccount ? [{ symbol, sleeve }] : []))),
    ...claimsOf(plan),
  };
}

function claimsOf({ strategies, symbols }: BotPlan): Pick<Bot, "claims" | "unclaimed"> {
  const names = symbols.map(({ instrument }) => instrument.symbol);
  const claims = Object.fromEntries(strategies.flatMap(({ entry, params }) => (entry.wholeAccount ? [[entry.name, entry.wholeAccount.shares(params, names)] as const] : [])));
  let unclaimed = 1;
  for (const shares of Object.values(claims)) for (const share of Object.values(shares)) unclaimed -= share;
  return { claims, unclaimed: Math.max(0, unclaimed) };
}

/** Decisions from a forecast to its outcome, unless the plan says another number. */
const HORIZON = 24;

function createLearning({ agents, coordinator }: BotPlan): Learning {
  const { pool = "fixed", horizon = HORIZON, weights } = coordinator;
  return new Learning(agents.flatMap(({ name, sizes }) => (sizes ? [] : [name])), { pool, horizon, weights });
}

function createSleeve(plan: BotPlan, fees: SymbolFees, ledger: Ledger, instrument: Instrument, choice: StrategyChoice, bars: BarMoves, parts: AccountParts): SleeveState {
  const account = openSleeve(ledger, instrument, choice.entry.name);
  const startMode: Mode = plan.profile === null || choice.entry.byHand ? "active" : "wind-down";
  const view: WritableView = {
    symbol: instrument.symbol,
    time: 0,
    price: Number.NaN,
    mode: startMode,
    budget: 0,
    decision: null,
    limits: plan.profile,
    makerFee: fees.maker,
    takerFee: fees.taker,
    filters: instrument.filters,
    bars,
    lots: () => [...account.lots.keys()],
    held: (lot) => (account.lots.get(lot)?.units ?? 0) / instrument.baseScale,
    cost: (lot) => (account.lots.get(lot)?.cost ?? 0) / instrument.quoteScale,
    totalCost: () => account.cost / instrument.quoteScale,
    portfolio: () => portfolioOf(parts, choice.entry.name),
  };
  return { account, view, given: { mode: startMode, budget: 0 }, strategy: choice.entry.start(choice.params, view), orders: createOrderBook() };
}
