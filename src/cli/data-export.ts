import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import type { Command } from "commander";
import { csvPieces } from "../adapters/candles/write-csv.ts";
import { UserError } from "../core/user-error.ts";
import { candleSource } from "./candle-source.ts";
import { addStoreFlag, storeFolder, symbolFlag, timeframeFlag } from "./data-flags.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface ExportFlags {
  readonly candles: string;
  readonly symbol: string;
  readonly timeframe?: number;
  readonly seed: string;
  readonly out: string;
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** `caucus data export`: candles of any source as CSV. */
export function registerExport(data: Command, shell: Shell): void {
  addStoreFlag(data.command("export"))
    .description("write candles of any source as CSV")
    .requiredOption("--candles <source>", "store:<exchange>, synthetic:<kind> or a file")
    .requiredOption("--symbol <symbol>", "such as BTC/USDT", symbolFlag)
    .option("--timeframe <length>", "resampled to this length, from whole candles only", timeframeFlag)
    .option("--seed <number>", "seed of a synthetic market", "1")
    .requiredOption("--out <file>", "where the CSV goes; replaced when it is there")
    .addOption(jsonOption())
    .action(async (flags: ExportFlags) => {
      const dataset = await candleSource(storeFolder(flags)).load({
        symbol: flags.symbol,
        source: flags.candles,
        timeframe: flags.timeframe ?? null,
        seed: Number(flags.seed),
        volumeIn: "base",
      });
      await writePieces(flags.out, csvPieces(dataset.series));
      const told = { file: flags.out, symbol: flags.symbol, candles: dataset.series.length, hash: dataset.hash, synthetic: dataset.synthetic };
      shell.out(flags.json ? `${JSON.stringify(told, null, 2)}\n` : `Wrote ${told.candles.toLocaleString("en-US")} candles to ${flags.out}\n`);
    });
}

/** Writes a file whole or not at all. */
async function writePieces(path: string, pieces: Iterable<string>): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  const file = await open(temporary, "wx").catch((error: unknown) => {
    throw new UserError(`${path}: cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    for (const piece of pieces) await file.write(piece);
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}
