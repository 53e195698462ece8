import { bootstrapInterval } from "../../core/statistics/bootstrap.ts";
import { calmar, cagr, compound, deepestFall, DAYS_A_YEAR, omega, sharpe, sortino, sqn, ulcer } from "../../core/statistics/returns.ts";
import { minimumTrackRecord, probabilisticSharpe, sharpeStatistics } from "../../core/statistics/sharpe-inference.ts";
import { THRESHOLDS } from "../../core/statistics/verdict.ts";
import { UserError } from "../../core/user-error.ts";
import type { ColumnStatistics } from "./result.ts";

/** What the figures of a column depend on besides its returns. */
export interface ColumnSettings {
  /** Periods a year. */
  readonly periods: number;
  /** Annual Sharpe ratio to be over. */
  readonly benchmarkSharpe: number;
  readonly seed: number;
  /** Resamples of each bootstrap. */
  readonly samples: number;
  /** Mean block of the bootstrap in periods. */
  readonly meanBlock: number;
  /** The resamples, where many columns share them. */
  readonly draws: readonly Int32Array[] | null;
}

/** Every figure of one column of returns. */
export function columnStatistics(name: string, returns: readonly number[], settings: ColumnSettings): ColumnStatistics {
  const { periods } = settings;
  const equity = equityOf(returns);
  const days = (returns.length / periods) * DAYS_A_YEAR;
  const total = compound(returns);
  if (!Number.isFinite(total)) throw new UserError(`column "${name}": these returns multiply to more than any number. Returns are fractions, 0.01 for 1 %.`);
  const growth = cagr(1, 1 + total, days);
  const drawdown = deepestFall(returns);
  const stats = sharpeStatistics(returns);
  const benchmark = settings.benchmarkSharpe / Math.sqrt(periods);
  const needed = stats === null ? null : minimumTrackRecord(stats, benchmark, THRESHOLDS.confidence);
  const annual = (sample: readonly number[]): number | null => sharpe(sample, periods);
  return {
    name,
    observations: returns.length,
    totalReturn: total,
    cagr: growth,
    sharpe: stats === null ? null : sharpe(returns, periods),
    sharpeInterval: stats === null ? null : intervalOf(returns, annual, settings),
    totalReturnInterval: intervalOf(returns, compound, settings),
    sortino: sortino(returns, periods),
    calmar: calmar(growth, drawdown, days),
    omega: omega(returns),
    ulcer: ulcerOf(equity),
    sqn: stats === null ? null : sqn(returns),
    maxDrawdown: drawdown,
    skewness: stats?.skewness ?? null,
    kurtosis: stats?.kurtosis ?? null,
    probabilisticSharpe: stats === null ? null : probabilisticSharpe(stats, benchmark),
    // JSON has no infinity: null says that no number of observations is enough.
    minimumTrackRecord: needed === null || !Number.isFinite(needed) ? null : needed,
  };
}

function intervalOf(returns: readonly number[], statistic: (sample: readonly number[]) => number | null, { seed, samples, meanBlock, draws }: ColumnSettings): ColumnStatistics["sharpeInterval"] {
  const found = bootstrapInterval(returns, statistic, { seed, samples, meanBlock, confidence: THRESHOLDS.confidence, ...(draws === null ? {} : { draws }) });
  return found === null ? null : { low: found.low, high: found.high };
}

/** The curve that the returns make of 1, the start included. */
function equityOf(returns: readonly number[]): number[] {
  const curve = [1];
  let value = 1;
  for (const one of returns) curve.push((value *= 1 + one));
  return curve;
}

/** The start is a high like any other, but no period: it stands in the curve and not in the count. */
function ulcerOf(equity: readonly number[]): number | null {
  const index = ulcer(equity);
  return index === null || equity.length < 2 ? null : index * Math.sqrt(equity.length / (equity.length - 1));
}
