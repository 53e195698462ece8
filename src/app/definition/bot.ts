import type { AgentEntry, RunningAgent } from "../../core/agent.ts";
import type { BotPlan, StrategyChoice } from "../../core/bot.ts";
import { ANALYST } from "../../core/analyst.ts";
import type { StrategyEntry } from "../../core/strategy-entry.ts";
import { riskWarnings } from "./risk-problems.ts";
import { profileOf, riskOf } from "./risk-schema.ts";
import type { Definition } from "./schema.ts";
import { SOURCE_NAMES } from "./sources-schema.ts";

/** The bot of a definition, the same for a backtest, paper and live; capital in units of quote. */
export function botOf(definition: Definition, capitalUnits: number, agents: readonly AgentEntry[], strategies: readonly StrategyEntry[]): Omit<BotPlan, "symbols"> {
  const council = agents.filter(({ name }) => definition.agents[name] !== undefined);
  const chosen = strategies.filter(({ name }) => definition.strategies[name] !== undefined);
  return {
    capitalUnits,
    fees: definition.fees,
    sources: sourcesOf(definition),
    agents: council.map((entry) => entry.start(definition.agents[entry.name])),
    coordinator: { ...definition.coordinator, weights: weightsOf(definition) },
    profile: council.length > 0 ? profileOf(definition.riskProfile) : null,
    overrides: riskOf(definition.riskProfile).overrides,
    ...(definition.treasury ? { treasury: definition.treasury } : {}),
    strategies: chosen.map((entry): StrategyChoice => ({ entry, params: definition.strategies[entry.name] })),
  };
}

/** Names of what the agents of a definition may look at outside the market: its sources, and what the analyst says. */
export function sourcesOf({ sources = {}, agents }: Definition): readonly string[] {
  const named = SOURCE_NAMES.filter((name) => sources[name] !== undefined);
  return agents[ANALYST] === undefined ? named : [...named, ANALYST];
}

/** What the owner should know about the council that a definition asks for. */
export function councilWarnings(definition: Definition): readonly string[] {
  const council = Object.keys(definition.agents).filter((name) => definition.agents[name] !== undefined);
  const warnings = [...riskWarnings(definition)];
  if (council.length === 0) return warnings;
  if (!council.includes("risk-profile")) {
    warnings.push(`the agent risk-profile is not in the council: its drawdown stop does not work; the limits of ${riskOf(definition.riskProfile).name} still hold`);
  }
  if (council.includes(ANALYST) && definition.languageModel === undefined) {
    warnings.push("the agent analyst has no languageModel to ask: it abstains");
  }
  for (const name of Object.keys(weightsOf(definition))) {
    if (!council.includes(name)) warnings.push(`coordinator.weights.${name} has no effect: ${name} is not in the council`);
  }
  return warnings;
}

function weightsOf(definition: Definition): Record<string, number> {
  return Object.fromEntries(Object.entries(definition.coordinator.weights).flatMap(([name, weight]) => (weight === undefined ? [] : [[name, weight]])));
}

/** Decision bars that a running bot shows its agents before the first vote: twice what they ask for, fifty at the least. */
export function warmupBars(agents: readonly RunningAgent[]): number {
  return Math.max(50, ...agents.map((agent) => 2 * agent.warmup));
}
