import { randomBytes } from "node:crypto";
import { link, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { codeOf } from "../../core/error-code.ts";
import { RunError } from "../../core/user-error.ts";

const holderShape = z.object({ pid: z.number().int().positive(), host: z.string(), born: z.string(), token: z.string().regex(/^[0-9a-f]{16}$/) });
type Holder = z.infer<typeof holderShape>;

/** How long another process may keep the lock, and how often it is asked, ms. */
export interface LockPatience {
  readonly forMs: number;
  readonly everyMs: number;
}

const PATIENCE: LockPatience = { forMs: 15_000, everyMs: 25 };

/** Runs `work` while no other process (and no other call of this one) holds `path`; the lock of a dead process is taken over. */
export async function withLock<T>(path: string, work: () => Promise<T>, patience: LockPatience = PATIENCE): Promise<T> {
  const me: Holder = { pid: process.pid, host: hostname(), born: bornAt(process.pid), token: randomBytes(8).toString("hex") };
  const tries = Math.max(1, Math.ceil(patience.forMs / patience.everyMs));
  for (let round = 1; !(await claim(path, me)); round += 1) {
    if (round >= tries) throw await stuck(path);
    await new Promise((resolve) => setTimeout(resolve, patience.everyMs));
  }
  try {
    return await work();
  } finally {
    await removed(path);
  }
}

/** Somebody may have deleted it by hand meanwhile. */
async function removed(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/**
 * One try to hold `path`. A dead holder's lock is replaced only by whoever holds the lock on replacing exactly that one, which
 * is a file named after its token: two processes that both saw the dead one can never both go on.
 */
async function claim(path: string, me: Holder): Promise<boolean> {
  if (await createWhole(path, me)) return true;
  const holder = await readHolder(path);
  if (holder === "gone" || holder === "unreadable" || isAlive(holder)) return false;
  const heir = `${path}.${holder.token}`;
  if (!(await claim(heir, me))) return false;
  const still = await readHolder(path);
  if (typeof still === "string" || still.token !== holder.token) {
    await unlink(heir);
    return false;
  }
  await rename(heir, path);
  return true;
}

/** Appears with its contents or not at all: nobody ever reads half a lock. */
async function createWhole(path: string, me: Holder): Promise<boolean> {
  const draft = `${path}.${me.token}.draft`;
  try {
    await writeFile(draft, JSON.stringify(me), { mode: 0o600 });
    await link(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    // A full disk leaves an empty one.
    await removed(draft);
  }
}

async function readHolder(path: string): Promise<Holder | "gone" | "unreadable"> {
  try {
    const parsed = holderShape.safeParse(JSON.parse(await readFile(path, "utf8")));
    return parsed.success ? parsed.data : "unreadable";
  } catch (error) {
    return codeOf(error) === "ENOENT" ? "gone" : "unreadable";
  }
}

/** Another machine's processes cannot be asked about: they count as alive. */
function isAlive({ pid, host, born }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
  // The id may belong to another process by now.
  return born === "" || bornAt(pid) === born;
}

/** When a process started, in the kernel's own count; empty where there is no /proc. */
function bornAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

async function stuck(path: string): Promise<RunError> {
  const holder = await readHolder(path);
  const who = typeof holder === "string" ? "something that left no readable name" : `process ${holder.pid} on ${holder.host}`;
  return new RunError(`${path}: ${who} holds the key store and does not let go, so nothing was changed. Let it finish; if it no longer runs, delete this file.`);
}
