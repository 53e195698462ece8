import { RunError, UserError } from "../../core/user-error.ts";

/** The first characters of every file in the age format. */
const HEAD = "age-encryption.org/v1";

/** Whether bytes are a file in the age format. */
export const isAge = (bytes: Uint8Array): boolean => Buffer.from(bytes.subarray(0, HEAD.length)).toString("latin1") === HEAD;

/** Text encrypted to an age recipient (age1...), as a stream. Throws a UserError when the recipient is none. */
export async function encryptTo(recipient: string, chunks: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const { Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch {
    throw new UserError(`--to ${recipient.slice(0, 80)}: that is no age recipient. It begins with age1; \`age-keygen -y your-key.txt\` prints yours.`);
  }
  return encrypter.encrypt(chunks);
}

/** What an age file says, piece by piece, with the identities (AGE-SECRET-KEY-1...) of an identity file. */
export async function* decryptWith(identityFile: { readonly path: string; readonly text: string }, bytes: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  const identities = identityFile.text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const none = (): UserError => new UserError(`--identity ${identityFile.path}: there is no age identity in it. A line of it begins with AGE-SECRET-KEY-1, as age-keygen writes it.`);
  if (identities.length === 0) throw none();
  try {
    for (const identity of identities) decrypter.addIdentity(identity);
  } catch {
    throw none();
  }
  try {
    yield* await decrypter.decrypt(bytes);
  } catch (error) {
    throw new RunError(`The file could not be decrypted with ${identityFile.path}: ${isStranger(error) ? "it was encrypted to somebody else" : "it is damaged or cut off"}.`);
  }
}

const isStranger = (error: unknown): boolean => error instanceof Error && /no identity matched/i.test(error.message);
