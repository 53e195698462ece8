import { bootstrapDraws, defaultMeanBlock } from "../../core/statistics/bootstrap.ts";
import { median, standardDeviation } from "../../core/statistics/moments.ts";
import { cscv, type OverfittingMetric } from "../../core/statistics/overfitting.ts";
import { realityCheck } from "../../core/statistics/reality-check.ts";
import { deflatedSharpe, expectedMaximum, minimumBacktestLength, minimumTrackRecord, sharpeStatistics, type SharpeStatistics } from "../../core/statistics/sharpe-inference.ts";
import { THRESHOLDS, verdictOf } from "../../core/statistics/verdict.ts";
import { UserError } from "../../core/user-error.ts";
import { columnStatistics } from "./column.ts";
import type { ReturnsTable } from "./returns-table.ts";
import type { Statistics } from "./result.ts";

/** What the statistics of a table depend on besides its returns. */
export interface StatisticsSettings {
  /** Periods a year. */
  readonly periods: number;
  /** Every trial that the choice was made from; the number of columns when `null`. */
  readonly trials: number | null;
  /** Even number of blocks for the PBO. */
  readonly blocks: number;
  readonly metric: OverfittingMetric;
  /** Annual Sharpe ratio to be over. */
  readonly benchmarkSharpe: number;
  readonly seed: number;
}

/** Resamples of each bootstrap: the ends of a 95 % interval then rest on 25 of them each. */
const SAMPLES = 1_000;
/** Indices of resamples that are kept for all columns: 80 MB of them, no more. */
const MOST_KEPT = 20_000_000;

/** All statistics of a table, in steps that yield the share done. */
export function* statisticsSteps(table: ReturnsTable, settings: StatisticsSettings): Generator<number, Statistics> {
  const { names, rows } = table;
  const { seed } = settings;
  const trials = settings.trials ?? names.length;
  check(table, settings, trials);
  const meanBlock = defaultMeanBlock(rows.length);
  const returns = names.map((_, k) => rows.map((row) => row[k] as number));
  const draws = names.length > 1 && rows.length * SAMPLES <= MOST_KEPT ? bootstrapDraws(rows.length, SAMPLES, meanBlock, seed) : null;
  const columns: Statistics["columns"] = [];
  for (const [k, name] of names.entries()) {
    columns.push(columnStatistics(name, returns[k] ?? [], { ...settings, samples: SAMPLES, meanBlock, draws }));
    yield (0.8 * (k + 1)) / names.length;
  }
  const best = bestOf(returns, trials);
  const certain = settings.metric === "sharpe" ? new Set(returns.flatMap((column, k) => (isCertain(column) ? [k] : []))) : new Set<number>();
  const found = cscv(certain.size === 0 ? rows : rows.map((row) => row.filter((_, k) => !certain.has(k))), settings);
  yield 0.9;
  const reality = realityCheck(rows, { samples: SAMPLES, seed, meanBlock });
  const needed = best === null ? null : minimumTrackRecord(best.stats, settings.benchmarkSharpe / Math.sqrt(settings.periods), THRESHOLDS.confidence);
  const verdict = verdictOf({
    deflatedSharpe: best?.deflated ?? null,
    pbo: found?.pbo ?? null,
    observations: rows.length,
    minimumTrackRecord: needed,
    realityCheckP: reality?.p ?? null,
    totalReturn: best === null ? null : (columns[best.at]?.totalReturn ?? null),
  });
  return {
    version: 1,
    source: table.name,
    settings: { periods: settings.periods, blocks: settings.blocks, metric: settings.metric, benchmarkSharpe: settings.benchmarkSharpe, seed, samples: SAMPLES, meanBlock },
    columns,
    best: best === null ? null : bestStatistics(best, names[best.at] ?? "", trials, rows.length, settings.periods),
    overfitting: found === null ? null : { pbo: found.pbo, halves: found.logits.length, medianLogit: median(found.logits) ?? 0, loss: found.loss, observations: found.observations },
    realityCheck: reality,
    verdict: { ...verdict, reasons: [...verdict.reasons] },
    warnings: [...table.warnings, ...names.flatMap((name, k) => (certain.has(k) ? [`${name}: it never varies and has no Sharpe ratio: it cannot be the best, and the PBO leaves it out.`] : []))],
  };
}

/** Interest, not trading: it would win every half of the PBO, and is never what is chosen. Standing still does no such harm. */
function isCertain(column: readonly number[]): boolean {
  return sharpeStatistics(column) === null && column.some((value) => value !== 0);
}

function check({ names, rows, name, lastLine }: ReturnsTable, { blocks }: StatisticsSettings, trials: number): void {
  if (trials < names.length) throw new UserError(`--trials ${trials}: the file alone has ${names.length} trials. Count every one that was ever run for the choice.`);
  // Two returns are the least that vary.
  if (names.length > 1 && rows.length < blocks * 2) {
    throw new UserError(`${name}:${lastLine}: ${rows.length} returns are too few for ${blocks} blocks of at least two. Give more, or fewer blocks with --blocks.`);
  }
}

/** The column with the highest Sharpe ratio, and how likely it is over what luck would show. */
interface Best {
  readonly at: number;
  readonly stats: SharpeStatistics;
  /** Variance over the trials of their Sharpe ratios per period. */
  readonly variance: number;
  readonly deflated: number;
}

function bestOf(returns: readonly (readonly number[])[], trials: number): Best | null {
  const all = returns.map((column, at) => ({ at, stats: sharpeStatistics(column) }));
  let best: { readonly at: number; readonly stats: SharpeStatistics } | null = null;
  for (const { at, stats } of all) if (stats !== null && (best === null || stats.sharpe > best.stats.sharpe)) best = { at, stats };
  if (best === null) return null;
  const spread = standardDeviation(all.flatMap(({ stats }) => (stats === null ? [] : [stats.sharpe])));
  // Trials that are not in the file leave their spread unknown. Without edge, an estimate from T returns varies by 1 / (T - 1).
  const variance = spread === null ? 1 / (best.stats.observations - 1) : spread ** 2;
  return { ...best, variance, deflated: deflatedSharpe(best.stats, { trials, variance }) };
}

function bestStatistics({ stats, variance, deflated }: Best, name: string, trials: number, observations: number, periods: number): NonNullable<Statistics["best"]> {
  const years = minimumBacktestLength(trials, stats.sharpe * Math.sqrt(periods));
  return {
    name,
    trials,
    years: observations / periods,
    luckSharpe: Math.sqrt(variance * periods) * expectedMaximum(trials),
    deflatedSharpe: deflated,
    minimumBacktestYears: Number.isFinite(years) ? years : null,
  };
}
