import type { Command } from "commander";
import { loadCandles, saveCandles } from "../adapters/candles/store.ts";
import { downloadCandles } from "../adapters/ccxt/download.ts";
import { formatTimeframe } from "../core/timeframe.ts";
import { UserError } from "../core/user-error.ts";
import { addStoreFlag, instantFlag, storeFolder, symbolFlag, timeframeFlag } from "./data-flags.ts";
import { manifestLines } from "./data-list.ts";
import { createProgress } from "./progress.ts";
import { Interrupted, jsonOption, type Shell } from "./shell.ts";

interface DownloadFlags {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: number;
  readonly from: number;
  readonly to?: number;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** `caucus data download`: candles from an exchange into the store. */
export function registerDownload(data: Command, shell: Shell): void {
  addStoreFlag(data.command("download"))
    .description("download candles through ccxt; goes on where it stopped")
    .requiredOption("--exchange <id>", "ccxt's id, such as binance, kraken, bybit or okx")
    .requiredOption("--symbol <symbol>", "such as BTC/USDT", symbolFlag)
    .option("--timeframe <length>", "length of a candle", timeframeFlag, 60_000)
    .requiredOption("--from <date>", "first candle, UTC", instantFlag)
    .option("--to <date>", "end, UTC (default: now)", instantFlag)
    .addOption(jsonOption())
    .action((flags: DownloadFlags) => download(flags, shell));
}

async function download(flags: DownloadFlags, shell: Shell): Promise<void> {
  const root = storeFolder(flags);
  const timeframe = formatTimeframe(flags.timeframe);
  const shelf = { exchange: flags.exchange, symbol: flags.symbol, timeframe };
  if (flags.to !== undefined && flags.to <= flags.from) throw new UserError("--to: must be after --from.");
  const progress = createProgress(`${flags.symbol} ${timeframe}`);
  const done = await downloadCandles({
    exchange: flags.exchange,
    symbol: flags.symbol,
    timeframe,
    from: flags.from,
    to: flags.to ?? Number.POSITIVE_INFINITY,
    signal: shell.signal,
    load: async () => (await loadCandles(root, shelf))?.series ?? null,
    save: async (series, filters) => {
      await saveCandles(root, { shelf, series, source: flags.exchange, filters });
    },
    onProgress: (share, candles) => progress.update(share, `${candles.toLocaleString("en-US")} candles`),
  }).finally(() => progress.stop());
  if (done.stopped) throw new Interrupted(`${done.added.toLocaleString("en-US")} new candles are kept; the same command goes on from there.`);
  const stored = await loadCandles(root, shelf);
  if (!stored) throw new UserError(`${root}: what was stored has gone.`);
  if (flags.json) shell.out(`${JSON.stringify({ added: done.added, notes: done.notes, manifest: stored.manifest }, null, 2)}\n`);
  else {
    const notes = done.notes.map((note) => `note: ${note}\n`).join("");
    shell.out(`${done.added.toLocaleString("en-US")} new candles.\n${manifestLines([stored.manifest])}${notes}Backtest them with --candles store:${flags.exchange} --symbol ${flags.symbol}\n`);
  }
}
