import { UserError } from "../../core/user-error.ts";

/** Where a CSV file keeps what. */
export interface CsvLayout {
  /** Byte at which the first candle begins, and its line number (from 1). */
  readonly start: number;
  readonly line: number;
  /** Character code between fields. */
  readonly delimiter: number;
  /** For each field of a line, the candle column it holds (0 time, 1 open ... 5 volume), or -1. */
  readonly slots: Int8Array;
  readonly notes: readonly string[];
}

/** Names under which the columns go, in order of preference; letters and digits only, lower case. */
const NAMES: readonly (readonly string[])[] = [
  ["opentime", "timestamp", "unix", "unixtimestamp", "ts", "time", "datetime", "date", "opentimems", "starttime"],
  ["open", "o", "openprice"],
  ["high", "h", "highprice"],
  ["low", "l", "lowprice"],
  ["close", "c", "closeprice"],
  ["volume", "vol", "v", "basevolume", "volumebase"],
];
const COLUMN_TITLES = ["time", "open", "high", "low", "close", "volume"];
/** Currencies that a second volume column counts in, by their common names. */
const QUOTES = /^(usd|usdt|usdc|busd|tusd|fdusd|dai|eur|gbp|jpy|try|brl|aud)$/;
const MOST_BANNERS = 3;
/** Binance's public archive has no header and these many fields. */
const ARCHIVE_FIELDS = 12;

const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

function split(line: string, delimiter: string): string[] {
  return line.split(delimiter).map((field) => field.trim().replaceAll(/^"|"$/g, ""));
}

function delimiterOf(line: string): string {
  return [",", ";", "\t"].reduce((best, one) => (line.split(one).length > line.split(best).length ? one : best), ",");
}

/** Finds out how a file is laid out from its first lines. `base` is the symbol's base asset, when known. */
export function detectLayout(bytes: Uint8Array, name: string, base?: string): CsvLayout {
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const notes: string[] = [];
  for (let number = 1; number <= MOST_BANNERS + 1; number++) {
    if (start >= bytes.length) break;
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    if (end - start > 10_000) break;
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8").trim();
    const delimiter = delimiterOf(line);
    const fields = split(line, delimiter);
    const code = delimiter.charCodeAt(0);
    if (isCandle(fields)) return { start, line: number, delimiter: code, slots: headerless(fields.length), notes };
    const slots = fromHeader(fields, name, number, base, notes);
    if (slots) return { start: end + 1, line: number + 1, delimiter: code, slots, notes };
    if (line !== "") notes.push(`line ${number} is neither header nor candle and was passed over`);
    start = end + 1;
  }
  throw new UserError(
    bytes.length === 0
      ? `${name}: the file is empty. Give a file with candles: time, open, high, low, close, volume.`
      : `${name}:1: neither a header nor a candle. The first line should name the columns time, open, high, low, close and volume, or hold them in this order.`,
  );
}

function isCandle(fields: readonly string[]): boolean {
  if (fields.length < 6) return false;
  const time = fields[0] ?? "";
  const looksLikeTime = /^\d{9,19}(\.\d+)?$/.test(time) || /^\d{4}-\d\d-\d\d/.test(time);
  return looksLikeTime && fields.slice(1, 5).every((field) => field !== "" && !/^[a-z]{4,}$/i.test(field));
}

function headerless(fields: number): Int8Array {
  const slots = new Int8Array(fields).fill(-1);
  for (let i = 0; i < 6; i++) slots[i] = i;
  return slots;
}

function fromHeader(fields: readonly string[], name: string, line: number, base: string | undefined, notes: string[]): Int8Array | null {
  const names = fields.map(plain);
  const places = NAMES.map((aliases) => {
    for (const alias of aliases) {
      const at = names.indexOf(alias);
      if (at >= 0) return at;
    }
    return -1;
  });
  if (places[5] === -1) places[5] = volumeColumn(names, base);
  const missing = COLUMN_TITLES.filter((_, i) => places[i] === -1);
  // A line that names hardly anything is a banner, not a header.
  if (missing.length > 3) return null;
  if (missing.length > 0) {
    throw new UserError(`${name}:${line}: the header names no column for ${missing.join(", ")}. It has: ${fields.join(", ")}.`);
  }
  const slots = new Int8Array(fields.length).fill(-1);
  places.forEach((at, column) => (slots[at] = column));
  const second = names.filter((one) => one.startsWith("volume")).length;
  if (second > 1) notes.push(`volume is taken from the column "${fields[places[5] as number] ?? ""}"`);
  return slots;
}

/** Of columns such as "Volume BTC" and "Volume USD", the one that counts the base asset. */
function volumeColumn(names: readonly string[], base: string | undefined): number {
  const found = names.map((one, at) => ({ at, asset: one.startsWith("volume") ? one.slice("volume".length) : null })).filter((one) => one.asset !== null);
  const own = found.find(({ asset }) => asset === base?.toLowerCase());
  return (own ?? found.find(({ asset }) => !QUOTES.test(asset ?? "")) ?? found[0])?.at ?? -1;
}

/** Whether a file has the layout of Binance's public archive, for messages. */
export function isArchive(layout: CsvLayout): boolean {
  return layout.slots.length === ARCHIVE_FIELDS;
}
