import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { withLock } from "../../../src/adapters/keys/lock.ts";
import { openKeyStore } from "../../../src/adapters/keys/store.ts";
import { CHEAP, PASSPHRASE, aKey, freshFolder } from "./cheap.ts";

const IMPATIENT = { forMs: 50, everyMs: 10 };
const PATIENT = { forMs: 60_000, everyMs: 5 };

/** The id of a process that has ended. */
function deadPid(): number {
  return Number(execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }).trim());
}

function holder(pid: number, over: object = {}): string {
  return JSON.stringify({ pid, host: hostname(), born: "", token: "0123456789abcdef", ...over });
}

describe("the lock of the key store", () => {
  it("is held by one at a time, and gone afterwards", async () => {
    const folder = freshFolder();
    const path = join(folder, "lock");
    let inside = 0;
    let most = 0;
    await Promise.all(Array.from({ length: 20 }, () => withLock(path, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside -= 1;
    }, PATIENT)));
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("names the process that holds it", async () => {
    const path = join(freshFolder(), "lock");
    await withLock(path, async () => {
      expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ pid: process.pid, host: hostname() });
      await expect(withLock(path, () => Promise.resolve(), IMPATIENT)).rejects.toThrow(`process ${process.pid} on`);
    });
  });

  it("is let go of when the work fails", async () => {
    const path = join(freshFolder(), "lock");
    await expect(withLock(path, () => Promise.reject(new Error("no")), PATIENT)).rejects.toThrow("no");
    expect(existsSync(path)).toBe(false);
  });

  it("is taken over from a dead process, by one of many that try at once", async () => {
    const folder = freshFolder();
    const path = join(folder, "lock");
    writeFileSync(path, holder(deadPid()));
    let inside = 0;
    let most = 0;
    const done = await Promise.all(Array.from({ length: 12 }, (_, index) => withLock(path, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside -= 1;
      return index;
    }, PATIENT)));
    expect(done).toHaveLength(12);
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is taken over even from one that died while it was taking it over", async () => {
    const folder = freshFolder();
    const path = join(folder, "lock");
    writeFileSync(path, holder(deadPid()));
    writeFileSync(`${path}.0123456789abcdef`, holder(deadPid(), { token: "fedcba9876543210" }));
    expect(await withLock(path, () => Promise.resolve("mine"), PATIENT)).toBe("mine");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is taken over from a process whose id another one has by now", async () => {
    const path = join(freshFolder(), "lock");
    writeFileSync(path, holder(process.pid, { born: "1" }));
    expect(await withLock(path, () => Promise.resolve("mine"), PATIENT)).toBe("mine");
  });

  it("is left to a process of another machine, and to one that cannot be read", async () => {
    const path = join(freshFolder(), "lock");
    for (const text of [holder(deadPid(), { host: "elsewhere" }), "{}", "half a"]) {
      writeFileSync(path, text);
      await expect(withLock(path, () => Promise.resolve("mine"), IMPATIENT)).rejects.toThrow(/delete this file/);
      expect(readFileSync(path, "utf8")).toBe(text);
    }
  });
});

it("that was deleted by hand while it was held takes nothing from what was done", async () => {
  const path = join(freshFolder(), "lock");
  expect(await withLock(path, () => rm(path).then(() => "done"))).toBe("done");
  expect(existsSync(path)).toBe(false);
});

describe("several processes with one key store", () => {
  it("lose none of each other's changes", async () => {
    const path = join(freshFolder(), "keys");
    const script = join(import.meta.dirname, "adds-keys.ts");
    const children = ["a", "b", "c"].map((name) => {
      const child = spawn(process.execPath, [script, path, name, "8"], { stdio: ["ignore", "ignore", "inherit"] });
      onTestFinished(() => void child.kill("SIGKILL"));
      return once(child, "exit");
    });
    expect((await Promise.all(children)).map(([code]) => code as unknown)).toEqual([0, 0, 0]);
    const ids = (await openKeyStore(path, PASSPHRASE, CHEAP).keys()).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(["a", "b", "c"].flatMap((name) => Array.from({ length: 8 }, (_, index) => `${name}-${index}`)).toSorted());
    // In each process's own order.
    for (const name of ["a", "b", "c"]) expect(ids.filter((id) => id.startsWith(name))).toEqual(Array.from({ length: 8 }, (_, index) => `${name}-${index}`));
  }, 60_000);

  it("go on after one was killed in the middle of a change, with what stood before", async () => {
    const path = join(freshFolder(), "keys");
    const store = openKeyStore(path, PASSPHRASE, CHEAP);
    await store.change(() => [aKey("one")]);
    const child = spawn(process.execPath, [join(import.meta.dirname, "adds-keys.ts"), path, "dies", "1", "die"], { stdio: ["ignore", "ignore", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "exit");
    expect(existsSync(`${path}.lock`)).toBe(true);
    expect(await store.keys()).toEqual([aKey("one")]);
    await store.change((keys) => [...keys, aKey("two")]);
    expect(await store.keys()).toEqual([aKey("one"), aKey("two")]);
    expect(readdirSync(join(path, ".."))).toEqual(["keys"]);
  }, 60_000);
});
