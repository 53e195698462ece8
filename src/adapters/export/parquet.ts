import { type BasicType, parquetWriteBuffer } from "hyparquet-writer";
import type { ExportColumn, ExportList } from "./lists.ts";

const TYPES: Readonly<Record<ExportColumn["kind"], BasicType>> = {
  time: "TIMESTAMP",
  integer: "INT32",
  number: "DOUBLE",
  text: "STRING",
  json: "STRING",
};

/** A list as a Parquet file: times as timestamps of milliseconds, UTC; numbers as doubles; texts and JSON as strings. */
export function parquetOf({ columns }: ExportList): Uint8Array {
  const columnData = columns.map(({ name, kind, nullable, cells }) => ({
    name,
    type: TYPES[kind],
    nullable,
    data: kind === "time" ? cells.map((cell) => (cell === null ? null : new Date(cell))) : [...cells],
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: "caucus" }));
}
