import { readSync } from "node:fs";
import { UserError } from "../../core/user-error.ts";
import { scanCarefully } from "./csv-careful.ts";
import { type CsvLayout, detectLayout } from "./csv-layout.ts";
import { LOOKAHEAD, scanLines, SHORTEST_LINE } from "./csv-lines.ts";
import { tallyRows } from "./report-of.ts";
import { type BarTally, type CandleRows, GrowingColumns } from "./rows.ts";

/** Bytes read and scanned at a time: they stay in the processor's cache between the two. */
const PIECE = 2 ** 18;
const LINE_FEED = 10;
const BLANKS: ReadonlySet<number | undefined> = new Set([LINE_FEED, 13, 32]);

/** Asks for bytes by giving the room for them, and is told how many were put there: 0 at the end of the text. */
type Scan = Generator<Uint8Array, CandleRows | null, number>;

/** Candles of a CSV file's bytes. */
export function parseCsv(bytes: Uint8Array, name: string, base?: string): CandleRows {
  return quickly(bytes, name, base) ?? carefully(bytes, name, base);
}

function quickly(bytes: Uint8Array, name: string, base?: string): CandleRows | null {
  const scan = scanPieces(bytes.length, name, base);
  let at = 0;
  let next = scan.next();
  while (!next.done) {
    const piece = bytes.subarray(at, at + next.value.length);
    next.value.set(piece);
    at += piece.length;
    next = scan.next(piece.length);
  }
  return next.value;
}

/** Candles of an open CSV file of `size` bytes, which is never in memory as a whole; `null` when it needs a closer look than that. */
export function readCsv(descriptor: number, size: number, name: string, base?: string): CandleRows | null {
  const scan = scanPieces(size, name, base);
  let at = 0;
  let next = scan.next();
  while (!next.done) {
    const count = readSync(descriptor, next.value, 0, next.value.length, at);
    at += count;
    next = scan.next(count);
  }
  return next.value;
}

/** Candles of a CSV text of about `size` bytes that comes in chunks, of which at most `most` bytes are read; `null` as for `readCsv`. */
export async function readCsvChunks(chunks: AsyncIterable<Uint8Array>, size: number, most: number, name: string, base?: string): Promise<CandleRows | null> {
  const scan = scanPieces(size, name, base);
  let read = 0;
  let next = scan.next();
  for await (const chunk of chunks) {
    read += chunk.length;
    if (read > most) return null;
    for (let at = 0; at < chunk.length && !next.done; ) {
      const part = chunk.subarray(at, at + next.value.length);
      next.value.set(part);
      at += part.length;
      next = scan.next(part.length);
    }
    if (next.done) return next.value;
  }
  while (!next.done) next = scan.next(0);
  return next.value;
}

/** The rows of a text of about `size` bytes, piece by piece; `null` when something is not as it usually is. */
function* scanPieces(size: number, name: string, base?: string): Scan {
  const bytes = new Uint8Array(PIECE + LOOKAHEAD);
  const view = new DataView(bytes.buffer);
  let layout: CsvLayout | null = null;
  let rows: GrowingColumns | null = null;
  let tally: BarTally = { possible: true, zeroVolume: 0 };
  let kept = 0;
  for (let ended = false; !ended; ) {
    let filled = kept;
    while (filled < PIECE && !ended) {
      const count: number = yield bytes.subarray(filled, PIECE);
      ended = count === 0;
      filled += count;
    }
    const to = ended ? endOfLines(bytes, filled) : bytes.subarray(0, filled).lastIndexOf(LINE_FEED) + 1;
    layout ??= detectLayout(bytes.subarray(0, filled), name, base);
    const from = rows ? 0 : layout.start;
    rows ??= new GrowingColumns((size / filled) * linesIn(bytes, filled) * 1.1);
    rows.grow(Math.ceil(PIECE / SHORTEST_LINE));
    const seen = rows.length;
    // Without one whole line in so many bytes this is no file of candles as there are.
    if ((to === 0 && !ended) || !scanLines(bytes, view, from, to, layout, rows)) return null;
    tally = tallyRows(tally, rows, seen);
    kept = Math.max(0, filled - to);
    if (!ended) bytes.copyWithin(0, to, filled);
  }
  return layout && rows && { ...found(rows, layout, name), tally };
}

function carefully(bytes: Uint8Array, name: string, base?: string): CandleRows {
  const layout = detectLayout(bytes, name, base);
  return found(scanCarefully(bytes, layout, name), layout, name);
}

function found({ length, columns }: GrowingColumns, { line, notes }: CsvLayout, name: string): CandleRows {
  if (length === 0) throw new UserError(`${name}: there is no candle under the header.`);
  return { length, columns, place: (index) => `${name}:${line + index}`, notes };
}

/** Where the lines of the last piece end: blank ones do not count, and a line feed is put behind the last where it has none. */
function endOfLines(bytes: Uint8Array, filled: number): number {
  let end = filled;
  while (end > 0 && BLANKS.has(bytes[end - 1])) end -= 1;
  if (end === 0) return 0;
  const feed = bytes.subarray(0, filled).indexOf(LINE_FEED, end);
  if (feed >= 0) return feed + 1;
  bytes[filled] = LINE_FEED;
  return filled + 1;
}

function linesIn(bytes: Uint8Array, filled: number): number {
  let lines = 1;
  for (let i = 0; i < filled; i++) if (bytes[i] === LINE_FEED) lines += 1;
  return lines;
}
