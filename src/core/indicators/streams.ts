/* eslint @typescript-eslint/no-unsafe-class-instance-assignment: "off" -- the library types its plain inputs as classes without behaviour. */
import { ADX, ATR, EMA, MACD } from "technicalindicators";
import type { CandleSeries } from "../candle.ts";

/**
 * The next value of an indicator: called once for every bar, in order, with the series as it is then and the bar's
 * index in it. The same values as the whole columns of `columns.ts`, one at a time. NaN until warm.
 */
export type IndicatorStream = (series: CandleSeries, index: number) => number;

/** What the library's objects take and give one bar at a time; its own types leave out that there is nothing before they are warm. */
interface Library<Input, Output> {
  nextValue(input: Input): Output | undefined;
}

interface Range {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

const closeAt = (series: CandleSeries, index: number): number => series.close[index] as number;

function rangeAt({ high, low, close }: CandleSeries, index: number): Range {
  return { high: high[index] as number, low: low[index] as number, close: close[index] as number };
}

/** As `ema` of the close. */
export function emaStream(period: number): IndicatorStream {
  const library: Library<number, number> = new EMA({ period, values: [] });
  return (series, index) => library.nextValue(closeAt(series, index)) ?? Number.NaN;
}

/** As the histogram of `macd`. */
export function macdStream(fast: number, slow: number, signal: number): IndicatorStream {
  const library: Library<number, { histogram?: number }> = new MACD({ values: [], fastPeriod: fast, slowPeriod: slow, signalPeriod: signal, SimpleMAOscillator: false, SimpleMASignal: false });
  return (series, index) => library.nextValue(closeAt(series, index))?.histogram ?? Number.NaN;
}

/** As `atr`. */
export function atrStream(period: number): IndicatorStream {
  const library = new ATR({ high: [], low: [], close: [], period }) as unknown as Library<Range, number>;
  return (series, index) => library.nextValue(rangeAt(series, index)) ?? Number.NaN;
}

/** As `adx`. */
export function adxStream(period: number): IndicatorStream {
  const library = new ADX({ high: [], low: [], close: [], period }) as unknown as Library<Range, { readonly adx: number }>;
  return (series, index) => {
    const row = library.nextValue(rangeAt(series, index));
    if (row === undefined) return Number.NaN;
    return Number.isFinite(row.adx) ? row.adx : 0;
  };
}

/** As `rsi`. */
export function rsiStream(period: number): IndicatorStream {
  let seen = 0;
  let gain = 0;
  let loss = 0;
  return ({ close }, index) => {
    if (seen++ === 0) return Number.NaN;
    const change = (close[index] as number) - (close[index - 1] as number);
    const up = change > 0 ? change : 0;
    const down = change < 0 ? -change : 0;
    if (seen <= period + 1) {
      gain += up / period;
      loss += down / period;
    } else {
      gain = (gain * (period - 1) + up) / period;
      loss = (loss * (period - 1) + down) / period;
    }
    if (seen <= period) return Number.NaN;
    return gain + loss === 0 ? 50 : (100 * gain) / (gain + loss);
  };
}

/** As `percentileRank` of the values of a stream, of which the last `window` are remembered. */
export function percentileStream(next: IndicatorStream, window: number): IndicatorStream {
  const kept = new Float64Array(window);
  let seen = 0;
  return (series, index) => {
    const newest = next(series, index);
    kept[seen++ % window] = newest;
    if (index < window - 1 || Number.isNaN(kept[seen % window] as number)) return Number.NaN;
    let below = 0;
    for (let k = 0; k < window; k++) if ((kept[k] as number) <= newest) below += 1;
    return below / window;
  };
}
