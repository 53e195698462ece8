import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { decryptWith, isAge } from "../../adapters/receipts/age.ts";
import { openSigner } from "../../adapters/receipts/signing-key.ts";
import { type JournalReader, readJournal } from "../../adapters/sqlite/reader.ts";
import type { ReceiptSigner } from "../../core/receipts/receipt.ts";
import { UserError } from "../../core/user-error.ts";
import { folderOf, journalIn } from "../journal-path.ts";

/** The flag that names a run's state folder. */
export interface StateFlag {
  readonly state?: string;
}

/** The journal of a run and the key that signs its receipts. */
export interface ReceiptSource {
  readonly path: string;
  readonly journal: JournalReader;
  /** Opened, and made, only by who signs. */
  readonly signer: () => ReceiptSigner;
}

/** Runs work on the journal of a definition's run, read while a bot may run on it. */
export async function withJournal<T>(wanted: string, flags: StateFlag, work: (source: ReceiptSource) => T | Promise<T>): Promise<T> {
  const path = journalIn(await folderOf(wanted, flags.state));
  const journal = readJournal(path);
  try {
    return await work({ path, journal, signer: () => openSigner(join(dirname(path), "receipts.key")) });
  } finally {
    journal.close();
  }
}

/** The bytes of a file of receipts, decrypted when it is an age file. */
export async function* bytesOf(path: string, identity: string | undefined): AsyncGenerator<Uint8Array> {
  if (!existsSync(path)) throw new UserError(`There is no file ${path}.`);
  if (statSync(path).isDirectory()) throw new UserError(`${path} is a folder. Name the file that \`caucus receipt export\` wrote.`);
  const rest = createReadStream(path)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  // Read once: a pipe gives nothing again.
  const head: Buffer[] = [];
  for (let length = 0; length < HEAD; length += head.at(-1)?.length ?? HEAD) {
    const next = await rest.next();
    if (next.done === true) break;
    head.push(next.value);
  }
  const bytes = piecesOf(head, rest);
  const isEncrypted = isAge(Buffer.concat(head));
  if (isEncrypted && identity === undefined) throw new UserError(`${path} is encrypted. Name the file of your age identity with --identity.`);
  if (!isEncrypted && identity !== undefined) throw new UserError(`--identity: ${path} is not encrypted. Leave the flag out.`);
  if (identity === undefined) yield* bytes;
  else yield* decryptWith({ path: identity, text: textOf(identity) }, ReadableStream.from(bytes));
}

/** So many bytes tell what a file is. */
const HEAD = 64;

async function* piecesOf(head: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Uint8Array> {
  yield* head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** A public key as it is given: 64 hex digits, or a file that holds them. */
export function givenKey(given: string): string {
  return /^[0-9a-fA-F]{64}$/.test(given) ? given.toLowerCase() : existsSync(given) ? textOf(given).trim().toLowerCase() : given;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`${path} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "no reason given"}).`);
  }
}
