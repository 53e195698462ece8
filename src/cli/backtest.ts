import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { EXPORT_FORMATS, type ExportFormat, writeExport } from "../adapters/export/write.ts";
import { renderReport } from "../adapters/report/html.ts";
import { renderSummary } from "../adapters/report/summary.ts";
import { writeReport, writeWhole } from "../adapters/report/write.ts";
import { LISTS, type ListName, withLists } from "../app/backtest/output.ts";
import { backtestSession, type FinishedBacktest, loadDatasets } from "../app/backtest/session.ts";
import { looksOutside } from "../app/council/backtest-outside.ts";
import type { Override } from "../app/definition/document.ts";
import { loadDefinition } from "../app/definition/load.ts";
import { suggestion } from "../app/definition/problems.ts";
import type { Definition } from "../app/definition/schema.ts";
import type { FullBacktestOutput } from "../app/result.ts";
import { UserError } from "../core/user-error.ts";
import { BUDGET_FLAG, readBudget } from "./budget-flag.ts";
import { candleSource } from "./candle-source.ts";
import { readDefinition } from "./definition-file.ts";
import { drive } from "./drive.ts";
import { readEnvironment } from "./environment.ts";
import { addDefinitionFlags, type DefinitionFlags, overridesOf } from "./definition-flags.ts";
import { withMarkets } from "./markets.ts";
import { createProgress } from "./progress.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface BacktestFlags extends DefinitionFlags {
  readonly agents?: string;
  readonly strategy?: string;
  readonly bounds?: boolean;
  readonly with?: string;
  readonly report?: string | boolean;
  readonly export?: string;
  readonly format?: ExportFormat;
  readonly dataDir?: string;
  readonly budget?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  caucus backtest                                        the default definition, a synthetic market
  caucus backtest grid-only --bounds                     the honest span of a grid's result
  caucus backtest --candles btc-1m.csv.gz --symbol BTC/USDT
  caucus backtest --candles store:binance --symbol ETH/USDT --from 2024-01-01
  caucus backtest --agents none --strategy grid --set strategies.grid.levels=30
  caucus backtest --json --with fills,decisions > run.json
  caucus backtest --export runs/default --format parquet
`;

/** `caucus backtest`. */
export function registerBacktest(program: Command, shell: Shell): void {
  const command = program
    .command("backtest")
    .description("run a definition over historical or synthetic candles")
    .argument("[definition]", "a YAML file, or the name of one in backtests/", "default");
  addDefinitionFlags(command);
  command
    .option("--agents <names>", "only these agents, comma separated; none runs the strategies alone")
    .option("--strategy <names>", "only these strategies, comma separated")
    .option("--bounds", "run all sixteen fill models: least, base and most")
    .option("--with <lists>", `add lists to the JSON: ${LISTS.join(",")}`)
    .option("--report <file>", "where the HTML report goes (default: reports/<name>-<hash>.html)")
    .addOption(new Option("--no-report", "write no HTML report"))
    .option("--export <folder>", "write fills, roundTrips, equity and votes as files into it")
    .addOption(new Option("--format <format>", "format of the exported files (default: csv)").choices(EXPORT_FORMATS))
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .option(...BUDGET_FLAG)
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((wanted: string, flags: BacktestFlags) => backtest(wanted, flags, shell));
}

async function backtest(wanted: string, flags: BacktestFlags, shell: Shell): Promise<void> {
  const environment = readEnvironment();
  const lists = listsOf(flags.with);
  if (flags.with !== undefined && flags.json !== true) throw new UserError("--with adds lists to the JSON: give --json too.");
  if (flags.format !== undefined && flags.export === undefined) throw new UserError("--format is the format of exported files: give --export <folder> too.");
  const dataDir = flags.dataDir ?? environment.dataDir;
  const definition = await withMarkets(await definitionOf(wanted, flags, overridesOf(flags)), { dataDir, signal: shell.signal, now: null, symbolFlag: flags.symbol });
  const { output, datasets } = await run(definition, flags, dataDir, shell);
  const path = reportPath(flags, output);
  if (path !== null) await writeReport(path, renderReport(output, new Map(datasets.map(({ symbol, series }) => [symbol, series]))));
  const exported = flags.export === undefined ? [] : await writeExport(flags.export, output, flags.format ?? "csv", writeWhole);
  const shown = withLists(output, lists);
  if (flags.json) shell.out(`${JSON.stringify(shown, null, 2)}\n`);
  else shell.out(renderSummary(shown, environment) + (path === null ? "" : `Report: ${path}\n`) + exported.map((file) => `Export: ${file}\n`).join(""));
}

async function definitionOf(wanted: string, flags: BacktestFlags, overrides: readonly Override[]): Promise<Definition> {
  const { text, name } = await readDefinition(wanted);
  return loadDefinition({
    text,
    name,
    overrides,
    ...(flags.agents === undefined ? {} : { agentNames: flags.agents === "none" ? [] : names(flags.agents) }),
    ...(flags.strategy === undefined ? {} : { strategyNames: names(flags.strategy) }),
    agents,
    strategies,
  });
}

async function run(definition: Definition, flags: BacktestFlags, dataDir: string, shell: Shell): Promise<FinishedBacktest> {
  const datasets = await loadDatasets(definition, candleSource(dataDir));
  const budget = readBudget(flags.budget);
  // Loaded by those who look outside: the others need not wait for it.
  const outside = looksOutside(definition) ? await (await import("./outside.ts")).outsideFor({ definition, datasets, agents, strategies }, { dataDir, budget, shell }) : null;
  const steps = backtestSession({ definition, agents, strategies, candles: candleSource(dataDir), bounds: flags.bounds === true, lists: needsLists(flags), isThin: flags.with === undefined && flags.export === undefined, ...(outside ? { outside } : {}) }, datasets);
  return drive(steps, createProgress("backtest"), shell.signal);
}

/** Whether the report, an export or the JSON tells of decisions and votes one by one. */
function needsLists({ with: lists, report, json, export: folder }: BacktestFlags): boolean {
  return lists !== undefined || folder !== undefined || typeof report === "string" || (report !== false && json !== true);
}

const names = (text: string): string[] => text.split(",").map((one) => one.trim());

function listsOf(text: string | undefined): ListName[] {
  if (text === undefined) return [];
  return names(text).map((name) => {
    const list = LISTS.find((one) => one.toLowerCase() === name.toLowerCase());
    if (list === undefined) throw new UserError(`--with ${name}: there is no such list${suggestion(name, LISTS)}`);
    return list;
  });
}

/** The same run has the same file, another run another one. */
function reportPath(flags: BacktestFlags, output: FullBacktestOutput): string | null {
  if (typeof flags.report === "string") return flags.report;
  if (flags.report === false || flags.json === true) return null;
  const name = String(output.definition["name"]).toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
  const hash = createHash("sha256").update(JSON.stringify([output.definition, output.data.hash])).digest("hex");
  return join("reports", `${name === "" ? "run" : name}-${hash.slice(0, 8)}.html`);
}
