import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import type { Command } from "commander";
import { csvPieces } from "../adapters/candles/write-csv.ts";
import { parseSyntheticSpec, SYNTHETIC_PREFIX } from "../app/synthetic-spec.ts";
import { createMarket, type MarketTruth } from "../core/synthetic/market.ts";
import { UserError } from "../core/user-error.ts";
import { candleSource } from "./candle-source.ts";
import { addStoreFlag, storeFolder, symbolFlag, timeframeFlag } from "./data-flags.ts";
import type { DataExport } from "./data-result.ts";
import { jsonOption, type Shell } from "./shell.ts";

interface ExportFlags {
  readonly candles: string;
  readonly symbol: string;
  readonly timeframe?: number;
  readonly seed: string;
  readonly out: string;
  readonly truth?: string;
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
    .option("--truth <file>", "of a synthetic market: its planted levels, regimes and jumps as JSON")
    .addOption(jsonOption())
    .action(async (flags: ExportFlags) => {
      const seed = seedOf(flags.seed);
      const truth = flags.truth === undefined ? null : truthOf(flags, seed);
      const dataset = await candleSource(storeFolder(flags)).load({
        symbol: flags.symbol,
        source: flags.candles,
        timeframe: flags.timeframe ?? null,
        seed,
        volumeIn: "base",
      });
      await writePieces(flags.out, csvPieces(dataset.series));
      if (flags.truth !== undefined) await writePieces(flags.truth, [`${JSON.stringify(truth, null, 2)}\n`]);
      const told: DataExport = { file: flags.out, symbol: flags.symbol, candles: dataset.series.length, hash: dataset.hash, synthetic: dataset.synthetic };
      shell.out(flags.json ? `${JSON.stringify(told, null, 2)}\n` : `Wrote ${told.candles.toLocaleString("en-US")} candles to ${flags.out}\n`);
    });
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed > 4_294_967_295) throw new UserError(`--seed ${text}: must be a whole number from 0 to 4294967295.`);
  return seed;
}

/** What the generator planted: agents can be scored against it. */
function truthOf({ candles, symbol }: ExportFlags, seed: number): MarketTruth {
  if (!candles.startsWith(SYNTHETIC_PREFIX)) throw new UserError("--truth: only a synthetic market knows its truth; give --candles synthetic:<kind>.");
  return createMarket(parseSyntheticSpec(candles, symbol, seed)).truth;
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
