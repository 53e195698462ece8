import type { CandleSeries } from "../candle.ts";

/** Log returns from close to close, each with the open time (epoch milliseconds) of the bar that it ends with. */
export interface BarReturns {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** Log returns of bars that follow one another: over a gap there is none, since it would be longer than one bar. */
export function barReturns({ time, close, timeframe, length }: CandleSeries): BarReturns {
  const times: number[] = [];
  const values: number[] = [];
  for (let i = 1; i < length; i++) {
    if ((time[i] as number) - (time[i - 1] as number) !== timeframe) continue;
    times.push(time[i] as number);
    values.push(Math.log((close[i] as number) / (close[i - 1] as number)));
  }
  return { times, values };
}
