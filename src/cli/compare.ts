import type { Command } from "commander";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { decimal, percent, signed } from "../adapters/report/format.ts";
import { renderComparison } from "../adapters/report/comparison/html.ts";
import { fit, tableLines, wrap } from "../adapters/report/terminal.ts";
import { writeReport } from "../adapters/report/write.ts";
import { loadDatasets } from "../app/backtest/session.ts";
import { type Override, parseSet } from "../app/definition/document.ts";
import { loadDefinition } from "../app/definition/load.ts";
import type { Definition } from "../app/definition/schema.ts";
import { type ComparedDefinition, compareSteps } from "../app/honesty/comparison.ts";
import type { Comparison, Gap } from "../app/honesty/result.ts";
import type { BacktestResult } from "../app/result.ts";
import { UserError } from "../core/user-error.ts";
import type { CandleSource } from "../ports/candles.ts";
import { candleSource } from "./candle-source.ts";
import { readDefinition } from "./definition-file.ts";
import { addDefinitionFlags, type DefinitionFlags, overridesOf } from "./definition-flags.ts";
import { drive } from "./drive.ts";
import { readEnvironment } from "./environment.ts";
import { createProgress } from "./progress.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface CompareFlags extends DefinitionFlags {
  readonly setA?: readonly string[];
  readonly setB?: readonly string[];
  readonly report?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  caucus compare default --set-b agents=none        what the council is worth
  caucus compare default --set-a strategies.grid.levels=16 \\
                         --set-b strategies.grid.levels=32
  caucus compare mine.yaml grid-only --candles store:binance --symbol BTC/USDT
  caucus compare default --set-b fees.maker=0 --json > comparison.json
