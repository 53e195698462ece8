import { chmodSync, readFileSync, readdirSync, statSync, symlinkSync, lstatSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasKeyStore, openKeyStore } from "../../../src/adapters/keys/store.ts";
import { COST, readHeader, BOUNDS } from "../../../src/adapters/keys/sealed.ts";
import { UserError } from "../../../src/core/user-error.ts";
import { CHEAP, PASSPHRASE, aKey, freshFolder } from "./cheap.ts";


async function stored(): Promise<{ path: string; bytes: Buffer }> {
  const path = join(freshFolder(), "keys");
  await openKeyStore(path, PASSPHRASE, CHEAP).change(() => [aKey("one"), aKey("two", { secrets: { apiKey: "a", secret: "b", password: "c" } })]);
  return { path, bytes: readFileSync(path) };
}

describe("the encrypted key store", () => {
  it("gives back what was put in, to another opening of the same file", async () => {
    const { path } = await stored();
    expect(await openKeyStore(path, PASSPHRASE, CHEAP).keys()).toEqual([aKey("one"), aKey("two", { secrets: { apiKey: "a", secret: "b", password: "c" } })]);
  });

  it("is a store without keys where there is no file, and makes none by being read", async () => {
    const folder = freshFolder();
    expect(await openKeyStore(join(folder, "keys"), PASSPHRASE, CHEAP).keys()).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves one file, readable by its owner alone, and no secret in it", async () => {
    const { path, bytes } = await stored();
    expect(readdirSync(join(path, ".."))).toEqual(["keys"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (const secret of ["api-one", "secret-one", "binance", "key one"]) expect(bytes.includes(secret)).toBe(false);
  });

  it("has a new salt and nonce after every write", async () => {
    const { path, bytes } = await stored();
    await openKeyStore(path, PASSPHRASE, CHEAP).change((keys) => [...keys]);
    const again = readFileSync(path);
    expect(again.length).toBe(bytes.length);
    expect(again.subarray(0, 13)).toEqual(bytes.subarray(0, 13));
    for (const [from, to] of [[13, 45], [45, 57]] as const) expect(again.subarray(from, to).equals(bytes.subarray(from, to))).toBe(false);
  });

  it("refuses a file that others may read, and says how to mend it", async () => {
    const { path } = await stored();
    for (const mode of [0o640, 0o604, 0o660]) {
      chmodSync(path, mode);
      await expect(openKeyStore(path, PASSPHRASE, CHEAP).keys()).rejects.toThrow(/chmod 600/);
    }
  });

  it("says the same for a wrong passphrase, and changes nothing", async () => {
    const { path, bytes } = await stored();
    const store = openKeyStore(path, "not the one", CHEAP);
    await expect(store.keys()).rejects.toThrow(UserError);
    await expect(store.change(() => [])).rejects.toThrow(/passphrase.*Nothing was changed/);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it("notices every flipped bit of the file, wherever it is, with a key at hand and without", async () => {
    const { path, bytes } = await stored();
    const open = openKeyStore(path, PASSPHRASE, CHEAP);
    await open.keys();
    const passed: string[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped[at] = flipped[at]! ^ (1 << bit);
        writeFileSync(path, flipped);
        const store = bit % 2 === 0 ? open : openKeyStore(path, PASSPHRASE, CHEAP);
        const failure: unknown = await store.keys().then(() => null, (error: unknown) => error);
        if (!(failure instanceof UserError)) passed.push(`byte ${at} bit ${bit}`);
      }
    }
    expect(passed).toEqual([]);
    writeFileSync(path, bytes);
    expect(await open.keys()).toHaveLength(2);
  });

  it("notices a file cut short at any length, even to nothing, and one with something added", async () => {
    const { path, bytes } = await stored();
    const passed: number[] = [];
    for (let length = 0; length < bytes.length; length += 1) {
      writeFileSync(path, bytes.subarray(0, length));
      const failure: unknown = await openKeyStore(path, PASSPHRASE, CHEAP).keys().then(() => null, (error: unknown) => error);
      if (!(failure instanceof UserError)) passed.push(length);
    }
    expect(passed).toEqual([]);
    writeFileSync(path, Buffer.concat([bytes, Buffer.from([0])]));
    await expect(openKeyStore(path, PASSPHRASE, CHEAP).keys()).rejects.toThrow(UserError);
  });

  it("does not touch a damaged file when it is told to change it", async () => {
    const { path, bytes } = await stored();
    const cut = bytes.subarray(0, 100);
    writeFileSync(path, cut);
    await expect(openKeyStore(path, PASSPHRASE, CHEAP).change(() => [aKey("three")])).rejects.toThrow(UserError);
    expect(readFileSync(path).equals(cut)).toBe(true);
    expect(readdirSync(join(path, ".."))).toEqual(["keys"]);
  });

  it("changes nothing when the change itself throws", async () => {
    const { path, bytes } = await stored();
    const change = openKeyStore(path, PASSPHRASE, CHEAP).change(() => {
      throw new UserError("no such key");
    });
    await expect(change).rejects.toThrow("no such key");
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(readdirSync(join(path, ".."))).toEqual(["keys"]);
  });

  it("refuses keys that could not be read back: two of one id", async () => {
    const { path, bytes } = await stored();
    await expect(openKeyStore(path, PASSPHRASE, CHEAP).change((keys) => [...keys, aKey("one")])).rejects.toThrow(/one id/);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it("writes through a link to the file that it names", async () => {
    const { path } = await stored();
    const name = join(path, "..", "by-another-name");
    symlinkSync(path, name);
    await openKeyStore(name, PASSPHRASE, CHEAP).change((keys) => keys.slice(0, 1));
    expect(lstatSync(name).isSymbolicLink()).toBe(true);
    expect(await openKeyStore(path, PASSPHRASE, CHEAP).keys()).toHaveLength(1);
  });

  it("takes no link to a missing file for a free place, and leaves it as it is", async () => {
    const name = join(freshFolder(), "keys");
    symlinkSync("/no/such/disk/keys", name);
    const store = openKeyStore(name, PASSPHRASE, CHEAP);
    for (const tried of [() => hasKeyStore(name), () => store.keys(), () => store.change(() => [aKey("one")])]) await expect(tried()).rejects.toThrow(/is a link to a file that is not there/);
    expect(lstatSync(name).isSymbolicLink()).toBe(true);
  });

  it("says where nothing can be looked for", async () => {
    const folder = freshFolder();
    symlinkSync("round", join(folder, "round"));
    const { path } = await stored();
    for (const [place, code] of [[join(path, "below"), "ENOTDIR"], [join(folder, "round"), "ELOOP"], [join(folder, "x".repeat(300)), "ENAMETOOLONG"]] as const) {
      const told: unknown = await hasKeyStore(place).catch((error: unknown) => error);
      expect(told).toBeInstanceOf(UserError);
      expect(String(told)).toContain(`cannot be read (${code})`);
    }
  });

  it("clears away what a process that died while writing left, and nothing else", async () => {
    const { path } = await stored();
    for (const name of ["keys.4711.0123abcd.draft", "keys.notes.draft", "other.4711.0123abcd.draft"]) writeFileSync(join(path, "..", name), "");
    await openKeyStore(path, PASSPHRASE, CHEAP).change((keys) => [...keys]);
    expect(readdirSync(join(path, "..")).toSorted()).toEqual(["keys", "keys.notes.draft", "other.4711.0123abcd.draft"]);
  });

  it("says so when the folder cannot be written, and reads all the same", async () => {
    const path = join(freshFolder(), "file");
    writeFileSync(path, "");
    await expect(openKeyStore(join(path, "keys"), PASSPHRASE, CHEAP).change(() => [aKey("one")])).rejects.toThrow(/cannot be written \((?:ENOTDIR|EEXIST)\), so nothing was changed/);
  });

  it("takes one passphrase in either of its Unicode forms", async () => {
    const path = join(freshFolder(), "keys");
    await openKeyStore(path, "Caf\u00e9 au lait, s'il vous", CHEAP).change(() => [aKey("one")]);
    expect(await openKeyStore(path, "Cafe\u0301 au lait, s'il vous", CHEAP).keys()).toHaveLength(1);
  });
});

describe("what a header may ask for", () => {
  const header = (logN: number, r: number, p: number): Buffer => Buffer.concat([Buffer.from("CAUCUSK\n"), Buffer.from([1, 1, logN, r, p]), Buffer.alloc(32 + 12 + 16)]);

  it("is neither less than protects nor more than the machine can bear", () => {
    expect(readHeader(header(17, 8, 1), BOUNDS)?.cost).toEqual(COST);
    for (const [logN, r, p] of [[14, 8, 1], [17, 7, 1], [17, 8, 0], [20, 8, 1], [17, 9, 1], [17, 8, 5], [255, 255, 255], [0, 0, 0]] as const) {
      expect(readHeader(header(logN, r, p), BOUNDS), `${logN} ${r} ${p}`).toBeNull();
    }
  });

  it("is raised to today's cost by the next change, by no reading", async () => {
    const { path } = await stored();
    const costlier = { ...CHEAP, cost: { logN: 3, r: 1, p: 1 } };
    const store = openKeyStore(path, PASSPHRASE, costlier);
    await store.keys();
    expect(readFileSync(path)[10]).toBe(2);
    await store.change((keys) => [...keys]);
    expect(readFileSync(path)[10]).toBe(3);
    expect(await openKeyStore(path, PASSPHRASE, CHEAP).keys()).toHaveLength(2);
  });

  it("opens what today's cost wrote, as everybody's store is", async () => {
    const path = join(freshFolder(), "keys");
    await openKeyStore(path, PASSPHRASE).change(() => [aKey("one")]);
    expect(await openKeyStore(path, PASSPHRASE).keys()).toEqual([aKey("one")]);
    await expect(openKeyStore(path, "another passphrase").keys()).rejects.toThrow(UserError);
  });
});
