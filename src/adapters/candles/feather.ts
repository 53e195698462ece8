import { zstdDecompressSync } from "node:zlib";
import { type Codec, CompressionType, setCompressionCodec, tableFromIPC } from "@uwdata/flechette";
import lz4 from "lz4js";
import { UserError } from "../../core/user-error.ts";
import { rowsOfTable } from "./columnar.ts";
import type { CandleRows } from "./rows.ts";

const readOnly = (decode: Codec["decode"]): Codec => ({
  decode,
  encode: () => {
    throw new Error("feather files are read, not written");
  },
});
setCompressionCodec(CompressionType.LZ4_FRAME, readOnly((data) => lz4.decompress(data)));
setCompressionCodec(CompressionType.ZSTD, readOnly((data) => new Uint8Array(zstdDecompressSync(data))));

/** Candles of a feather file (Arrow IPC, plain, LZ4 or zstd), as freqtrade keeps them. */
export function parseFeather(bytes: Uint8Array, name: string): CandleRows {
  let table;
  try {
    table = tableFromIPC(bytes);
  } catch (error) {
    throw new UserError(`${name}: not a whole feather file (${error instanceof Error ? error.message : String(error)}). It may be cut off.`);
  }
  const { names } = table;
  return rowsOfTable(name, names, (column) => table.getChild(column).toArray());
}
