import { compound } from "../../core/statistics/returns.ts";
import type { Catalogue } from "../definition/load.ts";
import { UserError } from "../../core/user-error.ts";
import type { Dataset } from "../../ports/candles.ts";
import type { Definition } from "../definition/schema.ts";
import { type DailyRun, dailySteps, part } from "./daily.ts";
import { sharpeOrIdle } from "./metrics.ts";
import { FEW_DAYS, FEWEST_DAYS, intervalOf, type Metric, resampled, resamplingOf } from "./paired.ts";
import type { Ablation, AblationMetric, AgentWorth, CouncilRun, Gap } from "./result.ts";
import { shapleyValues } from "./shapley.ts";

/** More agents than this would be more than 64 runs. */
export const MOST_AGENTS = 6;

const METRICS: Readonly<Record<AblationMetric, Metric>> = { sharpe: sharpeOrIdle, return: compound };

/** The agents that a definition seats. */
export function councilOf(definition: Definition): string[] {
  return Object.keys(definition.agents).filter((name) => definition.agents[name] !== undefined);
}

/** Backtests that an ablation of a definition takes. Throws a `UserError` when there are no agents, or too many. */
export function runsOf(definition: Definition): number {
  const council = councilOf(definition);
  if (council.length === 0) throw new UserError(`agents: ${definition.name} has no council, so there is nothing to leave out; name some under agents.`);
  if (council.length > MOST_AGENTS) {
    throw new UserError(`agents: every subset is run, so at most ${MOST_AGENTS} agents (${2 ** MOST_AGENTS} backtests) can be judged at once; ${definition.name} has ${council.length}. Leave some out with --agents.`);
  }
  return 2 ** council.length + (equallyWeighted(definition, council) ? 0 : 1);
}

function equallyWeighted({ coordinator }: Definition, council: readonly string[]): boolean {
  return new Set(council.map((name) => coordinator.weights[name] ?? 1)).size <= 1;
}

/** Runs every subset of the council and shares the result among the agents; yields the share done (0..1). */
export function* ablateSteps(definition: Definition, datasets: readonly Dataset[], catalogue: Catalogue, metric: AblationMetric): Generator<number, Ablation> {
  const count = runsOf(definition);
  const council = councilOf(definition);
  const runs: DailyRun[] = [];
  const seats: string[][] = [];
  for (let subset = 0; subset < 2 ** council.length; subset++) {
    const seated = council.filter((_, i) => (subset & (1 << i)) !== 0);
    seats.push(seated);
    runs.push(yield* part(dailySteps(withAgents(definition, seated), datasets, catalogue), subset, count));
  }
  if (runs.length < count) {
    const equal = { ...definition, coordinator: { ...definition.coordinator, weights: {} } };
    runs.push(yield* part(dailySteps(equal, datasets, catalogue), count - 1, count));
    seats.push(council);
  }
  return judge(definition, council, seats, runs, metric);
}

function withAgents(definition: Definition, names: readonly string[]): Definition {
  return { ...definition, agents: Object.fromEntries(names.map((name) => [name, definition.agents[name]])) };
}

function judge(definition: Definition, council: readonly string[], seats: readonly (readonly string[])[], runs: readonly DailyRun[], metric: AblationMetric): Ablation {
  const measure = METRICS[metric];
  const subsets = 2 ** council.length;
  const full = runs[subsets - 1] as DailyRun;
  const days = full.returns.length;
  const resampling = resamplingOf(days, definition.seed, 1_000);
  const values = runs.map(({ returns }) => measure(returns) ?? 0);
  const draws = days < FEWEST_DAYS ? [] : resampled(runs.map(({ returns }) => returns), measure, resampling);
  /** An estimate that is a function of the values of all runs, with the interval over the same function of each draw. */
  const gap = (of: (values: readonly number[]) => number): Gap => {
    const estimate = of(values);
    return { estimate, interval: draws.length === 0 ? null : intervalOf(estimate, draws.map(of), resampling) };
  };
  const told = runs.map((run, i): CouncilRun => {
    const { totalReturn, sharpe, maxDrawdown, fills } = run.result;
    return { agents: seats[i] ?? [], value: values[i] ?? 0, totalReturn, sharpe, maxDrawdown, fills };
  });
  const at = (index: number) => (of: readonly number[]): number => of[index] as number;
  const all = at(subsets - 1);
  // The same shares are asked for once an agent and draw: counted once.
  const shared = new Map<readonly number[], readonly number[]>();
  const share = (of: readonly number[], i: number): number => {
    const known = shared.get(of) ?? shapleyValues(of.slice(0, subsets), council.length);
    shared.set(of, known);
    return known[i] as number;
  };
  return {
    version: 1,
    name: definition.name,
    definition: full.definition,
    data: full.data,
    metric,
    days,
    runs: runs.length,
    all: told[subsets - 1] as CouncilRun,
    none: told[0] as CouncilRun,
    equal: told[subsets] ?? null,
    council: gap((of) => all(of) - at(0)(of)),
    equalWeights: runs.length > subsets ? gap((of) => at(subsets)(of) - all(of)) : null,
    agents: council.map((agent, i): AgentWorth => {
      const without = at(subsets - 1 - (1 << i));
      const shapley = gap((of) => share(of, i));
      return {
        agent,
        shapley,
        leftOut: gap((of) => all(of) - without(of)),
        without: without(values),
        alone: at(1 << i)(values),
        ...verdictOf(agent, shapley, days),
      };
    }),
    subsets: told.slice(0, subsets),
    resampling,
    warnings: warningsOf(full, told.slice(0, subsets), days),
  };
}

function verdictOf(agent: string, { interval }: Gap, days: number): Pick<AgentWorth, "verdict" | "sentence"> {
  if (interval === null) {
    return { verdict: "unclear", sentence: days < FEWEST_DAYS ? `${agent}: nothing can be said from ${days} days.` : `${agent}: nothing can be said; the metric is not defined often enough.` };
  }
  if (interval.high < 0) return { verdict: "hurts", sentence: `${agent} hurts: its interval lies below zero.` };
  if (interval.low > 0) return { verdict: "helps", sentence: `${agent} helps: its interval lies above zero.` };
  return { verdict: "unclear", sentence: `${agent}: nothing can be said; what it adds is within what chance gives.` };
}

function warningsOf(full: DailyRun, subsets: readonly CouncilRun[], days: number): string[] {
  const idle = subsets.filter(({ fills }) => fills === 0);
  const warnings = [...full.warnings];
  if (days >= FEWEST_DAYS && days < FEW_DAYS) warnings.push(`${days} days give rough intervals; ${FEW_DAYS} or more are better`);
  if (idle.length > 0) {
    const named = idle.slice(0, 3).map(({ agents }) => (agents.length === 0 ? "no council" : agents.join(" + ")));
    warnings.push(`${idle.length} of the ${subsets.length} councils never traded, which counts as 0: ${named.join("; ")}${idle.length > 3 ? "; ..." : ""}`);
  }
  return warnings;
}
