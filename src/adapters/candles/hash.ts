import { createHash } from "node:crypto";
import { CANDLE_COLUMNS, type CandleSeries } from "../../core/candle.ts";

/** sha256 over the six columns one after another, little-endian float64, hexadecimal: the identity of a dataset. */
export function hashSeries(series: CandleSeries): string {
  const hash = createHash("sha256");
  for (const name of CANDLE_COLUMNS) {
    const column = series[name];
    hash.update(Buffer.from(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest("hex");
}
