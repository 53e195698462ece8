import { bootstrapInterval } from "../../core/statistics/bootstrap.ts";
import { cscv } from "../../core/statistics/overfitting.ts";
import { realityCheck } from "../../core/statistics/reality-check.ts";
import { compound, DAYS_A_YEAR, sharpe } from "../../core/statistics/returns.ts";
import { deflatedSharpe, expectedMaximum, minimumBacktestLength, minimumTrackRecord, probabilisticSharpe, sharpeStatistics } from "../../core/statistics/sharpe-inference.ts";
import { standardDeviation } from "../../core/statistics/moments.ts";
import type { Honesty } from "./result.ts";
import type { Candidate } from "./runner.ts";

/** What chance alone can explain of a winner. */
export type ChanceFigures = Pick<
  Honesty,
  | "trials"
  | "observations"
  | "sharpeVariance"
  | "expectedMaximumSharpe"
  | "probabilisticSharpe"
  | "deflatedSharpe"
  | "minimumTrackRecord"
  | "minimumBacktestYears"
  | "realityCheckP"
  | "overfitting"
  | "intervals"
>;

const CONFIDENCE = 0.95;
const RESAMPLES = 1_000;
/** Halves times trials that are looked at; beyond it blocks are made coarser, which costs precision and not honesty. */
const MOST_WORK = 20_000_000;
/** A block of fewer days says nothing. */
const LEAST_DAYS = 4;

/** Judges the winner's daily returns by those of all trials it was chosen from. */
export function chanceFigures(daily: readonly number[], candidates: readonly Candidate[], seed: number): ChanceFigures {
  const columns = candidates.flatMap(({ daily: own }) => (own?.length === daily.length ? [own] : []));
  const trials = candidates.length;
  const own = sharpeStatistics(daily);
  const ratios = columns.flatMap((column) => sharpeStatistics([...column])?.sharpe ?? []);
  const variance = varianceOf(ratios, trials, daily.length);
  const annual = Math.sqrt(DAYS_A_YEAR);
  const rows = daily.map((_, day) => columns.map((column) => column[day] ?? 0));
  return {
    trials,
    observations: daily.length,
    sharpeVariance: variance,
    expectedMaximumSharpe: variance === null ? null : Math.sqrt(variance) * expectedMaximum(trials) * annual,
    probabilisticSharpe: own === null ? null : probabilisticSharpe(own, 0),
    deflatedSharpe: own === null || variance === null ? null : deflatedSharpe(own, { trials, variance }),
    minimumTrackRecord: own === null ? null : finite(minimumTrackRecord(own, 0, CONFIDENCE)),
    minimumBacktestYears: own === null ? null : finite(minimumBacktestLength(trials, own.sharpe * annual)),
    realityCheckP: realityCheck(rows, { samples: RESAMPLES, seed })?.p ?? null,
    overfitting: overfittingOf(rows, columns.length),
    intervals: {
      totalReturn: bootstrapInterval(daily, compound, { seed, samples: RESAMPLES, confidence: CONFIDENCE }),
      sharpe: bootstrapInterval(daily, (sample) => sharpe(sample), { seed, samples: RESAMPLES, confidence: CONFIDENCE }),
    },
  };
}

/** One Sharpe ratio has no spread. Where it was picked from more sets, which failed or never traded, an estimate from T returns without edge varies by 1 / (T - 1). */
function varianceOf(ratios: readonly number[], trials: number, observations: number): number | null {
  if (ratios.length === 1) return trials === 1 ? 0 : 1 / (observations - 1);
  const spread = standardDeviation(ratios);
  return spread === null ? null : spread ** 2;
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function overfittingOf(rows: readonly (readonly number[])[], trials: number): Honesty["overfitting"] {
  const blocks = [16, 14, 12, 10, 8, 6, 4].find((count) => rows.length >= count * LEAST_DAYS && halvesOf(count) * trials <= MOST_WORK);
  const found = blocks === undefined ? null : cscv(rows, { blocks });
  return found === null || blocks === undefined ? null : { pbo: found.pbo, blocks, trials, logits: [...found.logits] };
}

/** Ways to take half of so many blocks. */
function halvesOf(blocks: number): number {
  let ways = 1;
  for (let i = 1; i <= blocks / 2; i++) ways = (ways * (blocks / 2 + i)) / i;
  return ways;
}
