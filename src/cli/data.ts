import type { Command } from "commander";
import type { Shell } from "./shell.ts";
import { registerCheck } from "./data-check.ts";
import { registerDownload } from "./data-download.ts";
import { registerExport } from "./data-export.ts";
import { registerImport } from "./data-import.ts";
import { registerList } from "./data-list.ts";

/** `caucus data ...`: everything about candles. */
export function registerData(program: Command, shell: Shell): void {
  const data = program.command("data").description("download, import, check, list and export candles");
  registerDownload(data, shell);
  registerImport(data, shell);
  registerList(data, shell);
  registerCheck(data, shell);
  registerExport(data, shell);
}
