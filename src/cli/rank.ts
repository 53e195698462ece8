import type { Command } from "commander";
import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { loadDatasets } from "../app/backtest/session.ts";
import type { Override } from "../app/definition/document.ts";
import { loadDefinition } from "../app/definition/load.ts";
import { marketsSchema } from "../app/definition/markets-schema.ts";
import { candidatesOf } from "../app/ranking/choose.ts";
import { rankingSteps } from "../app/ranking/ranking.ts";
import { parseInstant } from "../core/instant.ts";
import { parseTimeframe } from "../core/timeframe.ts";
import { UserError } from "../core/user-error.ts";
import type { Dataset } from "../ports/candles.ts";
import { candleSource } from "./candle-source.ts";
import { readDefinition } from "./definition-file.ts";
import { addDefinitionFlags, type DefinitionFlags, overridesOf } from "./definition-flags.ts";
import { drive } from "./drive.ts";
import { readEnvironment } from "./environment.ts";
import { storedSymbols } from "./markets.ts";
import { createProgress } from "./progress.ts";
import { rankingText } from "./rank-text.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface RankFlags extends DefinitionFlags {
  readonly symbols?: string;
  readonly held?: string;
  readonly bars?: string;
  readonly at?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Filters and weights are those of the definition's section markets; --set changes them.

Examples:
  caucus rank --symbols BTC/USDT,ETH/USDT,SOL/USDT --candles store:binance
  caucus rank --symbols store:binance --held BTC/USDT
  caucus rank coins.yaml --at 2024-01-01 --bars 1d
  caucus rank coins.yaml --set markets.filters.minVolume=1e7 --set markets.weights.momentum=2
  caucus rank coins.yaml --json | jq '.ranked[].symbol'
`;

/** `caucus rank`. */
export function registerRank(program: Command, shell: Shell): void {
  const command = program
    .command("rank")
    .description("score a list of symbols: conviction, momentum, liquidity, volatility, correlation, age")
    .argument("[definition]", "a YAML file, or the name of one in backtests/", "default");
  addDefinitionFlags(command);
  command
    .option("--symbols <list>", "symbols, comma separated, or store:<exchange> for all that are stored")
    .option("--held <symbols>", "what is held: correlation is measured to it instead of to the rest of the list")
    .option("--bars <length>", "bars that are measured (default: 1d)")
    .option("--at <date>", "only candles that had closed by then, UTC (default: the definition's `to`, else the newest close)")
    .option("--data-dir <folder>", "the candle store (default: data, or CAUCUS_DATA)")
    .addOption(jsonOption())
    .addHelpText("after", EXAMPLES)
    .action((wanted: string, flags: RankFlags) => rankSymbols(wanted, flags, shell));
}

async function rankSymbols(wanted: string, flags: RankFlags, shell: Shell): Promise<void> {
  const environment = readEnvironment();
  const dataDir = flags.dataDir ?? environment.dataDir;
  const { text, name } = await readDefinition(wanted);
  const definition = loadDefinition({ text, name, overrides: [...overridesOf(flags), ...ownOverrides(flags)], agents, strategies });
  const markets = definition.markets ?? marketsSchema.parse({});
  const candidates = await candidatesOf({ ...definition, markets }, storedSymbols(dataDir));
  const source = candleSource(dataDir);
  const datasets = await loadDatasets(candidates, source);
  const held: Dataset[] = [];
  for (const symbol of heldOf(flags.held)) held.push(datasets.find((one) => one.symbol === symbol) ?? (await loadOne(candidates, symbol, source)));
  const at = instantOf(flags.at, definition.to) ?? Math.max(...datasets.map(({ series }) => (series.time[series.length - 1] ?? 0) + series.timeframe));
  const steps = rankingSteps({ definition: candidates, agents, datasets, held, timeframe: parseTimeframe(markets.bars) ?? 0, at, filters: markets.filters, weights: markets.weights });
  const ranking = await drive(steps, createProgress("ranking"), shell.signal);
  shell.out(flags.json ? `${JSON.stringify(ranking, null, 2)}\n` : rankingText(ranking, Math.max(60, Math.min(80, environment.columns))));
}

/** The flags as keys of the section `markets`, so that they are checked as it is. */
function ownOverrides({ symbols, symbol, bars }: RankFlags): Override[] {
  const list = symbols ?? symbol;
  return [
    ...(list === undefined ? [] : [{ path: ["markets", "from"], value: list.startsWith("store:") ? list : list.split(",").map((one) => one.trim()), flag: `--symbols ${list}` }]),
    ...(bars === undefined ? [] : [{ path: ["markets", "bars"], value: bars, flag: `--bars ${bars}` }]),
  ];
}

function heldOf(text: string | undefined): string[] {
  if (text === undefined) return [];
  const symbols = [...new Set(text.split(",").map((one) => one.trim()))];
  for (const symbol of symbols) if (!/^[A-Z0-9]+\/[A-Z0-9]+$/i.test(symbol)) throw new UserError(`--held ${text}: "${symbol}" is no symbol; write such as BTC/USDT,ETH/USDT.`);
  return symbols;
}

async function loadOne(candidates: Parameters<typeof loadDatasets>[0], symbol: string, source: Parameters<typeof loadDatasets>[1]): Promise<Dataset> {
  // One file for one symbol of the list is not that of another.
  if (typeof candidates.candles === "string" && !/^(synthetic|store):/.test(candidates.candles)) throw new UserError(`--held ${symbol}: the definition names one file of candles, and it is not that symbol's; write candles as a map from symbol to file.`);
  const [dataset] = await loadDatasets({ ...candidates, symbols: [symbol] }, source);
  if (dataset === undefined) throw new UserError(`--held ${symbol}: there are no candles of it.`);
  return dataset;
}

function instantOf(flag: string | undefined, to: string | undefined): number | null {
  if (flag === undefined) return to === undefined ? null : parseInstant(to);
  const at = parseInstant(flag);
  if (!Number.isFinite(at)) throw new UserError(`--at ${flag}: write a UTC date such as 2024-01-31 or 2024-01-31T12:00.`);
  return at;
}
