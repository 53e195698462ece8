import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startQueueWorker } from "../../src/adapters/search/queue/worker.ts";
import { redisAddress } from "../../src/adapters/search/queue/address.ts";
import { caucus } from "../cli/caucus.ts";
import { freePort, type RedisServer, startRedis, until } from "./redis.ts";
import { startWorker, type WorkerProcess } from "./worker-process.ts";

const QUICK = ["optimize", "grid-search", "--candles", "synthetic:range?days=30&timeframe=15m", "--trials", "24", "--folds", "2", "--json"];
/** Long enough that something can happen in the middle. */
const LONG = ["optimize", "grid-search", "--candles", "synthetic:range?days=60", "--trials", "64", "--folds", "2", "--json"];

let folder = "";
const ends: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-queue-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const fresh = (): Promise<string> => mkdtemp(join(folder, "run-"));

async function redis(options: Parameters<typeof startRedis>[0] = {}): Promise<RedisServer> {
  const server = await startRedis(options);
  ends.push(() => server.stop());
  return server;
}

async function worker(url: string): Promise<WorkerProcess> {
  const started = await startWorker(url);
  ends.push(() => started.end("SIGKILL"));
  return started;
}

/** Trials that a search has kept so far. */
async function kept(cwd: string): Promise<number> {
  const name = (await readdir(join(cwd, "searches")).catch(() => [])).find((one) => one.endsWith(".sqlite"));
  if (name === undefined) return 0;
  try {
    const db = new DatabaseSync(join(cwd, "searches", name), { readOnly: true, timeout: 1_000 });
    const row = db.prepare("SELECT count(*) AS count FROM trials").get();
    db.close();
    return Number(row?.["count"]);
  } catch {
    // The file is being made.
    return 0;
  }
}

/** Stops a worker, and says whether a job stays with it; it goes on when none does. */
async function holds(server: RedisServer, { child }: WorkerProcess): Promise<boolean> {
  const queue = (await server.client.keys("caucus:trials-*:active"))[0] ?? "";
  child.kill("SIGSTOP");
  let stuck = await server.client.lrange(queue, 0, -1);
  for (let look = 0; look < 25 && stuck.length > 0; look++) {
    await wait(20);
    const active = await server.client.lrange(queue, 0, -1);
    stuck = stuck.filter((job) => active.includes(job));
  }
  if (stuck.length === 0) child.kill("SIGCONT");
  return stuck.length > 0;
}

/** The keys that are left, candles apart: those stay for the next search and expire. */
async function leftovers(server: RedisServer): Promise<string[]> {
  const keys = await server.client.keys("*");
  for (const key of keys) expect(await server.client.pttl(key), key).not.toBe(-1);
  return keys.filter((key) => !key.startsWith("caucus:candles:"));
}

const left = (workers: readonly WorkerProcess[]): Promise<void> => until(() => workers.every((one) => one.events().some(({ event }) => event === "left")));
const trialsOf = (one: WorkerProcess): number => one.events().reduce((sum, event) => sum + (event.event === "left" ? event.trials : 0), 0);

