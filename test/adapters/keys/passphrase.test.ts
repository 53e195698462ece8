import { chmodSync, closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type PassphraseSources, findPassphrase } from "../../../src/adapters/keys/passphrase.ts";
import type { Terminal } from "../../../src/adapters/keys/terminal.ts";
import { freshFolder } from "./cheap.ts";

beforeEach(() => {
  for (const name of ["CAUCUS_KEYS_PASSPHRASE", "CAUCUS_KEYS_PASSPHRASE_FILE", "CREDENTIALS_DIRECTORY"]) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

/** Somebody at a terminal who types these answers, and what was asked. */
function typing(...answers: (string | null)[]): Terminal & { readonly asked: string[] } {
  const asked: string[] = [];
  const next = (question: string): Promise<string | null> => {
    asked.push(question);
    return Promise.resolve(answers.shift() ?? null);
  };
  return { asked, secret: next, line: () => Promise.reject(new Error("shown")) };
}

const find = (over: Partial<PassphraseSources> = {}): Promise<string | null> => findPassphrase({ terminal: null, path: "the store", isNew: false, keyrings: [], ...over });

/** A keyring program that knows this, or nothing. */
function keyring(script: string): { readonly program: string; readonly args: readonly string[] } {
  const program = join(freshFolder(), "keyring");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o700);
  return { program, args: ["lookup"] };
}

function fileWith(text: string): string {
  const path = join(freshFolder(), "passphrase");
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

describe("the passphrase of the key store", () => {
  it("comes from a descriptor, without the line feed at its end", async () => {
    const fd = openSync(fileWith(" seven blue herons \n"), "r");
    expect(await find({ fd })).toBe(" seven blue herons ");
  });

  it("comes from no descriptor that is closed", async () => {
    const fd = openSync(fileWith("x"), "r");
    closeSync(fd);
    await expect(find({ fd })).rejects.toThrow(new RegExp(`--passphrase-fd: descriptor ${fd} is not open`));
  });

  it("comes from the file that the environment names, from systemd, from the keyring, and from the person, in this order", async () => {
    const credentials = freshFolder();
    writeFileSync(join(credentials, "caucus-keys"), "of systemd\n");
    const started: string[] = [];
    const rings = [{ program: "/no/such/keyring", args: [] }, keyring(`test "$*" = lookup && echo of the keyring`)];
    const all = { terminal: typing("of the person"), keyrings: rings, mayStart: (program: string) => void started.push(program) };
    vi.stubEnv("CAUCUS_KEYS_PASSPHRASE_FILE", fileWith("of the file\n"));
    vi.stubEnv("CREDENTIALS_DIRECTORY", credentials);
    expect(await find(all)).toBe("of the file");
    vi.stubEnv("CAUCUS_KEYS_PASSPHRASE_FILE", undefined);
    expect(await find(all)).toBe("of systemd");
    vi.stubEnv("CREDENTIALS_DIRECTORY", freshFolder());
    expect(await find(all)).toBe("of the keyring");
    expect(started).toEqual([rings[1]?.program]);
    expect(await find({ ...all, keyrings: [keyring("exit 1")] })).toBe("of the person");
    expect(await find({ ...all, terminal: typing("of the person"), keyrings: [keyring("echo")] })).toBe("of the person");
  });

  it("is asked for once, and twice for a store that is made", async () => {
    const once = typing("seven blue herons");
    expect(await find({ terminal: once })).toBe("seven blue herons");
    expect(once.asked).toEqual(["Passphrase of the store: "]);
    const twice = typing("seven blue herons", "seven blue herons");
    expect(await find({ terminal: twice, isNew: true })).toBe("seven blue herons");
    expect(twice.asked).toHaveLength(2);
    await expect(find({ terminal: typing("seven blue herons", "seven blue heroes"), isNew: true })).rejects.toThrow(/differ, so no key store was made/);
  });

  it("is nothing when the person gives up", async () => {
    expect(await find({ terminal: typing(null) })).toBe(null);
    expect(await find({ terminal: typing("seven blue herons", null), isNew: true })).toBe(null);
  });

  it("is not too short when a store is made, and never empty", async () => {
    await expect(find({ terminal: typing("short"), isNew: true })).rejects.toThrow(/at least 12 characters/);
    expect(await find({ terminal: typing("short") })).toBe("short");
    await expect(find({ terminal: typing("") })).rejects.toThrow(/empty/);
    vi.stubEnv("CAUCUS_KEYS_PASSPHRASE_FILE", fileWith("\n"));
    await expect(find()).rejects.toThrow(/CAUCUS_KEYS_PASSPHRASE_FILE: the passphrase is empty/);
  });

  it("comes without the mark that editors put at the beginning of a file, from a file and from a descriptor", async () => {
    const path = fileWith("\uFEFFseven blue herons\r\n");
    expect(await find({ fd: openSync(path, "r") })).toBe("seven blue herons");
    vi.stubEnv("CAUCUS_KEYS_PASSPHRASE_FILE", path);
    expect(await find()).toBe("seven blue herons");
  });

  it("does not come from variables that are set to nothing", async () => {
    vi.stubEnv("CAUCUS_KEYS_PASSPHRASE_FILE", "");
    vi.stubEnv("CREDENTIALS_DIRECTORY", "");
    expect(await find({ terminal: typing("of the person") })).toBe("of the person");
  });

  it("is refused in the environment itself, without being repeated", async () => {
    vi.stubEnv("CAUCUS_KEYS_PASSPHRASE", "seven blue herons");
    const refused: unknown = await find({ terminal: typing("x") }).catch((error: unknown) => error);
    expect(String(refused)).toMatch(/CAUCUS_KEYS_PASSPHRASE_FILE/);
    expect(String(refused)).not.toContain("herons");
  });

  it("says where it could come from when nobody can be asked", async () => {
    await expect(find()).rejects.toThrow(/--passphrase-fd, CAUCUS_KEYS_PASSPHRASE_FILE or the systemd credential/);
    vi.stubEnv("CAUCUS_KEYS_PASSPHRASE_FILE", "/no/such/file");
    await expect(find()).rejects.toThrow(/\/no\/such\/file cannot be read \(ENOENT\)/);
  });
});
