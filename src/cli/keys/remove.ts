import type { Command } from "commander";
import { openTerminal } from "../../adapters/keys/terminal.ts";
import { keyNamed, publicOf, withoutKey } from "../../app/keys/roster.ts";
import { UserError } from "../../core/user-error.ts";
import { Interrupted, jsonOption, type Shell } from "../shell.ts";
import { type StoreFlags, addStoreFlags, openStore } from "./open.ts";
import type { KeyRemoved } from "./result.ts";

interface RemoveFlags extends StoreFlags {
  readonly yes?: boolean;
  readonly json?: boolean;
}

const NOTE = `
Removing a key takes it out of the key store and no more: delete it at the
exchange too. A key in use is not removed; rotate it, or disable it first.
`;

/** `caucus keys remove`. */
export function registerKeysRemove(keys: Command, shell: Shell): void {
  addStoreFlags(keys.command("remove").description("take a key out of the key store").argument("<key>", "its id or label"))
    .option("--yes", "do not ask")
    .addOption(jsonOption())
    .addHelpText("after", NOTE)
    .action((name: string, flags: RemoveFlags) => remove(name, flags, shell));
}

async function remove(name: string, flags: RemoveFlags, shell: Shell): Promise<void> {
  const { store, path } = await openStore(flags, false, shell);
  const all = await store.keys();
  const key = keyNamed(all, name);
  withoutKey(all, key.id);
  if (flags.yes !== true) {
    const terminal = openTerminal();
    if (terminal === null) throw new UserError(`${key.label} (${key.id}) would be removed, and there is nobody to ask. Add --yes to do it.`);
    const answer = await terminal.line(`Remove ${key.label} (${key.id}), a key of ${key.exchange}? It cannot be brought back. [y/N] `);
    if (answer === null || !/^y(?:es)?$/i.test(answer.trim())) throw new Interrupted("Nothing was removed.");
  }
  // By its id, and looked at once more: another process may have put it to use meanwhile.
  await store.change((now) => withoutKey(now, key.id));
  if (flags.json) shell.out(`${JSON.stringify({ store: path, removed: publicOf(key) } satisfies KeyRemoved, null, 2)}\n`);
  else shell.out(`Removed ${key.label} (${key.id}). Delete it at ${key.exchange} too, if it is not yet.\n`);
}
