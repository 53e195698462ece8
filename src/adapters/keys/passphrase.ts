import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../../core/user-error.ts";
import { readDescriptor } from "./read-fd.ts";
import type { Terminal } from "./terminal.ts";

/** A passphrase of a store that is made now has at least so many characters. */
const SHORTEST = 12;

/** Compose files set a variable to nothing where nobody gave one. */
const path = z.string().transform((text) => (text === "" ? undefined : text)).optional();
const environment = z.object({
  CAUCUS_KEYS_PASSPHRASE: z.string().optional(),
  CAUCUS_KEYS_PASSPHRASE_FILE: path,
  CREDENTIALS_DIRECTORY: path,
});

/** Where a passphrase may come from. */
export interface PassphraseSources {
  /** Of `--passphrase-fd`. */
  readonly fd?: number;
  /** Where a person can be asked. */
  readonly terminal: Terminal | null;
  /** The store that it opens, for the question. */
  readonly path: string;
  /** Whether the store is made now: then a person is asked twice, and a short passphrase is refused. */
  readonly isNew: boolean;
  /** Told of the program of a keyring before it is started. */
  readonly mayStart?: (program: string) => void;
  /** Other keyrings than the system's. */
  readonly keyrings?: readonly Keyring[];
}

/**
 * The passphrase of the key store: from a descriptor, a file that the environment names, systemd's credentials, the keyring of
 * the system, or the person at the terminal, whichever comes first. Never from an argument or a variable itself, which other
 * processes can read. `null` when the person gave up.
 */
export async function findPassphrase(sources: PassphraseSources): Promise<string | null> {
  const env = environment.parse(process.env);
  if (env.CAUCUS_KEYS_PASSPHRASE !== undefined) {
    throw new UserError("CAUCUS_KEYS_PASSPHRASE: a passphrase in the environment can be read by every process of yours. Unset it, put the passphrase into a file with mode 0600 and name that in CAUCUS_KEYS_PASSPHRASE_FILE.");
  }
  if (sources.fd !== undefined) return checked(await readDescriptor(sources.fd, "--passphrase-fd"), `--passphrase-fd ${sources.fd}`, sources);
  if (env.CAUCUS_KEYS_PASSPHRASE_FILE !== undefined) return checked(textOf(env.CAUCUS_KEYS_PASSPHRASE_FILE, "CAUCUS_KEYS_PASSPHRASE_FILE"), "CAUCUS_KEYS_PASSPHRASE_FILE", sources);
  const credential = env.CREDENTIALS_DIRECTORY === undefined ? null : join(env.CREDENTIALS_DIRECTORY, "caucus-keys");
  if (credential !== null && existsSync(credential)) return checked(textOf(credential, "the credential caucus-keys"), "the credential caucus-keys", sources);
  const kept = await fromKeyring(sources);
  if (kept !== null) return checked(kept, "the system's keyring (service caucus, account keys)", sources);
  if (sources.terminal) return fromPerson(sources.terminal, sources);
  throw new UserError(`${sources.path}: there is nobody to ask for the passphrase of the key store. Give --passphrase-fd, CAUCUS_KEYS_PASSPHRASE_FILE or the systemd credential caucus-keys.`);
}

function textOf(path: string, name: string): string {
  try {
    // Leaves away the mark that some editors put first (BOM), which nobody would type.
    return new TextDecoder().decode(readFileSync(path));
  } catch (error) {
    throw new UserError(`${name}: ${path} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "no reason given"}).`);
  }
}

/** Editors and shells end a file with a line feed that nobody means. */
function checked(text: string, name: string, { isNew }: PassphraseSources): string {
  const passphrase = text.replace(/\r?\n$/, "");
  if (passphrase === "") throw new UserError(`${name}: the passphrase is empty.`);
  if (isNew && passphrase.length < SHORTEST) throw new UserError(`${name}: the passphrase of a new key store needs at least ${SHORTEST} characters. Five or six words at random are good.`);
  return passphrase;
}

async function fromPerson(terminal: Terminal, sources: PassphraseSources): Promise<string | null> {
  const { path, isNew } = sources;
  const first = await terminal.secret(isNew ? `A passphrase for the new key store ${path}: ` : `Passphrase of ${path}: `);
  if (first === null) return null;
  const passphrase = checked(first, path, sources);
  if (!isNew) return passphrase;
  const again = await terminal.secret("The same once more: ");
  if (again === null) return null;
  if (again !== passphrase) throw new UserError(`${path}: the two passphrases differ, so no key store was made. Run the command again.`);
  return passphrase;
}

/** A program that reads a system's keyring, and how it is asked for ours. */
export interface Keyring {
  readonly program: string;
  readonly args: readonly string[];
}

/** At fixed places: what else is in the PATH is not to be trusted with this question. */
const KEYRINGS: readonly Keyring[] = [
  { program: "/usr/bin/secret-tool", args: ["lookup", "service", "caucus", "account", "keys"] },
  { program: "/usr/bin/security", args: ["find-generic-password", "-s", "caucus", "-a", "keys", "-w"] },
];
/** A keyring that asks to be unlocked where nobody sees it is not waited for, ms. */
const KEYRING_PATIENCE = 15_000;

async function fromKeyring({ keyrings = KEYRINGS, mayStart }: PassphraseSources): Promise<string | null> {
  const keyring = keyrings.find(({ program }) => existsSync(program));
  if (keyring === undefined) return null;
  mayStart?.(keyring.program);
  const answer = await new Promise<string>((resolve) => {
    execFile(keyring.program, [...keyring.args], { timeout: KEYRING_PATIENCE, encoding: "utf8", windowsHide: true }, (error, stdout) => resolve(error ? "" : stdout));
  });
  return answer.trim() === "" ? null : answer;
}
