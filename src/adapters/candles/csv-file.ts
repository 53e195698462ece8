import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { readCsv, readCsvChunks } from "./csv.ts";
import type { CandleRows } from "./rows.ts";

/** How much smaller prices as text usually become; a wrong guess costs a copy of the rows. */
const PACKED = 4;

/** Rows of a CSV file that is read and scanned in pieces; `null` when it needs a closer look, as a whole. */
export async function readCsvFile(path: string, size: number, base?: string): Promise<CandleRows | null> {
  const file = await open(path);
  try {
    return readCsv(file.fd, size, path, base);
  } finally {
    await file.close();
  }
}

/** Rows of a gzipped CSV file of which at most `most` bytes are unpacked, scanned while it is; `null` as for `readCsvFile`. */
export async function readCsvGzip(path: string, size: number, most: number, base?: string): Promise<CandleRows | null> {
  const packed = createReadStream(path);
  const unpacked = packed.pipe(createGunzip());
  packed.once("error", (error) => unpacked.destroy(error));
  try {
    return await readCsvChunks(unpacked, size * PACKED, most, path, base);
  } finally {
    packed.destroy();
  }
}
