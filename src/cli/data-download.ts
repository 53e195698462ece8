import type { Command } from "commander";
import { loadCandles, saveCandles } from "../adapters/candles/store.ts";
import { downloadCandles } from "../adapters/ccxt/download.ts";
import { SOURCE_NAMES } from "../app/definition/sources-schema.ts";
import { formatTimeframe } from "../core/timeframe.ts";
import { UserError } from "../core/user-error.ts";
import { addStoreFlag, instantFlag, storeFolder, symbolFlag, timeframeFlag } from "./data-flags.ts";
import { downloadSource } from "./data-download-source.ts";
import type { CandleDownload } from "./data-result.ts";
import { manifestLines } from "./data-list.ts";
import { exchangeUses, openEgress, proxyUses } from "./egress.ts";
import { createProgress } from "./progress.ts";
import { Interrupted, jsonOption, type Shell } from "./shell.ts";

interface DownloadFlags extends Flags {
  readonly exchange: string;
  readonly symbol: string;
  readonly from: number;
}

interface Flags {
  readonly source?: string;
  readonly exchange?: string;
  readonly symbol?: string;
  readonly timeframe: number;
  readonly from?: number;
  readonly to?: number;
  readonly url?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** `caucus data download`: candles from an exchange, or what a source outside the market says, into the store. */
export function registerDownload(data: Command, shell: Shell): void {
  addStoreFlag(data.command("download"))
    .description("download candles through ccxt, or what a source tells; goes on where it stopped")
    .option("--source <name>", `instead of candles: ${SOURCE_NAMES.join(", ")}`)
    .option("--exchange <id>", "ccxt's id, such as binance, kraken, bybit or okx")
    .option("--symbol <symbol>", "such as BTC/USDT", symbolFlag)
    .option("--timeframe <length>", "length of a candle", timeframeFlag, 60_000)
    .option("--from <date>", "first candle or publication, UTC", instantFlag)
    .option("--to <date>", "end, UTC (default: now)", instantFlag)
    .option("--url <address>", "another address of the exchange or source, for the local one or a mirror")
    .addOption(jsonOption())
    .action((flags: Flags) => (flags.source === undefined ? download(whole(flags), shell) : downloadSource({ ...flags, source: flags.source }, storeFolder(flags), shell)));
}

/** The flags of candles: which, of which market, and from when. */
function whole(flags: Flags): DownloadFlags {
  const { exchange, symbol, from } = flags;
  if (exchange === undefined) throw new UserError("--exchange: say where from, such as --exchange binance.");
  if (symbol === undefined) throw new UserError("--symbol: say of which market, such as --symbol BTC/USDT.");
  if (from === undefined) throw new UserError("--from: say from when, such as --from 2024-01-01.");
  return { ...flags, exchange, symbol, from };
}

async function download(flags: DownloadFlags, shell: Shell): Promise<void> {
  const root = storeFolder(flags);
  const timeframe = formatTimeframe(flags.timeframe);
  const shelf = { exchange: flags.exchange, symbol: flags.symbol, timeframe };
  if (flags.to !== undefined && flags.to <= flags.from) throw new UserError("--to: must be after --from.");
  openEgress(shell, [...exchangeUses(flags.exchange, flags.url, `the exchange ${flags.exchange}`), ...proxyUses()]);
  const progress = createProgress(`${flags.symbol} ${timeframe}`);
  const done = await downloadCandles({
    exchange: flags.exchange,
    symbol: flags.symbol,
    timeframe,
    from: flags.from,
    to: flags.to ?? Number.POSITIVE_INFINITY,
    signal: shell.signal,
    ...(flags.url === undefined ? {} : { url: flags.url }),
    load: async () => (await loadCandles(root, shelf))?.series ?? null,
    save: async (series, filters) => {
      await saveCandles(root, { shelf, series, source: flags.exchange, filters });
    },
    onProgress: (share, candles) => progress.update(share, `${candles.toLocaleString("en-US")} candles`),
  }).finally(() => progress.stop());
  if (done.stopped) throw new Interrupted(`${done.added.toLocaleString("en-US")} new candles are kept; the same command goes on from there.`);
  const stored = await loadCandles(root, shelf);
  if (!stored) throw new UserError(`${root}: what was stored has gone.`);
  if (flags.json) shell.out(`${JSON.stringify({ added: done.added, notes: done.notes, manifest: stored.manifest } satisfies CandleDownload, null, 2)}\n`);
  else {
    const notes = done.notes.map((note) => `note: ${note}\n`).join("");
    shell.out(`${done.added.toLocaleString("en-US")} new candles.\n${manifestLines([stored.manifest])}${notes}Backtest them with --candles store:${flags.exchange} --symbol ${flags.symbol}\n`);
  }
}
