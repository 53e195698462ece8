import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { painter } from "../adapters/report/terminal.ts";
import type { OverfittingMetric } from "../core/statistics/overfitting.ts";
import { UserError } from "../core/user-error.ts";
import { drive } from "./drive.ts";
import { readEnvironment } from "./environment.ts";
import { createProgress } from "./progress.ts";
import { jsonOption, type Shell } from "./shell.ts";
import { statisticsText } from "./stats-text.ts";

interface StatsFlags {
  readonly trials?: number;
  readonly periods: number;
  readonly blocks: number;
  readonly metric: OverfittingMetric;
  readonly benchmarkSharpe: number;
  readonly seed: number;
  readonly equity?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Each column is one trial: a strategy, or one set of its parameters. Returns are
fractions, 0.01 for 1 %. A first line of names and a first column of dates are
recognised.

Examples:
  caucus stats returns.csv                     daily returns of one strategy
  caucus stats account.csv --equity            the value of an account each day
  caucus stats trials.csv --trials 2000        the best 50 of 2,000 that were run
  caucus stats hourly.csv --periods 8760       returns of hours
  caucus stats trials.csv --json | jq .verdict
`;

/** `caucus stats`. */
export function registerStats(program: Command, shell: Shell): void {
  program
    .command("stats")
    .description("what returns are worth: deflated Sharpe, PBO, track record, intervals, verdict")
    .argument("<returns.csv>", "a CSV file: a row for each period, a column for each trial")
    .option("--trials <n>", "every trial ever run for the choice (default: the columns)", whole(1))
    .option("--periods <n>", "periods a year", above(0), 365)
    .option("--blocks <n>", "even number of blocks for the PBO, 2 to 20", evenBlocks, 16)
    .addOption(new Option("--metric <metric>", "what the PBO ranks trials by").choices(["sharpe", "mean"]).default("sharpe"))
    .option("--benchmark-sharpe <ratio>", "annual Sharpe ratio to be over", number, 0)
    .option("--seed <n>", "seed of the bootstraps", whole(0), 1)
    .option("--equity", "the file holds values of an account, not returns")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((path: string, flags: StatsFlags) => stats(path, flags, shell));
}

async function stats(path: string, flags: StatsFlags, shell: Shell): Promise<void> {
  const { columns, colour } = readEnvironment();
  // The distributions take a moment to load, which the other commands need not wait for.
  const { readReturns } = await import("../app/statistics/returns-table.ts");
  const { statisticsSteps } = await import("../app/statistics/statistics.ts");
  const table = readReturns(await textOf(path), path, flags.equity === true);
  const result = await drive(statisticsSteps(table, { ...flags, trials: flags.trials ?? null }), createProgress("stats"), shell.signal);
  if (flags.json) shell.out(`${JSON.stringify(result, null, 2)}\n`);
  else shell.out(statisticsText(result, Math.max(60, Math.min(80, columns)), painter(colour)));
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "ENOENT") throw new UserError(`There is no file ${path}.`);
    if (code === "EISDIR") throw new UserError(`${path} is a folder. Give a CSV file.`);
    throw new UserError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function number(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError("write a number.");
  return value;
}

const above =
  (limit: number) =>
  (text: string): number => {
    const value = number(text);
    if (value <= limit) throw new InvalidArgumentError(`write a number over ${limit}.`);
    return value;
  };

const whole =
  (least: number) =>
  (text: string): number => {
    const value = number(text);
    if (!Number.isSafeInteger(value) || value < least) throw new InvalidArgumentError(`write a whole number from ${least}.`);
    return value;
  };

/** 20 blocks are 184,756 halves; more would take minutes and tell the same. */
function evenBlocks(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value % 2 !== 0 || value < 2 || value > 20) throw new InvalidArgumentError("write an even number from 2 to 20.");
  return value;
}
