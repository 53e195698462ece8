import { createPublicKey, hash, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { firstPreviousText, hashedText, type Receipt, receiptSchema, receiptText, signedText } from "../../core/receipts/receipt.ts";
import { UserError } from "../../core/user-error.ts";

/** Checks receipts with the owner's public key alone. */
export interface ReceiptCheck {
  /** The receipt of a line, or what is wrong with it as a sentence without its place. */
  readonly line: (text: string) => Receipt | string;
}

const KEY = /^[0-9a-f]{64}$/;

/** What checks receipts with a public key, 32 bytes in hex. Throws a UserError when it is none. */
export function receiptCheck(publicKey: string): ReceiptCheck {
  if (!KEY.test(publicKey)) throw new UserError("--key: a public key is 64 hex digits, as `caucus receipt public-key` prints it.");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey, "hex").toString("base64url") }, format: "jwk" });
  return { line: (text) => checked(text, publicKey, key) };
}

function checked(text: string, publicKey: string, key: KeyObject): Receipt | string {
  const receipt = read(text);
  if (typeof receipt === "string") return receipt;
  const found = hash("sha256", hashedText(receipt.body), "hex");
  const signs = (digest: string): boolean => verify(null, Buffer.from(signedText(digest), "utf8"), key, Buffer.from(receipt.signature, "hex"));
  if (signs(found)) {
    if (receipt.hash !== found) return "its field hash was changed: what it says is signed, under another hash";
    if (receipt.signer !== publicKey) return "its field signer was changed: it is signed with your key, and names another";
    return ownStart(receipt) ?? receipt;
  }
  if (signs(receipt.hash)) return "what it says was changed after it was signed: its hash is another";
  if (receipt.signer !== publicKey) return `it is signed with another key (${receipt.signer}), or its field signer was changed`;
  if (receipt.hash !== found) return "neither its hash nor its signature fits what it says";
  return "its signature does not fit: the signature was changed, or it was made with another key";
}

/** The receipt of a text, which must be the one text of it: nothing may hide in spaces, doubled names or other spellings. */
function read(text: string): Receipt | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is no JSON: it is damaged or cut off";
  }
  const parsed = receiptSchema.safeParse(value);
  if (!parsed.success) return `it is no receipt: ${z.prettifyError(parsed.error).replace(/\s*\n\s*→?\s*/g, " ").replace(/^✖ /, "")}`;
  if (receiptText(parsed.data) !== text) return "it is not written as a receipt is: the same content in another spelling";
  return parsed.data;
}

/** The first receipt of a journal follows on the journal's beginning, which it names itself. */
function ownStart({ body }: Receipt): string | null {
  if (body.number !== 1 || body.previous === hash("sha256", firstPreviousText(body.journal.begin), "hex")) return null;
  return "it is the first one, and does not follow on the beginning of its journal";
}
