import { parquetMetadata, parquetRead, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { UserError } from "../../core/user-error.ts";
import { rowsOfTable } from "./columnar.ts";
import type { CandleRows } from "./rows.ts";

/** Candles of a Parquet file, columns found by their names. */
export async function parseParquet(bytes: Uint8Array, name: string): Promise<CandleRows> {
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  const columns = new Map<string, unknown[]>();
  let names: string[];
  try {
    const metadata = parquetMetadata(buffer);
    names = parquetSchema(metadata).children.map(({ element }) => element.name);
    await parquetRead({
      file: buffer,
      metadata,
      compressors,
      onChunk: ({ columnName, columnData, rowStart }) => {
        const column = columns.get(columnName) ?? [];
        columns.set(columnName, column);
        for (let i = 0; i < columnData.length; i++) column[rowStart + i] = columnData[i];
      },
    });
  } catch (error) {
    throw new UserError(`${name}: not a whole Parquet file (${error instanceof Error ? error.message : String(error)}). It may be cut off.`);
  }
  return rowsOfTable(name, names, (column) => columns.get(column) ?? []);
}
