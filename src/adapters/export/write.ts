import { join } from "node:path";
import type { FullBacktestOutput } from "../../app/result.ts";
import { csvOf } from "./csv.ts";
import { exportLists } from "./lists.ts";
import { parquetOf } from "./parquet.ts";

/** The file formats of an export. */
export const EXPORT_FORMATS = ["csv", "parquet"] as const;
/** One of them. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Writes a file whole or not at all; `what` names it in an error. */
export type WriteFile = (path: string, what: string, content: string | Uint8Array | Iterable<string>) => Promise<void>;

/** Writes a run's fills, round trips, equity and votes into a folder, each file whole or not at all; gives their paths. */
export async function writeExport(folder: string, output: FullBacktestOutput, format: ExportFormat, writeFile: WriteFile): Promise<string[]> {
  const paths: string[] = [];
  for (const list of exportLists(output)) {
    const path = join(folder, `${list.name}.${format}`);
    await writeFile(path, "the export", format === "csv" ? csvOf(list) : parquetOf(list));
    paths.push(path);
  }
  return paths;
}
