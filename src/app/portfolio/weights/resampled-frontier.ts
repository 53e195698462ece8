import type { Matrix } from "../../../core/portfolio/matrix.ts";
import { found, type Outcome } from "../../../core/portfolio/outcome.ts";
import { resampledFrontier } from "../../../core/portfolio/resample.ts";
import { believed, type Choice, constraintsOf } from "./choose.ts";
import { estimate } from "./estimate.ts";
import type { PortfolioWeights } from "./result.ts";

/** Points of the resampled frontier: each costs a solution for every draw, and a line through fewer is as smooth. */
const MOST_POINTS = 8;
/** More draws than these move its line by less than it is wide, and it is found in one go that nothing can stop: with many symbols it takes fewer. */
const MOST_DRAWS = 200;
const MOST_WORK = 4_000;

/** The resampled frontier (Michaud, 1998), least risk first; or why there is none. */
export function resampledFrontierOf(choice: Choice, returns: Matrix, periods: number): Outcome<PortfolioWeights["resample"]["frontier"]> {
  const { settings, symbols, solve } = choice;
  const made = resampledFrontier(
    {
      returns,
      periods,
      points: Math.min(MOST_POINTS, settings.points),
      draws: Math.min(MOST_DRAWS, settings.draws, Math.ceil(MOST_WORK / symbols.length)),
      seed: settings.seed,
      constraints: constraintsOf(settings, symbols),
      names: symbols,
      riskFree: settings.riskFree,
      estimate(rows, inYear) {
        const estimated = estimate(rows, inYear, settings);
        const market = believed(choice, estimated);
        return market.ok ? market.value : estimated;
      },
    },
    solve,
  );
  if (!made.ok) return made;
  const points = made.value.frontier.map(({ mean, deviation, sharpe }, i) => {
    const band = made.value.bands[i];
    return { mean, deviation, sharpe: deviation > 0 ? sharpe : null, low: [...(band?.low ?? [])], high: [...(band?.high ?? [])] };
  });
  return found(points);
}
