import type { Command } from "commander";
import { publicOf } from "../../app/keys/roster.ts";
import { jsonOption, type Shell } from "../shell.ts";
import { type StoreFlags, addStoreFlags, openStore } from "./open.ts";
import type { PublicKeys } from "./result.ts";
import { publicText } from "./text.ts";

interface ExportFlags extends StoreFlags {
  readonly json?: boolean;
}

/** `caucus keys export-public`. */
export function registerKeysExportPublic(keys: Command, shell: Shell): void {
  addStoreFlags(keys.command("export-public").description("all that is known of the keys, without anything secret"))
    .addOption(jsonOption())
    .action(async (flags: ExportFlags) => {
      const { store } = await openStore(flags, false, shell);
      const all = (await store.keys()).map(publicOf);
      shell.out(flags.json ? `${JSON.stringify({ keys: all } satisfies PublicKeys, null, 2)}\n` : publicText(all));
    });
}
