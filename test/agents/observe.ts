import { agents } from "../../agents/index.ts";
import type { AccountView, Observation, Opinion } from "../../src/core/agent.ts";
import { type CandleSeries, seriesFrom } from "../../src/core/candle.ts";
import { CandleView } from "../../src/core/candle-view.ts";
import { Indicators } from "../../src/core/indicators/indicators.ts";
import { NOTHING_OUTSIDE, type OutsideView } from "../../src/core/outside.ts";
import { OutsideLog } from "../../src/core/outside-log.ts";

const HOUR = 3_600_000;

/** Hourly bars from closes: each opens where the last one closed and reaches a little beyond both. */
export function hours(closes: readonly number[], reach = 0.002): CandleSeries {
  return seriesFrom(
    closes.map((close, i) => {
      const open = closes[i - 1] ?? close;
      return { time: i * HOUR, open, high: Math.max(open, close) * (1 + reach), low: Math.min(open, close) * (1 - reach), close, volume: 100 };
    }),
    HOUR,
  );
}

/** What an agent sees at the close of the last of `length` bars. */
export function observation(series: CandleSeries, account: Partial<AccountView> = {}, length = series.length): Observation {
  return {
    symbol: "BTC/USDT",
    time: length * HOUR,
    candles: new CandleView(series, length),
    indicators: new Indicators(series, length),
    account: { equity: 10_000, drawdown: 0, exposure: 0, totalExposure: 0, ...account },
    outside: NOTHING_OUTSIDE,
  };
}

/** What the outside says of a market on an ordinary day, for agents that look there. */
export function moodOf(market: string): OutsideView {
  const values = [["fear-greed", 18, null], ["funding", 0.0005, null], ["order-flow", 0.4, null], ["analyst", 0.8, market]] as const;
  const log = new OutsideLog(values.map(([source]) => source));
  for (const [source, value, symbol] of values) log.take({ source, id: "1", symbol, published: 0, fetched: 0, known: 0, expires: Number.MAX_SAFE_INTEGER, value, text: null, score: null });
  return log.view(market, 1);
}

/** The same of the market of `observation`. */
export const MOOD: OutsideView = moodOf("BTC/USDT");

/** The opinion of an agent with its default parameters, or those given. */
export function opinionOf(name: string, seen: Observation, params: unknown = {}): Opinion | null {
  const entry = agents.find((agent) => agent.name === name);
  if (!entry) throw new Error(`no agent ${name}`);
  return entry.start(params).vote(seen);
}
