import { mean, standardDeviation } from "./moments.ts";

/** Crypto trades every day. */
export const DAYS_A_YEAR = 365;

/** Returns of consecutive values as fractions; nothing where the value before was not positive. */
export function returnsOf(values: readonly number[]): number[] {
  const returns: number[] = [];
  for (let i = 1; i < values.length; i++) {
    const before = values[i - 1] as number;
    if (before > 0) returns.push((values[i] as number) / before - 1);
  }
  return returns;
}

/** Return of consecutive returns together, fraction. */
export function compound(returns: readonly number[]): number {
  let worth = 1;
  for (const value of returns) worth *= 1 + value;
  return worth - 1;
}

/** Deepest fall of what the returns make of 1, its start included, at the end of a period: a fraction of 0 or below. */
export function deepestFall(returns: readonly number[]): number {
  let worth = 1;
  let peak = 1;
  let deepest = 0;
  for (const value of returns) {
    worth *= 1 + value;
    peak = Math.max(peak, worth);
    deepest = Math.min(deepest, worth / peak - 1);
  }
  return deepest;
}

/** Mean over sample deviation, times the root of the periods in a year; `null` when nothing varies. */
export function sharpe(returns: readonly number[], periods = DAYS_A_YEAR): number | null {
  const deviation = standardDeviation(returns);
  const average = mean(returns);
  return average === null || deviation === null || deviation === 0 ? null : (average / deviation) * Math.sqrt(periods);
}

/** Mean over downside deviation (negative returns squared, over all n), annualised; `null` without a loss. */
export function sortino(returns: readonly number[], periods = DAYS_A_YEAR): number | null {
  const average = mean(returns);
  if (average === null) return null;
  let squares = 0;
  for (const value of returns) squares += Math.min(value, 0) ** 2;
  const downside = Math.sqrt(squares / returns.length);
  return downside === 0 ? null : (average / downside) * Math.sqrt(periods);
}

/** Sum of gains over sum of losses of the returns, at a threshold of zero; `null` without a loss. */
export function omega(returns: readonly number[]): number | null {
  return ratioOfGains(returns);
}

/** Compound annual growth as a fraction, over `days`; `null` under a day or when all is lost. */
export function cagr(start: number, end: number, days: number): number | null {
  return days < 1 || start <= 0 || end <= 0 ? null : (end / start) ** (DAYS_A_YEAR / days) - 1;
}

/** The days under which a Calmar ratio says nothing. */
export const CALMAR_MINIMUM_DAYS = 90;

/** Annual growth over the deepest drawdown (a negative fraction); `null` under 90 days or without a drawdown. */
export function calmar(annualGrowth: number | null, maxDrawdown: number, days: number): number | null {
  return annualGrowth === null || days < CALMAR_MINIMUM_DAYS || maxDrawdown === 0 ? null : annualGrowth / -maxDrawdown;
}

/** Root of the mean squared drawdown of an equity curve, over n (Martin, 1987); `null` of nothing. */
export function ulcer(equity: readonly number[]): number | null {
  if (equity.length === 0) return null;
  let peak = Number.NEGATIVE_INFINITY;
  let squares = 0;
  for (const value of equity) {
    peak = Math.max(peak, value);
    squares += (value / peak - 1) ** 2;
  }
  return Math.sqrt(squares / equity.length);
}

/** Gains over losses of a list of profits; `null` without a loss. */
export function ratioOfGains(profits: readonly number[]): number | null {
  let gains = 0;
  let losses = 0;
  for (const profit of profits) {
    if (profit > 0) gains += profit;
    else losses -= profit;
  }
  return losses === 0 ? null : gains / losses;
}

/** System quality number (Tharp): root of n times mean over sample deviation; `null` when nothing varies. */
export function sqn(profits: readonly number[]): number | null {
  const deviation = standardDeviation(profits);
  const average = mean(profits);
  return average === null || deviation === null || deviation === 0 ? null : (Math.sqrt(profits.length) * average) / deviation;
}

/** Share of profits above zero; `null` of nothing. */
export function winRate(profits: readonly number[]): number | null {
  return profits.length === 0 ? null : profits.filter((profit) => profit > 0).length / profits.length;
}

/** Average win over average loss; `null` without wins or without losses. */
export function payoff(profits: readonly number[]): number | null {
  const win = mean(profits.filter((profit) => profit > 0));
  const loss = mean(profits.filter((profit) => profit < 0));
  return win === null || loss === null ? null : win / -loss;
}
