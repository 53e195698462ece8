import { extname } from "node:path";
import type { Command } from "commander";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { weightsText } from "../adapters/report/frontier/text.ts";
import { painter } from "../adapters/report/terminal.ts";
import { writeReport, writeWhole } from "../adapters/report/write.ts";
import { loadDatasets } from "../app/backtest/session.ts";
import { looksOutside } from "../app/council/backtest-outside.ts";
import { loadDefinition } from "../app/definition/load.ts";
import type { Definition } from "../app/definition/schema.ts";
import { type CouncilViews, councilViewSteps } from "../app/portfolio/weights/council-run.ts";
import { parseSettings, type WeightsFlags } from "../app/portfolio/weights/parse-settings.ts";
import { DEFAULTS, ESTIMATES, METHODS } from "../app/portfolio/weights/settings.ts";
import { sharedBars } from "../app/portfolio/weights/shared-bars.ts";
import { weightsSteps } from "../app/portfolio/weights/weights.ts";
import { parseInstant } from "../core/instant.ts";
import { parseTimeframe } from "../core/timeframe.ts";
import { UserError } from "../core/user-error.ts";
import type { Dataset } from "../ports/candles.ts";
import { BUDGET_FLAG, readBudget } from "./budget-flag.ts";
import { candleSource } from "./candle-source.ts";
import { readDefinition } from "./definition-file.ts";
import { addDefinitionFlags, type DefinitionFlags, overridesOf } from "./definition-flags.ts";
import { drive } from "./drive.ts";
import { readEnvironment } from "./environment.ts";
import { createProgress } from "./progress.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface PortfolioFlags extends DefinitionFlags, WeightsFlags {
  readonly bars: string;
  readonly picture?: string;
  readonly report?: string;
  readonly budget?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Weights are fractions of the whole portfolio: 0.3 or 30%.

Examples:
  caucus optimize-portfolio two-symbols
  caucus optimize-portfolio --symbol BTC/USDT,ETH/USDT,SOL/USDT --candles store:binance
  caucus optimize-portfolio coins.yaml --method min-variance --max-weight 0.4
  caucus optimize-portfolio coins.yaml --group majors=BTC/USDT,ETH/USDT:0.6 --cash 0..0.3
  caucus optimize-portfolio coins.yaml --current BTC/USDT=0.7,ETH/USDT=0.2 --turnover 0.2
  caucus optimize-portfolio coins.yaml --method black-litterman --picture frontier.png
  caucus optimize-portfolio coins.yaml --json | jq .weights
