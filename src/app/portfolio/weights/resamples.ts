import type { Matrix } from "../../../core/portfolio/matrix.ts";
import { createRandom } from "../../../core/random.ts";
import { equalBeside, figuresOf, type Figures, type Holding, lived } from "./account.ts";
import { believed, choose, type Choice, type Market } from "./choose.ts";
import { estimate } from "./estimate.ts";

/** What one resample of the returns led to. */
export interface Resample {
  readonly holding: Holding;
  /** Of what it chose, by the whole data. */
  readonly whole: Figures;
  /** Of what it chose, and of equal weights with the same cash, over the returns that it had not seen; null where those are too few. */
  readonly unseen: { readonly chosen: Figures; readonly equal: Figures } | null;
}

/** All resamples that gave weights, and how many did not. */
export interface Resamples {
  readonly drawn: readonly Resample[];
  readonly failed: number;
}

/** Returns not seen that make a ratio worth its name. */
const LEAST_UNSEEN = 5;

/**
 * Chooses anew on returns drawn with replacement (Efron's bootstrap), and judges each choice on the returns that it did not
 * draw: about 37 of 100. Yields the share done (0..1).
 */
export function* resampleSteps(input: {
  readonly choice: Choice;
  readonly returns: Matrix;
  readonly periods: number;
  /** What is believed of the whole data. */
  readonly market: Market;
}): Generator<number, Resamples> {
  const { choice, returns, periods, market } = input;
  const { settings } = choice;
  const random = createRandom(settings.seed).fork("weights");
  const drawn: Resample[] = [];
  let failed = 0;
  for (let draw = 0; draw < settings.draws; draw++) {
    // In the order of time, since the exponential estimate weighs by it.
    const rows = Array.from(returns, () => random.integer(returns.length)).sort((a, b) => a - b);
    const holding = chosenOn(choice, rows.map((row) => returns[row] ?? []), periods);
    if (holding === null) failed += 1;
    else {
      const seen = new Set(rows);
      const rest = returns.filter((_, row) => !seen.has(row));
      const after = (one: Holding): Figures => lived(one, rest, periods, settings.riskFree);
      drawn.push({ holding, whole: figuresOf(holding, market, settings.riskFree), unseen: rest.length < LEAST_UNSEEN ? null : { chosen: after(holding), equal: after(equalBeside(holding)) } });
    }
    yield (draw + 1) / settings.draws;
  }
  return { drawn, failed };
}

function chosenOn(choice: Choice, returns: Matrix, periods: number): Holding | null {
  const market = believed(choice, estimate(returns, periods, choice.settings));
  if (!market.ok) return null;
  const holding = choose(choice, market.value);
  return holding.ok ? holding.value : null;
}
