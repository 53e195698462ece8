import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import type { Override } from "../../app/definition/document.ts";
import { suggestion } from "../../app/definition/problems.ts";
import { OBJECTIVES } from "../../app/definition/search-schema.ts";
import { UserError } from "../../core/user-error.ts";
import { addDefinitionFlags, type DefinitionFlags, overridesOf } from "../definition-flags.ts";

/** What commander makes of the flags of `caucus optimize`. */
export interface OptimizeFlags extends DefinitionFlags {
  readonly agents?: string;
  readonly strategy?: string;
  readonly method?: string;
  readonly trials?: string;
  readonly objective?: string;
  readonly folds?: string;
  readonly searchSeed?: string;
  readonly workers?: string;
  readonly redis?: string;
  readonly searches: string;
  readonly apply?: string;
  readonly report?: string | boolean;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** Adds the flags of a search to those of a definition. */
export function addOptimizeFlags(command: Command): void {
  addDefinitionFlags(command);
  command
    .option("--agents <names>", "only these agents, comma separated; none runs the strategies alone")
    .option("--strategy <names>", "only these strategies, comma separated")
    .option("--trials <count>", "parameter sets tried; more than last time goes on from there")
    .option("--method <name>", "tpe, sobol or random")
    .option("--objective <names>", "sharpe, sortino, calmar, return, drawdown; several, comma separated, give a front")
    .option("--search-seed <number>", "seed of the search; --seed is the market's")
    .option("--folds <count>", "parts that the walk-forward tests out of sample")
    .option("--workers <count>", "threads (default: as many as processors); the result is the same")
    .option("--redis <url>", "let `caucus worker` on any machine run the trials; the result is the same")
    .option("--searches <folder>", "where trials are kept", "searches")
    .option("--apply <file>", "write a definition with the winner's parameters")
    .option("--report <file>", "where the HTML report goes (default: reports/search-<name>-<hash>.html)")
    .addOption(new Option("--no-report", "write no HTML report"));
}

/** The overrides that the flags mean; those of the search go where the definition has them. */
export function searchOverrides(flags: OptimizeFlags): Override[] {
  const given: [string, string | undefined, string, (text: string) => unknown][] = [
    ["--trials", flags.trials, "trials", numberOf],
    ["--method", flags.method, "method", (text) => text],
    ["--objective", flags.objective, "objectives", objectivesOf],
    ["--search-seed", flags.searchSeed, "seed", numberOf],
    ["--folds", flags.folds, "folds", numberOf],
  ];
  const own = given.flatMap(([flag, text, key, read]): Override[] => (text === undefined ? [] : [{ path: ["search", key], value: read(text), flag: `${flag} ${text}` }]));
  return [...overridesOf(flags), ...own];
}

/** A comma-separated list. */
export function namesOf(text: string): string[] {
  return text.split(",").map((one) => one.trim());
}

/** Told here, since a list from a flag has no place of its own in the definition. */
function objectivesOf(text: string): string[] {
  const names = namesOf(text);
  for (const name of names) if (!OBJECTIVES.some((one) => one === name)) throw new UserError(`--objective ${name}: there is no such objective${suggestion(name, OBJECTIVES)}`);
  return names;
}

/** A number where the text is one, so that the schema tells what is wrong with another. */
function numberOf(text: string): number | string {
  return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

const MOST_WORKERS = 256;

/** Threads to run. */
export function workersOf(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MOST_WORKERS) throw new UserError(`--workers ${text}: must be a whole number from 1 to ${MOST_WORKERS}.`);
  return count;
}
