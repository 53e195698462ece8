import type { RunningAgent } from "./agent.ts";
import type { CandleSeries } from "./candle.ts";
import { GrowingBars } from "./growing-bars.ts";
import { CandleView } from "./candle-view.ts";
import { type CoordinatorParams, type Course, FIRST_COURSE } from "./coordinator.ts";
import type { Decision } from "./decision.ts";
import type { Fees } from "./fill-model.ts";
import { Indicators } from "./indicators/indicators.ts";
import { type Instrument, parseRate } from "./instrument.ts";
import { type Ledger, type SleeveAccount, createLedger, openSleeve } from "./ledger.ts";
import { OutsideLog } from "./outside-log.ts";
import { type OrderBook, createOrderBook } from "./reconcile.ts";
import { reservedFeeRate } from "./risk.ts";
import { type Brakes, type TradingLimits, createBrakes } from "./trading-limits.ts";
import type { RiskProfile } from "./risk-profiles.ts";
import { Learning } from "./learning/learning.ts";
import type { Mode, RunningStrategy, StrategyEntry, StrategyView } from "./strategy.ts";

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
  readonly strategies: readonly StrategyChoice[];
  /** How many bars a running bot keeps of each symbol; all of them when absent, as in a backtest. */
  readonly keepBars?: number;
  /** Limits of real money beside those of the profile; none in a backtest unless it is to be the same as live. */
  readonly limits?: TradingLimits;
  /** Nobody will read why anything was voted or decided: reasons and evidence are left empty. */
  readonly isUnread?: boolean;
}

type WritableView = { -readonly [K in keyof StrategyView]: StrategyView[K] };

/** One strategy on one symbol. */
export interface SleeveState {
  readonly account: SleeveAccount;
  readonly strategy: RunningStrategy;
  readonly view: WritableView;
  readonly orders: OrderBook;
}

/** One symbol: its market as the agents see it, its decision, its sleeves. */
export interface SymbolState {
  readonly symbol: string;
  /** As of now: a venue may change its filters. */
  instrument: Instrument;
  /** Nothing is submitted and everything canceled, until the new filters are taken. */
  suspended: boolean;
  /** All bars, those not yet revealed included. */
  readonly bars: GrowingBars;
  readonly candles: CandleView;
  readonly indicators: Indicators;
  readonly sleeves: readonly SleeveState[];
  price: number;
  course: Course;
  decision: Decision | null;
  /** What the council has learned of its members on this symbol. */
  readonly learning: Learning;
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
  readonly makerRate: number;
  readonly takerRate: number;
  readonly buyFeeRate: number;
  peakEquity: number;
  nextOrderId: number;
  openOrders: number;
  /** The owner's limits now: those of the plan until the owner changes them. */
  profile: RiskProfile | null;
  /** The owner's switch: `run`, or nothing new, or nothing at all, or out of everything. */
  hold: Hold;
  readonly brakes: Brakes;
  /** What was published outside, as far as it is known. */
  readonly outside: OutsideLog;
}

/** Who turns the switch when a stop takes orders back, and when the next start undoes that: nobody who has looked at anything. */
export const STOP = "stop";

/** What the owner's switch stands at. */
export const HOLDS = ["run", "pause", "cancel", "flatten"] as const;
export type Hold = (typeof HOLDS)[number];

/** A bot at rest: all cash, no orders, no bar revealed yet. */
export function createBot(plan: BotPlan): Bot {
  const ledger = createLedger(plan.capitalUnits);
  const makerRate = parseRate(plan.fees.maker);
  const takerRate = parseRate(plan.fees.taker);
  const symbols = new Map<string, SymbolState>();
  for (const { instrument, bars } of plan.symbols) {
    symbols.set(instrument.symbol, {
      symbol: instrument.symbol,
      instrument,
      suspended: false,
      bars: new GrowingBars(bars, plan.keepBars ?? Number.POSITIVE_INFINITY),
      candles: new CandleView(bars, 0),
      indicators: new Indicators(bars, 0),
      sleeves: plan.strategies.map((choice) => createSleeve(plan, ledger, instrument, choice)),
      price: Number.NaN,
      course: FIRST_COURSE,
      decision: null,
      learning: createLearning(plan),
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
    makerRate,
    takerRate,
    buyFeeRate: reservedFeeRate(makerRate, takerRate, plan.fees.currency === "quote"),
    peakEquity: first ? plan.capitalUnits / first.instrument.quoteScale : 0,
    nextOrderId: 1,
    openOrders: 0,
    profile: plan.profile,
    hold: "run",
    brakes: createBrakes(),
    outside: new OutsideLog(plan.sources ?? []),
  };
}

/** Decisions from a forecast to its outcome, unless the plan says another number. */
const HORIZON = 24;

function createLearning({ agents, coordinator }: BotPlan): Learning {
  const { pool = "fixed", horizon = HORIZON, weights } = coordinator;
  return new Learning(agents.flatMap(({ name, sizes }) => (sizes ? [] : [name])), { pool, horizon, weights });
}

function createSleeve(plan: BotPlan, ledger: Ledger, instrument: Instrument, choice: StrategyChoice): SleeveState {
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
    makerFee: plan.fees.maker,
    takerFee: plan.fees.taker,
    filters: instrument.filters,
    lots: () => [...account.lots.keys()],
    held: (lot) => (account.lots.get(lot)?.units ?? 0) / instrument.baseScale,
    cost: (lot) => (account.lots.get(lot)?.cost ?? 0) / instrument.quoteScale,
    totalCost: () => account.cost / instrument.quoteScale,
  };
  return { account, view, strategy: choice.entry.start(choice.params, view), orders: createOrderBook() };
}