describe("a search over Redis", () => {
  it("comes to the bytes of a local search with two workers, who fetch the candles once, and leaves nothing behind", async () => {
    const server = await redis();
    const seen = await server.commands();
    const workers = [await worker(server.url), await worker(server.url)];
    const local = await caucus(QUICK, { cwd: await fresh() });
    const remote = await caucus([...QUICK, "--redis", server.url], { cwd: await fresh() });
    expect(remote.err).toBe("");
    expect(local.code).toBe(0);
    expect(remote.out).toBe(local.out);
    await left(workers);
    for (const one of workers) {
      expect(trialsOf(one)).toBeGreaterThan(0);
      expect(one.events().filter(({ event }) => event === "candles")).toHaveLength(1);
    }
    expect(await leftovers(server)).toEqual([]);

    // Another search over the same candles: nobody writes or reads them again.
    const again = await caucus([...QUICK, "--search-seed", "7", "--redis", server.url], { cwd: await fresh() });
    expect({ code: again.code, err: again.err }).toEqual({ code: 0, err: "" });
    expect(again.out).not.toBe(local.out);
    const parts = (command: string): number => seen.filter(([name = "", key = ""]) => name.toLowerCase() === command && /^caucus:candles:\w+:0$/.test(key)).length;
    expect(parts("set")).toBe(1);
    expect(parts("get")).toBe(2);
    for (const one of workers) expect(await one.end("SIGINT")).toBe(0);
  });

  it("loses nothing when a worker is killed in the middle of a trial", async () => {
    const server = await redis();
    const [victim, survivor] = [await worker(server.url), await worker(server.url)];
    const [cwd, whole] = [await fresh(), await fresh()];
    const search = caucus([...LONG, "--redis", server.url], { cwd });
    await until(async () => (await kept(cwd)) >= 8);
    // Killed while it holds a job, so that there is something to lose.
    await until(() => holds(server, victim));
    await victim.end("SIGKILL");
    const [remote, local] = [await search, await caucus(LONG, { cwd: whole })];
    expect(remote.err).toBe("");
    expect(remote.out).toBe(local.out);
    expect(await kept(cwd)).toBe(64);
    await left([survivor]);
    expect(await leftovers(server)).toEqual([]);
  });

  it("waits for another worker when the only one is ended by Ctrl-C, and then comes to the same result", async () => {
    const server = await redis();
    const first = await worker(server.url);
    const [cwd, whole] = [await fresh(), await fresh()];
    let said = "";
    const search = caucus([...LONG, "--redis", server.url], { cwd, onStart: (child) => child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString())) });
    await until(async () => (await kept(cwd)) >= 8);
    expect(await first.end("SIGINT")).toBe(0);
    expect(first.err()).toBe("");
    expect(trialsOf(first)).toBeGreaterThanOrEqual(8);
    await until(() => said.includes("No worker is connected"));
    await worker(server.url);
    const [remote, local] = [await search, await caucus(LONG, { cwd: whole })];
    expect(remote.err.match(/No worker/g)).toHaveLength(1);
    expect(remote.out).toBe(local.out);
  });

  it("refuses candles that are not those of the search, which the next search writes again", async () => {
    const server = await redis();
    await worker(server.url);
    const first = await caucus([...QUICK, "--redis", server.url], { cwd: await fresh() });
    const [key = ""] = (await server.client.keys("caucus:candles:*:0")).filter((one) => one.endsWith(":0"));
    await server.client.setrange(key, 16, "other");
    const late = await startWorker(server.url);
    ends.push(() => late.end("SIGKILL"));
    const second = await caucus([...QUICK, "--redis", server.url], { cwd: await fresh() });
    expect({ code: second.code, out: second.out }).toEqual({ code: 1, out: "" });
    expect(second.err).toMatch(/^caucus: The worker on \S+ \(process \d+\) cannot take part: the candles [0-9a-f]{12} in Redis are not those of the search: their hash is another one\. What is done is kept/);
    const third = await caucus([...QUICK, "--redis", server.url], { cwd: await fresh() });
    expect(third.out).toBe(first.out);
  });

  it("says so when Redis comes back without the search", async () => {
    const port = await freePort();
    const server = await redis({ port });
    const cwd = await fresh();
    const search = caucus([...QUICK, "--redis", server.url], { cwd });
    // Before a trial waits the search is still being put there, and its end is another one.
    await until(async () => (await server.client.keys("caucus:trials-*:wait")).length === 1);
    await server.stop();
    const second = await redis({ port });
    const { code, out, err } = await search;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^caucus: Redis at \S+ has lost the search, as after a restart\. What is done is kept; /);
    expect(await leftovers(second)).toEqual([]);
  });

  it("ends, and takes back what it can, when it could not be put into Redis as a whole", async () => {
    const server = await redis({ without: "PEXPIRE" });
    const { code, out, err } = await caucus([...QUICK, "--redis", server.url], { cwd: await fresh() });
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^caucus: The search could not be put into Redis at \S+: ERR unknown command 'pexpire'.*\.\n$/);
    expect(await leftovers(server)).toEqual([]);
  });

  it("ends when Redis goes away while the search is being put there", async () => {
    const server = await redis();
    await server.client.client("PAUSE", 60_000, "WRITE");
    const search = caucus([...QUICK, "--redis", server.url], { cwd: await fresh() });
    await until(async () => / flags=b .* cmd=pexpire /.test(String(await server.client.client("LIST"))));
    await server.stop();
    const { code, out, err } = await search;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^caucus: The search could not be put into Redis at \S+: the connection was lost\.\n$/);
  });

  it("stops with a sentence when a worker is of another version, which takes no trial", async () => {
    const server = await redis();
    const told: string[] = [];
    const other = await startQueueWorker({ redis: redisAddress(server.url), engine: "0.0.1+other", threads: 1, tell: ({ event }) => told.push(event) });
    ends.push(() => other.close());
    const cwd = await fresh();
    const { code, out, err } = await caucus([...QUICK, "--redis", server.url], { cwd });
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^caucus: The worker on \S+ \(process \d+\) runs another version of the program: 0\.0\.1\+other, and the search is of \S+\. Update it or stop it\. What is done is kept; /);
    expect(await kept(cwd)).toBe(0);
    expect(told).toEqual(["ready", "refused"]);
    expect(await leftovers(server)).toEqual([]);
  });

  it("stops with a sentence when Redis goes away, and then goes on to the result of a search that was not stopped", async () => {
    const port = await freePort();
    const server = await redis({ port });
    const one = await worker(server.url);
    const [cwd, whole] = [await fresh(), await fresh()];
    const args = [...LONG, "--redis", server.url];
    const stopped = caucus(args, { cwd });
    await until(async () => (await kept(cwd)) >= 8);
    await server.stop();
    const { code, out, err } = await stopped;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toBe(`caucus: Redis at ${server.url} went away. What is done is kept; the same command goes on from there.\n`);
    const before = await kept(cwd);
    expect(before).toBeLessThan(64);

    await redis({ port });
    await until(() => one.events().some(({ event }) => event === "back"));
    const [resumed, local] = [await caucus(args, { cwd }), await caucus(LONG, { cwd: whole })];
    expect(resumed.err).toBe("");
    expect(resumed.out).toBe(local.out);
    await until(() => one.events().filter(({ event }) => event === "left").length === 2);
    expect(one.events().map(({ event }) => event)).toEqual(expect.arrayContaining(["lost", "back"]));
  });

  it("lets a worker go by Ctrl-C in the middle of a trial while Redis is away", async () => {
    const server = await redis();
    const one = await worker(server.url);
    const cwd = await fresh();
    const search = caucus([...LONG, "--redis", server.url], { cwd });
    await until(async () => (await kept(cwd)) >= 2);
    await server.stop();
    await until(() => one.events().some(({ event }) => event === "lost"));
    expect(await one.end("SIGINT")).toBe(1);
    expect(one.err()).toBe(`caucus: Redis at ${server.url} is away; what the worker had at hand is another's.\n`);
    expect((await search).code).toBe(1);
  });

  it("says that it waits when there is no worker, and Ctrl-C ends it with nothing left in Redis", async () => {
    const server = await redis({ password: "hunter2" });
    const url = server.url.replace("//", "//:hunter2@");
    let said = "";
    let interrupted = false;
    const { code, out, err } = await caucus([...QUICK, "--redis", url], {
      cwd: folder,
      onStart(child) {
        child.stderr?.on("data", (chunk: Buffer) => {
          said += chunk.toString();
          if (said.includes("waits") && !interrupted) interrupted = child.kill("SIGINT");
        });
      },
    });
    expect({ code, out }).toEqual({ code: 130, out: "" });
    expect(err).toMatch(/^caucus: No worker is connected to redis:\/\/127\.0\.0\.1:\d+; the search waits\. Start one: caucus worker --redis redis:\/\/127\.0\.0\.1:\d+\ncaucus: stopped\. 0 of 24 trials are done/);
    expect(err).not.toContain("hunter2");
    expect(await leftovers(server)).toEqual([]);
  });

  it.each<[string, (port: number) => readonly string[], number, RegExp]>([
    ["an address of something else", () => ["worker", "--redis", "http://user:hunter2@127.0.0.1"], 2, /--redis: this is no address of a Redis server/],
    ["no address", () => ["worker"], 2, /required option '--redis <url>'/],
    ["a path that is no database", () => ["optimize", "grid-search", "--redis", "redis://127.0.0.1/hunter2"], 2, /only the number of a database/],
    ["threads of this machine beside Redis", () => [...QUICK, "--redis", "redis://127.0.0.1", "--workers", "2"], 2, /give one of the two/],
    ["a worker's server that is not there", (port) => ["worker", "--redis", `redis://:hunter2@127.0.0.1:${port}`], 1, /Redis at redis:\/\/127\.0\.0\.1:\d+ cannot be used: connect ECONNREFUSED/],
    ["a search's server that is not there", (port) => [...QUICK, "--redis", `redis://:hunter2@127.0.0.1:${port}`], 1, /Redis at redis:\/\/127\.0\.0\.1:\d+ cannot be used: connect ECONNREFUSED/],
  ])("answers %s with one clear error that has no password in it", async (_, args, expected, message) => {
    const { code, out, err } = await caucus(args(await freePort()), { cwd: join(import.meta.dirname, "..", "..") });
    expect({ code, out }).toEqual({ code: expected, out: "" });
    expect(err).toMatch(message);
    expect(err).not.toContain("hunter2");
    expect(err).not.toMatch(/\n\s+at /);
  });

  it("answers a password that is missing or wrong with one clear error", async () => {
    const server = await redis({ password: "hunter2" });
    const [missing, wrong] = [await caucus(["worker", "--redis", server.url]), await caucus(["worker", "--redis", server.url.replace("//", "//:swordfish@")])];
    expect(missing).toMatchObject({ code: 1, out: "" });
    expect(missing.err).toMatch(/it asks for a password/);
    expect(wrong).toMatchObject({ code: 1, out: "" });
    expect(wrong.err).toMatch(/WRONGPASS/);
    expect(wrong.err).not.toContain("swordfish");
  });
});
