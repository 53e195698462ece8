import type { Command } from "commander";
import { publicOf } from "../../app/keys/roster.ts";
import { jsonOption, type Shell } from "../shell.ts";
import { type StoreFlags, addStoreFlags, openStore } from "./open.ts";
import type { KeyList } from "./result.ts";
import { daysUntil, listText } from "./text.ts";

interface ListFlags extends StoreFlags {
  readonly json?: boolean;
}

/** `caucus keys list`. */
export function registerKeysList(keys: Command, shell: Shell): void {
  addStoreFlags(keys.command("list").description("the keys in the key store, and the days until they expire"))
    .addOption(jsonOption())
    .action(async (flags: ListFlags) => {
      const { store, path } = await openStore(flags, false, shell);
      const all = (await store.keys()).map(publicOf);
      const now = Date.now();
      if (flags.json) shell.out(`${JSON.stringify({ store: path, keys: all.map((key) => ({ ...key, expiresInDays: daysUntil(key.expires, now) })) } satisfies KeyList, null, 2)}\n`);
      else shell.out(listText(all, now));
    });
}
