import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { endAll, scratch, until } from "../bot-on-sandbox.ts";
import { ROOT } from "../caucus.ts";
import { keys, PASSPHRASE } from "./keys-command.ts";

vi.setConfig({ testTimeout: 300_000 });
afterEach(endAll);

/** util-linux's script gives a command a terminal of its own. */
const SCRIPT = "/usr/bin/script";

/** Runs `caucus` at a terminal, and types each answer once its question is there. Gives everything that the terminal showed. */
async function typed(command: string, cwd: string, answers: readonly (readonly [question: string, answer: string])[]): Promise<{ readonly code: number | null; readonly shown: string }> {
  const child = spawn(SCRIPT, ["-qec", `${process.execPath} ${join(ROOT, "bin", "caucus.js")} ${command}`, "/dev/null"], { cwd, env: { ...process.env, NO_COLOR: "1" }, stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let shown = "";
  let code: number | null | undefined;
  child.stdout.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  child.on("close", (ended) => (code = ended));
  for (const [question, answer] of answers) {
    await until(`the question "${question}" after: ${shown}`, () => shown.includes(question) || code !== undefined, 60_000);
    child.stdin.write(answer);
  }
  await until("its end", () => code !== undefined, 60_000);
  return { code: code ?? null, shown };
}

describe.skipIf(!existsSync(SCRIPT))("caucus keys at a terminal", () => {
  it("asks twice for the passphrase of a new store and once for each secret, and shows none of what is typed", async () => {
    const cwd = await scratch();
    const { code, shown } = await typed("keys add main --exchange okx", cwd, [
      ["A passphrase for the new key store", `wrong start\u0015${PASSPHRASE}X\u007f\r`],
      ["The same once more", `${PASSPHRASE}\r`],
      ["API key (not shown)", "the-api-key\r"],
      ["Secret (not shown)", "the-secret\r"],
      ["Passphrase of the key (not shown)", "the-password\r"],
    ]);
    expect(code).toBe(0);
    expect(shown).toContain("Added main");
    for (const hidden of [PASSPHRASE, "herons", "the-api-key", "the-secret", "the-password", "wrong start"]) expect(shown).not.toContain(hidden);
    expect((await keys(["list"], { cwd })).out).toContain("okx/main");
  });

  it("makes nothing when the two passphrases differ, or the person gives up", async () => {
    const cwd = await scratch();
    const differing = await typed("keys add main --exchange binance", cwd, [["A passphrase for", `${PASSPHRASE}\r`], ["once more", `${PASSPHRASE}s\r`]]);
    expect(differing.code).toBe(2);
    expect(differing.shown).toMatch(/differ, so no key store was made/);
    const left = await typed("keys add main --exchange binance", cwd, [["A passphrase for", "\u0003"]]);
    expect(left.code).toBe(130);
    expect(existsSync(join(cwd, "state", "keys.sealed"))).toBe(false);
  });

  it("asks before it removes a key, and takes anything but yes for no", async () => {
    const cwd = await scratch();
    await keys(["add", "main", "--exchange", "binance"], { cwd, stdin: JSON.stringify({ apiKey: "the-api-key", secret: "the-secret" }) });
    const kept = await typed("keys remove main", cwd, [["Passphrase of state/keys.sealed", `${PASSPHRASE}\r`], ["[y/N]", "\r"]]);
    expect(kept.code).toBe(130);
    const removed = await typed("keys remove main", cwd, [["Passphrase of state/keys.sealed", `${PASSPHRASE}\r`], ["[y/N]", "y\r"]]);
    expect({ code: removed.code, shown: removed.shown }).toEqual({ code: 0, shown: expect.stringContaining("Removed main") as string });
    expect((await keys(["list"], { cwd })).out).toMatch(/empty/);
  });
});
