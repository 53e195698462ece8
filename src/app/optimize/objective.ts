import type { Objective } from "../definition/search-schema.ts";
import type { TrialFigures } from "./result.ts";
import type { TrialOutcome } from "./trial.ts";

type Compared = Pick<TrialFigures, "totalReturn" | "cagr" | "sharpe" | "sortino" | "calmar" | "maxDrawdown">;

/** An objective of a run, higher is better; `null` where it is not defined. */
export function objectiveOf(figures: Compared, objective: Objective): number | null {
  switch (objective) {
    case "calmar":
      return figures.calmar ?? shortCalmar(figures);
    case "return":
      return figures.totalReturn;
    case "drawdown":
      return figures.maxDrawdown;
    default:
      return figures[objective];
  }
}

/** Annual growth of a few weeks is not worth telling, but it compares runs of the same weeks, as a walk-forward has to. */
function shortCalmar({ cagr, maxDrawdown }: Compared): number | null {
  return cagr === null || maxDrawdown === 0 ? null : cagr / -maxDrawdown;
}

/** All objectives of an outcome; none of a failed one. */
export function objectivesOf(outcome: TrialOutcome, objectives: readonly Objective[]): (number | null)[] {
  return objectives.map((objective) => (outcome.state === "done" ? objectiveOf(outcome.figures, objective) : null));
}
