import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { describe, expect, it } from "vitest";
import { decryptWith, encryptTo, isAge } from "../../../src/adapters/receipts/age.ts";
import { RunError, UserError } from "../../../src/core/user-error.ts";

const stream = (...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> => ReadableStream.from(chunks.map((one) => Buffer.from(one)));

async function whole(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunks) pieces.push(chunk);
  return Buffer.concat(pieces);
}

async function owner(): Promise<{ readonly identity: { readonly path: string; readonly text: string }; readonly recipient: string }> {
  const secret = await generateX25519Identity();
  return { identity: { path: "me.txt", text: `# created: today\n# public key: x\n\n${secret}\n` }, recipient: await identityToRecipient(secret) };
}

describe("a file encrypted to its owner", () => {
  it("comes out as it went in, however long it is", async () => {
    const { identity, recipient } = await owner();
    for (const text of ["", "{}\n", "long line\n".repeat(30_000)]) {
      const file = await whole(await encryptTo(recipient, stream(text)));
      expect(isAge(file)).toBe(true);
      expect(file.includes("long")).toBe(false);
      expect((await whole(decryptWith(identity, stream(file.subarray(0, 300), file.subarray(300))))).toString()).toBe(text);
    }
    expect(isAge(Buffer.from("{}"))).toBe(false);
  });

  it("says so when it was encrypted to somebody else", async () => {
    const file = await whole(await encryptTo((await owner()).recipient, stream("secret")));
    const reading = whole(decryptWith((await owner()).identity, stream(file)));
    await expect(reading).rejects.toThrow(RunError);
    await expect(reading).rejects.toThrow("could not be decrypted with me.txt: it was encrypted to somebody else");
  });

  it("says so when it is damaged or cut off", async () => {
    const { identity, recipient } = await owner();
    const file = await whole(await encryptTo(recipient, stream("secret ".repeat(20_000))));
    const flipped = Buffer.from(file);
    flipped[400] = flipped[400]! ^ 1;
    for (const broken of [file.subarray(0, -1), file.subarray(0, 40), Buffer.concat([file, Buffer.from("x")]), flipped]) {
      await expect(whole(decryptWith(identity, stream(broken)))).rejects.toThrow("it is damaged or cut off");
    }
  });

  it("is refused for what is no recipient, and what is no identity, without a word of it", async () => {
    await expect(encryptTo("age1nobody", stream("x"))).rejects.toThrow(/no age recipient. It begins with age1/);
    for (const text of ["", "# nothing\n", "AGE-SECRET-KEY-1CANARY\n"]) {
      const reading = whole(decryptWith({ path: "me.txt", text }, stream("x")));
      await expect(reading).rejects.toThrow(UserError);
      await expect(reading).rejects.toThrow(/^((?!CANARY).)*no age identity in it((?!CANARY).)*$/);
    }
  });
});
