import { chmodSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TradeMode } from "../../app/definition/trade-schema.ts";

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "run";

/** Where a run keeps its journal: `state/<definition>-<mode>` unless it is told otherwise. */
export function stateFolder(wanted: string | undefined, name: string, mode: TradeMode): string {
  return wanted ?? join("state", `${slug(name)}-${mode}`);
}

/** Makes the folder, readable by its owner alone. */
export function openFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}

/** Files of a run in its folder. */
export const RUN_FILES = ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "journal.sqlite-lock", "exchange.jsonl", "finished"] as const;

/** Whether a replay in the folder was played to its end. */
export function isFinished(folder: string): boolean {
  return existsSync(join(folder, "finished"));
}

/** Clears a finished replay away, so that the next one begins anew. Only ever called for replays: they can be played again. */
export function clearReplay(folder: string): void {
  for (const file of RUN_FILES) rmSync(join(folder, file), { force: true });
}
