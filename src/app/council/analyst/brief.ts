import { ANALYST } from "../../../core/analyst.ts";
import type { Vote } from "../../../core/agent.ts";
import type { CandleView } from "../../../core/candle-view.ts";
import type { Decision } from "../../../core/decision.ts";
import type { Indicators } from "../../../core/indicators/indicators.ts";
import { formatTimeframe } from "../../../core/timeframe.ts";

/** What one agent said, in numbers. */
interface AgentBrief {
  readonly agent: string;
  readonly score: number;
  readonly confidence: number;
  readonly numbers: Readonly<Record<string, number>>;
}

/** All that the analyst is told of a decision: numbers that code has computed, and names that code has given. No text of others is in it. */
export interface Brief {
  /** Absent when masked, as are time and price. */
  readonly symbol?: string;
  readonly time?: string;
  readonly lastClose?: number;
  /** Length of a bar. */
  readonly bar: string;
  /** Change of the price, percent, by bars back; null before there are as many. */
  readonly changePercent: Readonly<Record<string, number | null>>;
  /** Share of the last bars whose range was smaller than that of now, percent; null before it is warm. */
  readonly rangeRankPercent: number | null;
  readonly agents: readonly AgentBrief[];
}

/** Where a brief looks: bars and indicators up to the decision. */
export interface BriefView {
  readonly candles: CandleView;
  readonly indicators: Indicators;
}

const BACK = [1, 6, 24, 168];
const ATR_PERIOD = 14;
const RANK_WINDOW = 168;
/** Evidence of these names is a price. */
const PRICE_NAME = /^(support|resistance|price|level|stop|target|open|high|low|close|entry|exit|atr|ema|sma|vwap)s?$/i;
/** A number this near to the price, when prices are as high as this, is taken for one whatever it is called. */
const HIGH_PRICE = 500;
const NEAR = 4;

/** The brief of a decision; null when nobody but agents that size has voted. A masked one names no market, no date and no price. */
export function briefOf(decision: Decision, { candles, indicators }: BriefView, masked: boolean): Brief | null {
  const votes = decision.votes.filter((vote) => vote.size === undefined && vote.agent !== ANALYST);
  if (votes.length === 0 || candles.length === 0) return null;
  const close = candles.close(0);
  const rank = indicators.atrPercentile(ATR_PERIOD, RANK_WINDOW);
  return {
    ...(masked ? {} : { symbol: decision.symbol, time: new Date(decision.time).toISOString(), lastClose: rounded(close) }),
    bar: formatTimeframe(candles.timeframe),
    changePercent: Object.fromEntries(BACK.map((back) => [String(back), back < candles.length ? rounded(100 * (close / candles.close(back) - 1)) : null])),
    rangeRankPercent: Number.isFinite(rank) ? Math.round(100 * rank) : null,
    agents: votes.map((vote) => agentBrief(vote, close, masked)),
  };
}

/** The brief as the model reads it. */
export function briefText(brief: Brief): string {
  return JSON.stringify(brief);
}

function agentBrief({ agent, score, confidence, evidence, levels = [] }: Vote, close: number, masked: boolean): AgentBrief {
  const prices = new Set(levels.map(({ price }) => price));
  const isPrice = (name: string, value: number): boolean =>
    PRICE_NAME.test(name) || prices.has(value) || (close >= HIGH_PRICE && value > close / NEAR && value < close * NEAR);
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(evidence)) {
    if (typeof value !== "number" || !Number.isFinite(value)) continue;
    if (masked && isPrice(name, value)) numbers[`${name}PercentOfPrice`] = rounded((100 * value) / close);
    else numbers[name] = rounded(value);
  }
  return { agent, score: rounded(score), confidence: rounded(confidence), numbers };
}

/** Four significant digits: more would be noise, and as good as a date for whoever remembers prices. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
