import { basename } from "node:path";
import type { Command } from "commander";
import { assertSound, readCandleFile } from "../adapters/candles/read.ts";
import { loadCandles, saveCandles } from "../adapters/candles/store.ts";
import { mergeSeries } from "../core/candle-merge.ts";
import type { CandleSeries } from "../core/candle.ts";
import { formatTimeframe } from "../core/timeframe.ts";
import { UserError } from "../core/user-error.ts";
import { addStoreFlag, storeFolder, symbolFlag, timeframeFlag, volumeFlag } from "./data-flags.ts";
import { manifestLines } from "./data-list.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface ImportFlags {
  readonly symbol: string;
  readonly exchange: string;
  readonly timeframe?: number;
  readonly volumeIn?: "base" | "quote";
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** `caucus data import`: candle files into the store. */
export function registerImport(data: Command, shell: Shell): void {
  addStoreFlag(data.command("import"))
    .description("import candles from CSV (plain or gz), Parquet, or freqtrade's JSON and feather")
    .argument("<files...>", "files of one symbol; several are joined by time")
    .requiredOption("--symbol <symbol>", "such as BTC/USDT", symbolFlag)
    .option("--exchange <name>", "where the candles are from", "imported")
    .option("--timeframe <length>", "length of a candle; else told from the file", timeframeFlag)
    .option("--volume-in <unit>", "what the volume column counts: base or quote", volumeFlag)
    .addOption(jsonOption())
    .action((files: string[], flags: ImportFlags) => importFiles(files, flags, shell));
}

async function importFiles(files: readonly string[], flags: ImportFlags, shell: Shell): Promise<void> {
  const root = storeFolder(flags);
  const notes: string[] = [];
  let series: CandleSeries | null = null;
  for (const path of files) {
    const file = await readCandleFile(path, {
      base: flags.symbol.split("/")[0] ?? "",
      ...(flags.timeframe === undefined ? {} : { timeframe: flags.timeframe }),
      ...(flags.volumeIn === undefined ? {} : { volumeIn: flags.volumeIn }),
    });
    assertSound(file, path);
    notes.push(...file.notes.map((note) => `${basename(path)}: ${note}`));
    series = series === null ? file.series : joined(series, file.series, path);
  }
  if (series === null) return;
  const shelf = { exchange: flags.exchange, symbol: flags.symbol, timeframe: formatTimeframe(series.timeframe) };
  const before = await loadCandles(root, shelf);
  if (before) series = joined(before.series, series, `the store (${shelf.exchange} ${shelf.symbol} ${shelf.timeframe})`);
  const manifest = await saveCandles(root, { shelf, series, source: files.map((path) => basename(path)).join(", "), notes, filters: before?.manifest.filters ?? null });
  if (flags.json) shell.out(`${JSON.stringify(manifest, null, 2)}\n`);
  else shell.out(`Imported into ${root}:\n${manifestLines([manifest])}Backtest them with --candles store:${shelf.exchange} --symbol ${shelf.symbol}\n`);
}

/** Joins two parts of one market; a candle on which they disagree stops it. */
function joined(first: CandleSeries, second: CandleSeries, where: string): CandleSeries {
  if (first.timeframe !== second.timeframe) {
    throw new UserError(`${where}: ${formatTimeframe(second.timeframe)} candles cannot be joined with ${formatTimeframe(first.timeframe)} candles.`);
  }
  const merged = mergeSeries(first, second);
  if (merged.conflict !== null) {
    throw new UserError(`${where}: ${merged.conflicts} candles are there with other numbers already, the first at ${new Date(merged.conflict).toISOString()}. Nothing was stored; import under another --exchange name, or remove the stored ones.`);
  }
  return merged.series;
}
