import type { CandleSeries } from "../../core/candle.ts";

/** Moves under this, fractions, are summed up; what lies over it is multiplied one by one. */
const SMALL = 0.02;
/** Terms of the logarithm: what is left out of one move is under 0.02^9 / 9, less than a double can tell beside 1. */
const TERMS = 8;
/** Sums of so many moves are added up, so that a million of them lose no more digits than a thousand. */
const PART = 1_024;

/** The moves of a series from close to close, as far as the growth of a mixture asks for them. */
export interface Moves {
  /** Sums of the powers 1 to 8 of all small ones. */
  readonly powers: Float64Array;
  readonly large: readonly number[];
}

/** The moves of a series from the close at `from` on. */
export function movesOf({ close, length }: CandleSeries, from: number): Moves {
  const powers = new Float64Array(TERMS);
  const part = new Float64Array(TERMS);
  const large: number[] = [];
  for (let i = from + 1; i < length; i++) {
    const move = (close[i] as number) / (close[i - 1] as number) - 1;
    if (Math.abs(move) < SMALL) {
      for (let k = 0, power = move; k < TERMS; k++, power *= move) part[k] = (part[k] as number) + power;
    } else large.push(move);
    if (i % PART === 0 || i === length - 1) {
      for (let k = 0; k < TERMS; k++) powers[k] = (powers[k] as number) + (part[k] as number);
      part.fill(0);
    }
  }
  return { powers, large };
}

/**
 * Value of 1 of which a share, 0..1, is held all the time, brought back to it at every close: the product of 1 + share x move. A chain of a
 * million multiplications, each waiting for the one before, was a tenth of a run; the logarithm's series, ln(1 + x) = x - x^2 / 2 + x^3 / 3 ..., needs the sums alone.
 */
export function mixedGrowth({ powers, large }: Moves, share: number): number {
  let logarithm = 0;
  for (let k = TERMS; k >= 1; k--) logarithm += ((k % 2 === 1 ? 1 : -1) * share ** k * (powers[k - 1] as number)) / k;
  let growth = Math.exp(logarithm);
  for (const move of large) growth *= 1 + share * move;
  return growth;
}