`;

/** `caucus compare`. */
export function registerCompare(program: Command, shell: Shell): void {
  const again = (one: string, all: readonly string[]): string[] => [...all, one];
  const command = program
    .command("compare")
    .description("run two definitions over the same candles and say whether their difference is more than chance")
    .argument("<a>", "a YAML file, or the name of one in backtests/")
    .argument("[b]", "another one; left out, A again with what --set-b changes");
  addDefinitionFlags(command);
  command
    .option("--set-a <key=value>", "any key of A alone, again and again", again, [])
    .option("--set-b <key=value>", "any key of B alone, again and again", again, [])
    .option("--report <file>", "also write the comparison as an HTML page")
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((a: string, b: string | undefined, flags: CompareFlags) => compare(a, b, flags, shell));
}

async function compare(a: string, b: string | undefined, flags: CompareFlags, shell: Shell): Promise<void> {
  const environment = readEnvironment();
  const { setA = [], setB = [] } = flags;
  if (b === undefined && setA.length === 0 && setB.length === 0) throw new UserError("compare: give a second definition, or say with --set-b key=value what B does otherwise.");
  const first = await definitionOf(a, flags, setA, "--set-a");
  const second = await definitionOf(b ?? a, flags, setB, "--set-b");
  const candles = candleSource(flags.dataDir ?? environment.dataDir);
  const [sideA, sideB] = await load(first, second, candles);
  const comparison = await drive(compareSteps(sideA, sideB, { agents, strategies }, first.seed), createProgress("compare"), shell.signal);
  if (flags.report !== undefined) await writeReport(flags.report, renderComparison(comparison, new Map(sideA.datasets.map(({ symbol, series }) => [symbol, series]))));
  const written = flags.report === undefined ? "" : `Report: ${flags.report}\n`;
  shell.out(flags.json ? `${JSON.stringify(comparison, null, 2)}\n` : render(comparison, Math.max(40, Math.min(80, environment.columns))) + written);
}

async function definitionOf(wanted: string, flags: CompareFlags, own: readonly string[], flag: string): Promise<Definition> {
  const { text, name } = await readDefinition(wanted);
  const overrides: Override[] = [...overridesOf(flags), ...own.map((one) => ({ ...parseSet(one), flag: `${flag} ${one}` }))];
  return loadDefinition({ text, name, overrides, agents, strategies });
}

/** Loads the candles of both, once where both ask for the same. */
async function load(a: Definition, b: Definition, candles: CandleSource): Promise<[ComparedDefinition, ComparedDefinition]> {
  const wish = ({ symbols, candles: source, seed, volumeIn, timeframe }: Definition): string => JSON.stringify([symbols, source, seed, volumeIn, timeframe.fill]);
  const datasets = await loadDatasets(a, candles);
  return [
    { definition: a, datasets },
    { definition: b, datasets: wish(a) === wish(b) ? datasets : await loadDatasets(b, candles) },
  ];
}

function render(comparison: Comparison, width: number): string {
  const { a, b, data, difference, resampling } = comparison;
  const lines = [
    ...(data.synthetic ? [fit("SYNTHETIC MARKET: generated candles that no exchange ever traded", width)] : []),
    fit(`A  ${a.name}`, width),
    fit(`B  ${b.name}${comparison.changed.length === 0 ? "" : `  (other: ${comparison.changed.join(", ")})`}`, width),
    fit(`${data.symbols.map(({ symbol }) => symbol).join(", ")}, ${comparison.days.length} days, data ${data.hash.slice(0, 12)}`, width),
    "",
    ...wrap(comparison.verdict.sentence, width),
    "",
    ...figureLines(a.result, b.result, width),
    "",
    ...tableLines(
      [
        { head: "B less A", align: "left", drop: 0, cells: ["return", "mean day", "Sharpe", "drawdown, ends of days"] },
        { head: "difference", align: "right", drop: 0, cells: gapCells(difference, (gap, text) => (gap.estimate === null ? "n/a" : text(gap.estimate))) },
        { head: "95 % from", align: "right", drop: 0, cells: gapCells(difference, (gap, text) => (gap.interval ? text(gap.interval.low) : "n/a")) },
        { head: "to", align: "right", drop: 0, cells: gapCells(difference, (gap, text) => (gap.interval ? text(gap.interval.high) : "n/a")) },
      ],
      width,
    ),
    "",
    ...wrap(daysSentence(comparison), width),
    ...wrap(`Intervals: ${resampling.method}, ${resampling.samples} samples, blocks of ${resampling.meanBlock} days on average, seed ${resampling.seed}.`, width),
    ...[...comparison.warnings, ...a.warnings.map((one) => `A: ${one}`), ...b.warnings.map((one) => `B: ${one}`)].flatMap((one) => wrap(`Note: ${one}.`, width)),
  ];
  return `${lines.join("\n")}\n`;
}

/** Each difference in its own unit. */
function gapCells(difference: Comparison["difference"], cell: (gap: Gap, text: (value: number) => string) => string): string[] {
  const daily = (value: number): string => `${signed(value * 100, 4)} %`;
  return [cell(difference.totalReturn, percent), cell(difference.dailyReturn, daily), cell(difference.sharpe, (value) => signed(value, 2)), cell(difference.maxDrawdown, percent)];
}

function figureLines(a: BacktestResult, b: BacktestResult, width: number): string[] {
  const ratio = (value: number | null): string => (value === null ? "n/a" : decimal(value, 2));
  const rows: readonly (readonly [string, (result: BacktestResult) => string])[] = [
    ["return", (result) => percent(result.totalReturn)],
    ["hold, equal exposure", (result) => percent(result.buyAndHold.equalExposureReturn)],
    ["max drawdown", (result) => percent(result.maxDrawdown)],
    ["Sharpe", (result) => ratio(result.sharpe)],
    ["Calmar", (result) => ratio(result.calmar)],
    ["exposure", (result) => `${decimal(result.exposure * 100, 1)} %`],
    ["fills", (result) => decimal(result.fills, 0)],
    ["fees, quote", (result) => decimal(result.feesPaid, 2)],
  ];
  return tableLines(
    [
      { head: "", align: "left", drop: 0, cells: rows.map(([name]) => name) },
      { head: "A", align: "right", drop: 0, cells: rows.map(([, text]) => text(a)) },
      { head: "B", align: "right", drop: 0, cells: rows.map(([, text]) => text(b)) },
    ],
    width,
  );
}

function daysSentence({ better, correlation, days }: Comparison): string {
  const together = correlation === null ? "one of them never moved, so their days have no correlation" : `daily returns correlate ${decimal(correlation, 2)}`;
  return `Of ${days.length} days A was better on ${better.a}, B on ${better.b}, even on ${better.even}; ${together}.`;
}
