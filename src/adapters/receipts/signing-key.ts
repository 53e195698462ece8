import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, lstatSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { ReceiptSigner } from "../../core/receipts/receipt.ts";
import { RunError, UserError } from "../../core/user-error.ts";

/** Bits that let others than the owner at a file. */
const OTHERS = 0o077;

/** The signer whose key is in a file (PKCS#8 PEM, Ed25519); the key is made at its first use. Refuses a file that others can read. */
export function openSigner(path: string): ReceiptSigner {
  if (!existsSync(path)) make(path);
  return signerOf(readKey(path));
}


function signerOf(key: KeyObject): ReceiptSigner {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return {
    publicKey: Buffer.from(x ?? "", "base64url").toString("hex"),
    sign: (text) => sign(null, Buffer.from(text, "utf8"), key).toString("hex"),
  };
}

function readKey(path: string): KeyObject {
  const found = lstatSync(path);
  if (!found.isFile()) throw new UserError(`The signing key ${path} is no plain file: put the file itself there.`);
  if ((found.mode & OTHERS) !== 0) {
    throw new UserError(`The signing key ${path} can be read by others (mode ${(found.mode & 0o777).toString(8)}). Run \`chmod 600 ${path}\` if you trust that nobody has; or remove it, and the next receipts are signed with a new key.`);
  }
  try {
    const key = createPrivateKey(readFileSync(path, "utf8"));
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // What the library says of a damaged key helps nobody, and might quote it.
  }
  throw new UserError(`The signing key ${path} holds no Ed25519 private key. Put it back from your backup; or remove it, and the next receipts are signed with a new key.`);
}

/** Writes a new key beside its place and links it there: of two that make one at once, both use the one that came first. */
function make(path: string): void {
  const { privateKey } = generateKeyPairSync("ed25519");
  const part = `${path}.${process.pid}.part`;
  try {
    const file = openSync(part, "wx", 0o600);
    try {
      writeSync(file, privateKey.export({ format: "pem", type: "pkcs8" }).toString());
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(part, path);
    syncFolder(dirname(path));
  } catch (error) {
    if (isCode(error, "EEXIST") && existsSync(path)) return;
    throw new RunError(`The signing key ${path} could not be made (${error instanceof Error && "code" in error ? String(error.code) : "no reason given"}). Is the folder there, and can it be written to?`);
  } finally {
    rmSync(part, { force: true });
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && "code" in error && error.code === code;
