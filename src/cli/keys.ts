import type { Command } from "commander";
import { registerKeysAdd } from "./keys/add.ts";
import { registerKeysDisable } from "./keys/disable.ts";
import { registerKeysExportPublic } from "./keys/export-public.ts";
import { registerKeysList } from "./keys/list.ts";
import { registerKeysRemove } from "./keys/remove.ts";
import { registerKeysRotate } from "./keys/rotate.ts";
import { registerKeysVerify } from "./keys/verify.ts";
import type { Shell } from "./shell.ts";

const NOTE = `
The key store is one file, encrypted with a passphrase that comes from, in this
order: --passphrase-fd, the file CAUCUS_KEYS_PASSPHRASE_FILE names, the systemd
credential caucus-keys, the system's keyring, or the terminal. docs/keys.md has
the whole story.
`;

/** `caucus keys`. */
export function registerKeys(program: Command, shell: Shell): void {
  const keys = program.command("keys").description("keys of exchanges, encrypted on disk").addHelpText("after", NOTE);
  registerKeysAdd(keys, shell);
  registerKeysList(keys, shell);
  registerKeysVerify(keys, shell);
  registerKeysRotate(keys, shell);
  registerKeysDisable(keys, shell);
  registerKeysRemove(keys, shell);
  registerKeysExportPublic(keys, shell);
}