`;

/** `caucus optimize-portfolio`. */
export function registerOptimizePortfolio(program: Command, shell: Shell): void {
  const command = program
    .command("optimize-portfolio")
    .description("how much of each symbol to hold: weights, efficient frontier, and how unsure they are")
    .argument("[definition]", "a YAML file with several symbols, or the name of one in backtests/", "default");
  addDefinitionFlags(command);
  command
    .option("--method <name>", `${METHODS.join(", ")} (default: ${DEFAULTS.method})`)
    .option("--estimate <name>", `${ESTIMATES.join(", ")} (default: ${DEFAULTS.estimate})`)
    .option("--half-life <bars>", `bars after which a return counts half (default: ${DEFAULTS.halfLife})`)
    .option("--bars <length>", "bars that returns are made of", DEFAULTS.bars)
    .option("--max-weight <share>", "most of one symbol: 0.4 for each, or BTC/USDT=0.5,ETH/USDT=0.3")
    .option("--min-weight <share>", "least of one symbol, written the same way")
    .option("--group <name=symbols:max>", "most of several together, again and again: majors=BTC/USDT,ETH/USDT:0.6", (one: string, all: string[]) => [...all, one], [])
    .option("--current <weights>", "what is held now: BTC/USDT=0.5,ETH/USDT=0.3, the rest is cash")
    .option("--turnover <share>", "most that may change hands on the way from --current")
    .option("--cash <share>", "cash: 0.1 for just that, 0..0.3 for a span (default: none)")
    .option("--risk-free <rate>", "what cash earns in a year: 0.04 (default: 0)")
    .option("--risk-aversion <number>", `of mean-variance and black-litterman (default: ${DEFAULTS.riskAversion})`)
    .option("--market-weights <weights>", "how large the symbols are beside each other, for black-litterman (default: equal)")
    .option("--points <number>", `points of the frontier (default: ${DEFAULTS.points})`)
    .option("--draws <number>", `resamples that tell how unsure it is (default: ${DEFAULTS.draws})`)
    .option("--picture <file>", "draw the frontier: .png or .svg")
    .option("--report <file>", "write an HTML report")
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .option(...BUDGET_FLAG)
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((wanted: string, flags: PortfolioFlags) => optimizePortfolio(wanted, flags, shell));
}

async function optimizePortfolio(wanted: string, flags: PortfolioFlags, shell: Shell): Promise<void> {
  const environment = readEnvironment();
  const timeframe = parseTimeframe(flags.bars);
  if (timeframe === null) throw new UserError(`--bars ${flags.bars}: write a length such as 1d or 4h.`);
  const kind = flags.picture === undefined ? null : pictureKind(flags.picture);
  const { text, name } = await readDefinition(wanted);
  const definition = loadDefinition({ text, name, overrides: overridesOf(flags), agents, strategies });
  const settings = parseSettings(flags, definition.symbols, definition.seed);
  const dataDir = flags.dataDir ?? environment.dataDir;
  if (definition.symbols.length < 2) throw new UserError(`symbols: ${definition.symbols.join("")} alone has no weights to choose; name at least two, such as --symbol BTC/USDT,ETH/USDT.`);
  const datasets = await loadDatasets(definition, candleSource(dataDir));
  const bars = sharedBars(datasets, { timeframe, from: instantOr(definition.from, Number.NEGATIVE_INFINITY), to: instantOr(definition.to, Number.POSITIVE_INFINITY) });
  const council = settings.method === "black-litterman" ? await councilOf(definition, datasets, { dataDir, budget: readBudget(flags.budget), shell }) : null;
  // The solver takes a moment to load, which the other commands need not wait for.
  const { openHighs } = await import("../adapters/highs/solve.ts");
  const steps = weightsSteps({ name: definition.name, settings, bars, council, solve: await openHighs() });
  const result = await drive(steps, createProgress("resamples"), shell.signal);
  if (flags.picture !== undefined) await writeWhole(flags.picture, "the picture", await pictureOf(result, kind));
  if (flags.report !== undefined) await writeReport(flags.report, (await import("../adapters/report/frontier/page.ts")).renderWeights(result));
  const written = [["Picture", flags.picture], ["Report", flags.report]].map(([what, path]) => (path === undefined ? "" : `${what}: ${path}\n`)).join("");
  if (flags.json) shell.out(`${JSON.stringify(result, null, 2)}\n`);
  else shell.out(weightsText(result, Math.max(60, Math.min(80, environment.columns)), painter(environment.colour)) + written);
}

async function councilOf(definition: Definition, datasets: readonly Dataset[], desk: { readonly dataDir: string; readonly budget: number | undefined; readonly shell: Shell }): Promise<CouncilViews> {
  const order = { definition, datasets, agents, strategies };
  // Loaded by those who look outside: the others need not wait for it.
  const outside = looksOutside(definition) ? await (await import("./outside.ts")).outsideFor(order, desk) : null;
  const found = await drive(councilViewSteps({ ...order, ...(outside === null ? {} : { outside: outside.items }) }), createProgress("council"), desk.shell.signal);
  return { views: found.views, warnings: [...found.warnings, ...(outside?.warnings ?? [])] };
}

function instantOr(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : parseInstant(text);
}

type PictureKind = "png" | "svg";

function pictureKind(path: string): PictureKind {
  const kind = extname(path).toLowerCase();
  if (kind === ".png" || kind === ".svg") return kind === ".png" ? "png" : "svg";
  throw new UserError(`--picture ${path}: a picture is a .png or .svg file; give such a name.`);
}

async function pictureOf(result: Parameters<typeof weightsText>[0], kind: PictureKind | null): Promise<string | Uint8Array> {
  // Who wants no picture need not wait for what draws it.
  const { frontierSvg } = await import("../adapters/report/frontier/picture.ts");
  const svg = frontierSvg(result);
  return kind === "svg" ? svg : (await import("../adapters/report/frontier/png.ts")).png(svg);
}
