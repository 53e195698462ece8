import type { Command } from "commander";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { loadDatasets } from "../app/backtest/session.ts";
import { analystOf } from "../app/council/backtest-outside.ts";
import { leakageOf, leakageTasks } from "../app/council/leakage.ts";
import type { LeakageResult } from "../app/council/leakage-result.ts";
import { loadDefinition } from "../app/definition/load.ts";
import { UserError } from "../core/user-error.ts";
import { BUDGET_FLAG, readBudget } from "./budget-flag.ts";
import { candleSource } from "./candle-source.ts";
import { readDefinition } from "./definition-file.ts";
import { addDefinitionFlags, type DefinitionFlags, overridesOf } from "./definition-flags.ts";
import { drive } from "./drive.ts";
import { readEnvironment } from "./environment.ts";
import { createProgress } from "./progress.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface LeakageFlags extends DefinitionFlags {
  readonly samples: string;
  readonly budget?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  caucus leakage mine                    what it would cost
  caucus leakage mine --budget 1         asks, and compares
  caucus leakage mine --samples 300 --budget 3 --json
`;

/** `caucus leakage`. */
export function registerLeakage(program: Command, shell: Shell): void {
  const command = program
    .command("leakage")
    .description("whether the language model remembers these months: its views with and without symbol, dates and prices")
    .argument("<definition>", "a YAML file with a languageModel, or the name of one in backtests/");
  addDefinitionFlags(command);
  command
    .option("--samples <number>", "decisions that it is asked about, spread evenly", "100")
    .option(...BUDGET_FLAG)
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((wanted: string, flags: LeakageFlags) => leakage(wanted, flags, shell));
}

async function leakage(wanted: string, flags: LeakageFlags, shell: Shell): Promise<void> {
  const samples = /^\d{1,5}$/.test(flags.samples) ? Number(flags.samples) : Number.NaN;
  if (!(samples >= 2)) throw new UserError(`--samples ${flags.samples}: write a number from 2 to 99999.`);
  const budget = readBudget(flags.budget);
  const { text, name } = await readDefinition(wanted);
  const definition = loadDefinition({ text, name, overrides: overridesOf(flags), agents, strategies });
  const { languageModel: settings } = definition;
  if (settings === undefined) throw new UserError(`${name}: leakage asks a language model: name one under languageModel.`);
  const dataDir = flags.dataDir ?? readEnvironment().dataDir;
  const datasets = await loadDatasets(definition, candleSource(dataDir));
  const { fetchWithin, openReplay, storedItems } = await import("./outside.ts");
  const { pairs, horizon } = await leakageTasks({
    definition, datasets, agents, strategies, samples, settings: analystOf(definition),
    stored: (span) => storedItems(definition, dataDir, span),
    drive: (steps) => drive(steps, createProgress("decisions"), shell.signal),
  });
  const tasks = pairs.flatMap(({ masked, open }) => [masked, open]);
  const replay = await openReplay(settings, dataDir);
  try {
    const { takeStock } = await import("../app/council/outside-answers.ts");
    const { missing } = await takeStock(tasks, replay.model);
    if (missing.length > 0) await fetchWithin({ settings, folder: dataDir, budget, shell }, missing, missing, tasks.length - missing.length);
    const result = leakageOf(pairs, (await takeStock(tasks, replay.model)).answers, { model: settings.model, horizon });
    shell.out(flags.json ? `${JSON.stringify(result, null, 2)}\n` : leakageText(result));
  } finally {
    replay.close();
  }
}

const figure = (value: number | null): string => (value === null ? "?" : value.toFixed(3));

function leakageText(result: LeakageResult): string {
  const { model, samples, answered, horizon, agreement, difference, brier, better } = result;
  const rows: readonly (readonly [string, string])[] = [
    ["Model", model],
    ["Decisions", `${answered} of ${samples} answered both ways`],
    ["Agreement", agreement === null ? "?" : `${Math.round(100 * agreement)} % lean the same way`],
    ["Difference", `${figure(difference)} between the two leans, on average`],
    ["Brier, masked", `${figure(brier.masked)} after ${horizon} bars; a coin has 0.250`],
    ["Brier, told", figure(brier.told)],
    ["Better when told", better === null ? "too few answers for an interval" : `${figure(better.estimate)} (95 %: ${figure(better.low)} to ${figure(better.high)})`],
  ];
  return `${rows.map(([name, text]) => `  ${name.padEnd(18)}${text}\n`).join("")}${result.verdict}\n`;
}
