import type { Hold } from "../core/bot.ts";
import type { Stance } from "../core/decision.ts";
import type { Side } from "../core/order.ts";
import type { RiskProfile, RiskProfileName } from "../core/risk-profiles.ts";

/** A grid on one symbol: prices in quote, amounts in base; `held` and `cost` are those of its cells. */
export interface GridView {
  readonly symbol: string;
  readonly base: string;
  readonly price: number | null;
  readonly mode: string;
  /** Lowest first; empty when no grid stands. */
  readonly levels: readonly number[];
  /** Null when no grid stands or no price is known. */
  readonly inRange: boolean | null;
  readonly orders: readonly { readonly side: Side; readonly price: number; readonly quantity: number; readonly resting: boolean }[];
  /** Cells that hold something. */
  readonly filledCells: number;
  readonly held: number;
  readonly cost: number;
  readonly budget: number;
  readonly closedProfit: number;
  readonly trips: number;
  readonly warnings: readonly string[];
}

/** A DCA deal on one symbol: prices and costs in quote, amounts in base; `held` and `cost` are those of the open deal. */
export interface DcaView {
  readonly symbol: string;
  readonly base: string;
  readonly price: number | null;
  readonly mode: string;
  readonly held: number;
  readonly cost: number;
  /** Quote per base, fees included; null when nothing is held. */
  readonly average: number | null;
  /** Null when none is set. */
  readonly takeProfit: number | null;
  /** How far the price has to rise to it, fraction; null without one. */
  readonly toTakeProfit: number | null;
  /** Buys still to be filled, highest first; price null at the market. */
  readonly rungs: readonly { readonly price: number | null; readonly quantity: number }[];
  readonly deals: number;
  readonly closedProfit: number;
  readonly budget: number;
  readonly warnings: readonly string[];
}

/** One agent's vote. `score` -1..1, `confidence` 0..1; an agent that abstained has a null score. */
export interface VoteRow {
  readonly agent: string;
  readonly score: number | null;
  readonly confidence: number;
  readonly weight: number;
  readonly reason: string;
  /** It only sizes: 0..1 of exposure; null for those that vote on direction. */
  readonly size: number | null;
  /** In words; null when it does not veto. */
  readonly veto: string | null;
  /** What its forecasts were worth so far; null for those that only size. */
  readonly worth: ForecastWorth | null;
}
/** How good forecasts were: mean Brier score, 0..1, lower is better and a coin has 0.25, over so many of them; null before the first outcome. */
export interface ForecastWorth {
  readonly brier: number | null;
  readonly rounds: number;
}
/** The votes of one symbol's last decision. */
export interface VotesView {
  readonly symbol: string;
  readonly time: number;
  readonly stance: Stance;
  readonly conviction: number;
  readonly exposure: number;
  readonly votes: readonly VoteRow[];
  /** What the pool's own forecasts were worth so far; null where no agent forecasts. */
  readonly pool: ForecastWorth | null;
}

/** The last decision in words, what would change it, and what was done lately. */
export interface WhyView {
  readonly symbol: string;
  readonly time: number;
  readonly stance: Stance;
  readonly conviction: number;
  readonly exposure: number;
  readonly reason: string;
  /** Sentences with their numbers. */
  readonly wouldChange: readonly string[];
  readonly shares: readonly { readonly strategy: string; readonly share: number }[];
  /** The newest orders and fills of the symbol, newest first. */
  readonly lately: readonly { readonly time: number; readonly text: string }[];
}

/** A support or resistance. `distance` from the price, fraction, signed; `strength` 0..1. */
export interface LevelRow {
  readonly kind: "support" | "resistance";
  readonly price: number;
  readonly distance: number | null;
  readonly strength: number;
  readonly touches: number;
}

/** What a chart is drawn from. Prices in quote, times epoch milliseconds (of the opening). */
export interface BarsView {
  readonly symbol: string;
  /** Milliseconds of one bar. */
  readonly timeframe: number;
  readonly bars: readonly Bar[];
  readonly price: number | null;
  readonly fills: readonly { readonly time: number; readonly price: number; readonly side: Side }[];
  readonly levels: readonly LevelRow[];
  /** The strategies' own prices, by strategy. */
  readonly ladders: readonly { readonly strategy: string; readonly prices: readonly number[] }[];
}
/** One candle, prices in quote. */
export interface Bar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** A price in quote with the venue's time of it, epoch milliseconds; of a candle's high or low it is the candle's opening. */
export interface PricePoint {
  readonly price: number;
  readonly time: number;
}

/** How far a price went since a time: quotes (the bid) and closed candles, those that opened before it but for their close left out. Null where nothing was seen. */
export interface ExtremesView {
  readonly low: PricePoint | null;
  readonly high: PricePoint | null;
  /** The newest price known, of whatever time. */
  readonly last: PricePoint | null;
}

/** One symbol as the council ranks it. */
export interface SignalRow {
  readonly symbol: string;
  readonly stance: Stance;
  readonly conviction: number;
  readonly exposure: number;
  readonly price: number | null;
  /** Of the price over the last day of bars, fraction; null when there are too few. */
  readonly dayChange: number | null;
  readonly time: number;
}

/** The owner's limits and how much of them is used. Shares as fractions. */
export interface RiskView {
  /** Null when no agents vote. */
  readonly profile: RiskProfile | null;
  readonly exposure: number;
  readonly drawdown: number;
  readonly dayChange: number | null;
  /** Cash that no open buy has set aside, and what of it has to stay. */
  readonly free: number;
  readonly reserve: number;
  /** What a day may lose (95 %) of what is held and on order: value at risk, and the mean of the worst twentieth. */
  readonly valueAtRisk: number;
  readonly shortfall: number;
  /** Why those two are a guess on the careful side, a sentence; null when they are none. */
  readonly guess: string | null;
  readonly quote: string;
  readonly limits: readonly { readonly name: string; readonly value: string }[];
  /** Limits that hold the bot back now, sentences. */
  readonly tripped: readonly string[];
  readonly profiles: readonly RiskProfileName[];
}

/** What works and what does not. Times epoch milliseconds. */
export interface HealthView {
  readonly time: number;
  readonly hold: Hold;
  readonly troubles: readonly string[];
  readonly failure: string | null;
  /** Whether nothing is on its way to the venue. */
  readonly settled: boolean;
  readonly waiting: number;
  readonly unknown: number;
  readonly journal: number;
  readonly lastBar: readonly { readonly symbol: string; readonly closed: number | null }[];
  readonly uptime: number;
  readonly memoryMb: number;
}

/** One entry of the journal in words. */
export interface LogRow {
  readonly sequence: number;
  readonly time: number;
  readonly type: string;
  readonly text: string;
}
