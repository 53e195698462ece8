import { join } from "node:path";
import { agents } from "../../agents/index.ts";
import { loadDefinition } from "../app/definition/load.ts";
import { strategies } from "../../strategies/index.ts";
import { readDefinition } from "./definition-file.ts";
import { stateFolder } from "./run/state-folder.ts";

/** The state folder of a definition's run, or the one that was named. */
export async function folderOf(definition: string, state: string | undefined): Promise<string> {
  if (state !== undefined) return state;
  const { text, name } = await readDefinition(definition);
  const loaded = loadDefinition({ text, name, overrides: [], agents, strategies });
  return stateFolder(undefined, loaded.name, loaded.trade.mode);
}

/** The journal in a state folder; a path that is a journal itself stays what it is. */
export function journalIn(folder: string): string {
  return folder.endsWith(".sqlite") ? folder : join(folder, "journal.sqlite");
}
