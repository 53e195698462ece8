import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { type CandleReport, checkCandles } from "../../core/candle-check.ts";
import type { CandleSeries } from "../../core/candle.ts";
import { formatTimeframe } from "../../core/timeframe.ts";
import { UserError } from "../../core/user-error.ts";
import { readCsvFile, readCsvGzip } from "./csv-file.ts";
import { parseCsv } from "./csv.ts";
import { parseFeather } from "./feather.ts";
import { parseJson } from "./json.ts";
import { parseParquet } from "./parquet.ts";
import { reportOf } from "./report-of.ts";
import { type CandleRows, commonStep, oldestFirst, seriesOf } from "./rows.ts";

/** Candles as a file has them, with what was found out about them. */
export interface CandleFile {
  readonly series: CandleSeries;
  readonly notes: readonly string[];
  readonly report: CandleReport;
  /** Where the row of an index stands. */
  place(index: number): string;
}

/** How a file is to be read. */
export interface ReadOptions {
  /** Milliseconds; without it the most frequent step between rows. */
  readonly timeframe?: number;
  /** Base asset of the symbol, to choose between volume columns. */
  readonly base?: string;
  readonly volumeIn?: "base" | "quote";
}

/** More than this is read from the store, not from one text file: two years of minutes are 80 MB of CSV. */
const MOST_BYTES = 512 * 2 ** 20;
const READERS: Readonly<Record<string, (bytes: Uint8Array, name: string, base?: string) => CandleRows | Promise<CandleRows>>> = {
  csv: parseCsv,
  txt: parseCsv,
  json: parseJson,
  feather: parseFeather,
  parquet: parseParquet,
};

/** Reads a candle file of any known format; nothing in it is repaired. Throws a `UserError` for what is no candle file. */
export async function readCandleFile(path: string, options: ReadOptions = {}): Promise<CandleFile> {
  const name = basename(path);
  const zipped = name.endsWith(".gz");
  const ending = (zipped ? name.slice(0, -3) : name).split(".").at(-1)?.toLowerCase() ?? "";
  const reader = READERS[ending];
  const { size, isFile } = await sizeOf(path);
  if (!reader) {
    throw new UserError(`${path}: candle files end in .csv, .json, .feather or .parquet, optionally followed by .gz; this one ends in ".${ending}".`);
  }
  // A CSV file is scanned while it is read; only one that has a fault or odd lines is read again, as a whole.
  const scanned = reader === parseCsv && isFile ? await scanFile(path, size, zipped, options.base) : null;
  const rows = oldestFirst(scanned ?? (await reader(await readBytes(path, zipped), path, options.base)));
  const timeframe = options.timeframe ?? commonStep(rows);
  if (timeframe === null) throw new UserError(`${path}: the timeframe of a single candle cannot be told. Give it with --timeframe, such as --timeframe 1h.`);
  const series = seriesOf(rows, timeframe);
  const converted = options.volumeIn === "quote";
  if (converted) for (let i = 0; i < series.length; i++) series.volume[i] = (series.volume[i] as number) / (series.close[i] as number);
  const report = rows.tally && !converted ? reportOf(series, rows.tally) : checkCandles(series);
  return { series, notes: rows.notes, report, place: (index) => rows.place(index) };
}

async function sizeOf(path: string): Promise<{ readonly size: number; readonly isFile: boolean }> {
  const found = await stat(path).catch((error: unknown) => {
    throw fileError(path, error);
  });
  if (found.isDirectory()) throw new UserError(`${path}: this is a folder; give a file.`);
  if (found.size > MOST_BYTES) throw tooLarge(path, found.size);
  return { size: found.size, isFile: found.isFile() };
}

async function readBytes(path: string, zipped: boolean): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    return zipped ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
  } catch (error) {
    throw fileError(path, error);
  }
}

async function scanFile(path: string, size: number, zipped: boolean, base?: string): Promise<CandleRows | null> {
  try {
    return await (zipped ? readCsvGzip(path, size, MOST_BYTES, base) : readCsvFile(path, size, base));
  } catch (error) {
    throw fileError(path, error);
  }
}

function tooLarge(path: string, size: number): UserError {
  return new UserError(`${path}: ${(size / 2 ** 30).toFixed(1)} GB; at most 0.5 GB of candles are read from one file. Split it, by year for example, and import the parts.`);
}

function fileError(path: string, error: unknown): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENOENT":
      return new UserError(`${path}: there is no such file.`);
    case "EACCES":
    case "EPERM":
      return new UserError(`${path}: permission to read it is denied.`);
    case "ENOTDIR":
      return new UserError(`${path}: a part of this path is a file, not a folder.`);
    case "ERR_BUFFER_TOO_LARGE":
      return new UserError(`${path}: more than 0.5 GB once unpacked. Split it, by year for example, and import the parts.`);
    default:
      return code.startsWith("Z_") ? new UserError(`${path}: not a whole gzip file (${error.message}). It may be cut off.`) : error;
  }
}

/** Throws a `UserError` that names the first fault for which a file must not be traded on. */
export function assertSound(file: CandleFile, path: string): void {
  const { report, series } = file;
  const at = (index: number): string => `${file.place(index)}: the candle of ${new Date(series.time[index] as number).toISOString()}`;
  const [duplicate] = report.duplicates.first;
  const [disordered] = report.outOfOrder.first;
  const [impossible] = report.impossible.first;
  const look = `Nothing was repaired; \`caucus data check ${path}\` lists all of it.`;
  if (duplicate !== undefined) throw new UserError(`${at(duplicate)} is there twice (${report.duplicates.count} such). ${look}`);
  if (disordered !== undefined) throw new UserError(`${at(disordered)} is earlier than the one before it (${report.outOfOrder.count} such). ${look}`);
  if (impossible !== undefined) {
    throw new UserError(`${at(impossible)} has a high or low that contradicts its open and close (${report.impossible.count} such). ${look}`);
  }
  if (report.offGrid.count > series.length / 2) {
    throw new UserError(`${path}: most candles do not open at a multiple of ${formatTimeframe(series.timeframe)}. Give the right --timeframe.`);
  }
}
