import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { CANDLE_COLUMNS, type CandleSeries, seriesOver } from "../../core/candle.ts";
import { checkCandles } from "../../core/candle-check.ts";
import type { InstrumentFilters } from "../../core/instrument.ts";
import { UserError } from "../../core/user-error.ts";
import { hashSeries } from "./hash.ts";
import { type Manifest, manifestOf, manifestSchema } from "./manifest.ts";

/** A place in the store: one symbol of one exchange at one timeframe (`1m`, `1h`). */
export interface Shelf {
  readonly exchange: string;
  readonly symbol: string;
  readonly timeframe: string;
}

/** Stored candles with what is known of them. */
export interface Stored {
  readonly series: CandleSeries;
  readonly manifest: Manifest;
}

const MANIFEST = "manifest.json";

/** The folder of a shelf. The symbol's slash becomes a dash, since a slash would open another folder. */
export function shelfPath(root: string, { exchange, symbol, timeframe }: Shelf): string {
  for (const part of [exchange, symbol, timeframe]) {
    if (!/^[\w.:/-]+$/.test(part) || part.includes("..")) throw new UserError(`"${part}" cannot be kept in the store: use letters, digits, dots, dashes and one slash.`);
  }
  return join(root, exchange, symbol.replaceAll("/", "-").replaceAll(":", "_"), timeframe);
}

/** Keeps a series: whole or not at all. A reader at the same time sees the old state or the new one. */
export async function saveCandles(
  root: string,
  input: { readonly shelf: Shelf; readonly series: CandleSeries; readonly source: string; readonly notes?: readonly string[]; readonly filters?: InstrumentFilters | null },
): Promise<Manifest> {
  const { shelf, series } = input;
  const report = checkCandles(series);
  if (!report.sound) throw new UserError(`The candles of ${shelf.symbol} are not sound and were not stored; \`caucus data check\` says why.`);
  const folder = shelfPath(root, shelf);
  const manifest = manifestOf({ ...shelf, series, report, hash: hashSeries(series), source: input.source, notes: input.notes ?? [], filters: input.filters ?? null });
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, manifest.file), columnsOf(series));
  await writeWhole(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  // Only now is the state before no longer needed.
  for (const name of await readdir(folder)) if (/^candles-[0-9a-f]{16}\.f64$/.test(name) && name !== manifest.file) await rm(join(folder, name), { force: true });
  return manifest;
}

function columnsOf(series: CandleSeries): Uint8Array {
  const bytes = new Uint8Array(series.length * CANDLE_COLUMNS.length * 8);
  CANDLE_COLUMNS.forEach((name, at) => {
    const column = series[name];
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at * series.length * 8);
  });
  return bytes;
}

async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeFile(temporary, content, { flag: "wx" });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The candles of a shelf in one read into shared memory; `null` when it is empty. */
export async function loadCandles(root: string, shelf: Shelf): Promise<Stored | null> {
  const folder = shelfPath(root, shelf);
  const manifest = await readManifest(join(folder, MANIFEST));
  if (manifest === null) return null;
  const path = join(folder, manifest.file);
  const size = manifest.candles * CANDLE_COLUMNS.length * 8;
  const file = await open(path, "r").catch(() => null);
  if (!file) throw new UserError(`${path}: the candles that ${MANIFEST} names are not there. Import or download them again.`);
  try {
    const found = (await file.stat()).size;
    if (found !== size) throw new UserError(`${path}: ${found} bytes where ${MANIFEST} promises ${size}. Import or download them again.`);
    const buffer = new SharedArrayBuffer(size);
    const bytes = new Uint8Array(buffer);
    const starts = Array.from({ length: Math.ceil(size / PIECE) }, (_, i) => i * PIECE);
    await Promise.all(starts.map((start) => readPiece(file, bytes, start, Math.min(size, start + PIECE), path)));
    return { manifest, series: seriesOver(buffer, 0, manifest.candles, manifest.timeframeMs) };
  } finally {
    await file.close();
  }
}

/** Bytes that are read at once: most of the time goes into memory that is touched for the first time, which several threads do together. */
const PIECE = 8 * 2 ** 20;

async function readPiece(file: FileHandle, bytes: Uint8Array, from: number, to: number, path: string): Promise<void> {
  for (let at = from; at < to; ) {
    const { bytesRead } = await file.read(bytes, at, to - at, at);
    if (bytesRead === 0) throw new UserError(`${path}: the file ended while it was read.`);
    at += bytesRead;
  }
}

async function readManifest(path: string): Promise<Manifest | null> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new UserError(`${path}: not a manifest of this program: ${why}`);
  }
}

/** Whether the stored columns still have the hash that the manifest names. */
export function isIntact({ series, manifest }: Stored): boolean {
  return hashSeries(series) === manifest.hash;
}

/** Everything in the store, by exchange, symbol and length of bar. */
export async function listCandles(root: string): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for (const exchange of await folders(root)) {
    for (const symbol of await folders(join(root, exchange))) {
      for (const timeframe of await folders(join(root, exchange, symbol))) {
        const manifest = await readManifest(join(root, exchange, symbol, timeframe, MANIFEST));
        if (manifest) found.push(manifest);
      }
    }
  }
  return found.toSorted((a, b) => a.exchange.localeCompare(b.exchange) || a.symbol.localeCompare(b.symbol) || a.timeframeMs - b.timeframeMs);
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
