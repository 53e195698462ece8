import { type Command, InvalidArgumentError } from "commander";
import { join } from "node:path";
import { findPassphrase } from "../../adapters/keys/passphrase.ts";
import { hasKeyStore, openKeyStore } from "../../adapters/keys/store.ts";
import { openTerminal } from "../../adapters/keys/terminal.ts";
import { UserError } from "../../core/user-error.ts";
import type { KeyStore } from "../../ports/key-store.ts";
import { Interrupted, type Shell } from "../shell.ts";

/** Where the key store lies unless another is named. */
export const KEY_STORE = join("state", "keys.sealed");

/** Flags of every command that opens the key store. */
export interface StoreFlags {
  readonly store?: string;
  readonly passphraseFd?: number;
}

/** Adds the flags that name the key store and what opens it. */
export function addStoreFlags(command: Command): Command {
  return command
    .option("--store <file>", `the key store (default: ${KEY_STORE})`)
    .option("--passphrase-fd <n>", "read the passphrase from this file descriptor", descriptorFlag);
}

/** A number of a file descriptor. */
export function descriptorFlag(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError("write the number of an open file descriptor, such as 3.");
  return Number(text);
}

/** Opens the key store of a command. `mayMake`: whether one that is not there is made by the first change; else it is an error. */
export async function openStore(flags: StoreFlags, mayMake: boolean, { egress }: Pick<Shell, "egress">): Promise<{ readonly store: KeyStore; readonly path: string; readonly isNew: boolean }> {
  const path = flags.store ?? KEY_STORE;
  const isNew = !(await hasKeyStore(path));
  if (isNew && !mayMake) throw new UserError(`There is no key store ${path}. Make one with caucus keys add, or name another with --store.`);
  const passphrase = await findPassphrase({ ...(flags.passphraseFd === undefined ? {} : { fd: flags.passphraseFd }), terminal: openTerminal(), path, isNew, mayStart: (program) => egress?.allowProgram(program) });
  if (passphrase === null) throw new Interrupted("Nothing was changed.");
  return { store: openKeyStore(path, passphrase), path, isNew };
}
