/** What trials are ranked by over a half of the time. */
export type OverfittingMetric = "sharpe" | "mean";

/** How the time is cut. */
export interface CscvOptions {
  /** Even number of blocks the rows are cut into; 16 gives 12,870 halves. */
  readonly blocks: number;
  /** Sharpe unless told. */
  readonly metric?: OverfittingMetric;
}

/** Probability of backtest overfitting and what it was counted from. */
export interface Overfitting {
  /** Share 0..1 of the halves whose winner was in the worse half of the trials in the other half. */
  readonly pbo: number;
  /** One for each half: ln(w / (1 - w)) of the winner's relative rank w in the other half. */
  readonly logits: readonly number[];
  /** Share 0..1 of the halves whose winner had a metric under zero in the other half. */
  readonly loss: number;
  /** Rows used: those at the start that do not fill the blocks are left out. */
  readonly observations: number;
}

/**
 * Combinatorially symmetric cross-validation (Bailey, Borwein, Lopez de Prado, Zhu, 2017). Rows are periods, columns are trials.
 * `null` with under two trials, or with too few rows for the blocks. Winners that tie share their ranks, so that the order of the
 * columns says nothing.
 */
export function cscv(rows: readonly (readonly number[])[], { blocks, metric = "sharpe" }: CscvOptions): Overfitting | null {
  if (!Number.isInteger(blocks) || blocks < 2 || blocks % 2 !== 0) throw new RangeError(`${blocks} blocks: an even number is needed`);
  const trials = rows[0]?.length ?? 0;
  const perBlock = Math.floor(rows.length / blocks);
  const perHalf = (perBlock * blocks) / 2;
  if (trials < 2 || perBlock < 1 || (metric === "sharpe" && perHalf < 2)) return null;
  const sums = blockSums(rows, blocks, perBlock, trials);
  const logits: number[] = [];
  let losses = 0;
  const inside = new Float64Array(trials);
  const outside = new Float64Array(trials);
  const count = (chosen: Float64Array, other: Float64Array): void => {
    const { rank, value } = winnerElsewhere(chosen, other);
    const w = rank / (trials + 1);
    logits.push(Math.log(w / (1 - w)));
    if (value < 0) losses++;
  };
  eachHalf(sums, blocks, (chosen, rest) => {
    measure(chosen, perHalf, metric, inside);
    measure(rest, perHalf, metric, outside);
    // A half and its complement are both halves: each is measured once and counted from both sides.
    count(inside, outside);
    count(outside, inside);
  });
  const overfit = logits.filter((logit) => logit <= 0).length;
  return { pbo: overfit / logits.length, logits, loss: losses / logits.length, observations: perBlock * blocks };
}

/** For each block the sum of every trial, then the sum of its squares. */
function blockSums(rows: readonly (readonly number[])[], blocks: number, perBlock: number, trials: number): Float64Array[] {
  const first = rows.length - blocks * perBlock;
  return Array.from({ length: blocks }, (_, block) => {
    const sums = new Float64Array(trials * 2);
    for (let i = 0; i < perBlock; i++) {
      const row = rows[first + block * perBlock + i] ?? [];
      for (let k = 0; k < trials; k++) {
        const value = row[k] as number;
        sums[k] = (sums[k] as number) + value;
        sums[trials + k] = (sums[trials + k] as number) + value * value;
      }
    }
    return sums;
  });
}

/**
 * Visits every way to take half of the blocks, the first block always taken: the complements are the other ways. Sums
 * are added block by block on the way down, never taken off again, so that equal trials keep equal sums to the last bit.
 */
function eachHalf(sums: readonly Float64Array[], blocks: number, visit: (chosen: Float64Array, rest: Float64Array) => void): void {
  const size = sums[0]?.length ?? 0;
  const half = blocks / 2;
  const side = (): Float64Array[] => Array.from({ length: half + 1 }, () => new Float64Array(size));
  const chosen = side();
  const rest = side();
  const descend = (block: number, taken: number): void => {
    const left = block - taken;
    if (block === blocks) {
      visit(chosen[half] as Float64Array, rest[half] as Float64Array);
      return;
    }
    if (taken < half) {
      add(chosen[taken] as Float64Array, sums[block] as Float64Array, chosen[taken + 1] as Float64Array);
      descend(block + 1, taken + 1);
    }
    if (left < half && block > 0) {
      add(rest[left] as Float64Array, sums[block] as Float64Array, rest[left + 1] as Float64Array);
      descend(block + 1, taken);
    }
  };
  descend(0, 0);
}

function add(a: Float64Array, b: Float64Array, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (a[i] as number) + (b[i] as number);
}

/** A variance under this share of the mean square is rounding. */
const ROUNDING = 1e-12;

/** The metric of every trial over so many rows, from its sum and sum of squares. */
function measure(sums: Float64Array, rows: number, metric: OverfittingMetric, into: Float64Array): void {
  const trials = into.length;
  for (let k = 0; k < trials; k++) {
    const mean = (sums[k] as number) / rows;
    if (metric === "mean") {
      into[k] = mean;
      continue;
    }
    const square = (sums[trials + k] as number) / rows;
    const variance = square - mean * mean;
    // Without variation the sign alone ranks: standing still is 0, a certain gain is above all.
    if (variance <= square * ROUNDING) into[k] = mean === 0 ? 0 : mean * Number.POSITIVE_INFINITY;
    else into[k] = mean / Math.sqrt((variance * rows) / (rows - 1));
  }
}

/** The rank (1 the worst) and the value that the best trial of one half has in the other; averages over the best when they tie. */
function winnerElsewhere(here: Float64Array, there: Float64Array): { readonly rank: number; readonly value: number } {
  let best = Number.NEGATIVE_INFINITY;
  for (const value of here) if (value > best) best = value;
  let ranks = 0;
  let values = 0;
  let winners = 0;
  for (let k = 0; k < here.length; k++) {
    if (here[k] !== best) continue;
    ranks += rankOf(there, there[k] as number);
    values += there[k] as number;
    winners++;
  }
  return { rank: ranks / winners, value: values / winners };
}

/** Average rank of a value among values that hold it. */
function rankOf(values: Float64Array, value: number): number {
  let under = 0;
  let equal = 0;
  for (const other of values) {
    if (other < value) under++;
    else if (other === value) equal++;
  }
  return under + (equal + 1) / 2;
}
