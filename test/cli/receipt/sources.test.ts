import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { describe, expect, it, onTestFinished } from "vitest";
import { encryptTo } from "../../../src/adapters/receipts/age.ts";
import { bytesOf } from "../../../src/cli/receipt/sources.ts";

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "caucus-receipts-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What is read of a pipe into which others write these pieces. */
async function throughPipe(pieces: readonly Uint8Array[], identity?: string): Promise<Buffer> {
  const path = join(freshFolder(), "pipe");
  execFileSync("mkfifo", [path]);
  const written = open(path, "w").then(async (file) => {
    for (const piece of pieces) await file.write(piece);
    await file.close();
  });
  const read: Uint8Array[] = [];
  for await (const piece of bytesOf(path, identity)) read.push(piece);
  await written;
  return Buffer.concat(read);
}

const TEXT = Buffer.from(`${"a receipt, ".repeat(20_000)}the end\n`);

describe("a file of receipts that is a pipe", () => {
  it("is read to its last byte from its first", async () => {
    expect((await throughPipe([TEXT])).equals(TEXT)).toBe(true);
    expect((await throughPipe([TEXT.subarray(0, 3), TEXT.subarray(3)])).equals(TEXT)).toBe(true);
    expect((await throughPipe([Buffer.from("short")])).toString()).toBe("short");
    expect(await throughPipe([])).toHaveLength(0);
  });

  it("is decrypted like any other", async () => {
    const identity = await generateIdentity();
    const file = join(freshFolder(), "me.txt");
    writeFileSync(file, `${identity}\n`);
    const sealed: Uint8Array[] = [];
    for await (const piece of await encryptTo(await identityToRecipient(identity), ReadableStream.from<Uint8Array>([TEXT]))) sealed.push(piece);
    expect((await throughPipe(sealed, file)).equals(TEXT)).toBe(true);
    await expect(throughPipe([Buffer.concat(sealed).subarray(0, 200)])).rejects.toThrow("is encrypted");
  });
});
