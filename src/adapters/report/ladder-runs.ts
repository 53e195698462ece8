import type { LadderRecord } from "../../app/result.ts";
import { barAt } from "./downsample.ts";
import { spread } from "./thinning.ts";

/** A strategy's price levels over time: from each bar on, until the next, its prices in quote. */
export interface LadderRun {
  readonly strategy: string;
  readonly steps: readonly (readonly [bar: number, prices: readonly number[]])[];
}

/** Ladders by strategy: the last of each bar, and evenly fewer of them where they hold over `most` prices. */
export function ladderRuns(
  records: readonly LadderRecord[],
  times: readonly number[],
  most: number,
): { readonly runs: readonly LadderRun[]; readonly thinned: boolean } {
  const strategies = new Map<string, Map<number, readonly number[]>>();
  for (const record of records) {
    const byBar = strategies.get(record.strategy) ?? new Map<number, readonly number[]>();
    strategies.set(record.strategy, byBar);
    byBar.set(barAt(times, record.time), record.prices.map((price) => Number(price.toPrecision(8))));
  }
  const whole = [...strategies].map(([strategy, byBar]) => ({ strategy, steps: [...byBar].sort(([a], [b]) => a - b) }));
  const prices = whole.reduce((sum, run) => sum + pricesIn(run.steps), 0);
  if (prices <= most) return { runs: whole, thinned: false };
  const part = most / prices;
  const runs = whole.map(({ strategy, steps }) => ({ strategy, steps: spread(steps, Math.max(2, Math.floor(steps.length * part))) }));
  return { runs, thinned: true };
}

function pricesIn(steps: LadderRun["steps"]): number {
  return steps.reduce((sum, [, prices]) => sum + prices.length, 0);
}
