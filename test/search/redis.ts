import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";

/** A redis-server of a test's own. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly client: Redis;
  /** A list that grows by every command that the server gets from now on. */
  commands(): Promise<readonly (readonly string[])[]>;
  /** Ends the server; its memory is gone with it. */
  stop(): Promise<void>;
}

/** Starts redis-server on a free port of 127.0.0.1, with nothing kept on disk; it does not know the command `without`. */
export async function startRedis(options: { port?: number; password?: string; without?: string } = {}): Promise<RedisServer> {
  if (spawnSync("redis-server", ["--version"]).error) throw new Error("These tests need redis-server: apt-get install redis-server");
  const port = options.port ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), "caucus-redis-"));
  const guard = options.password === undefined ? [] : ["--requirepass", options.password];
  const lacking = options.without === undefined ? [] : ["--rename-command", options.without, ""];
  const child = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder, ...guard, ...lacking], { stdio: "ignore" });
  const client = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null, retryStrategy: () => 20, ...(options.password === undefined ? {} : { password: options.password }) });
  client.on("error", () => {});
  const monitors: Redis[] = [];
  await client.ping();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    client,
    async commands() {
      const seen: string[][] = [];
      const monitor = await client.monitor();
      monitor.on("monitor", (_time: string, args: string[]) => seen.push(args));
      monitor.on("error", () => {});
      monitors.push(monitor);
      return seen;
    },
    async stop() {
      for (const one of [client, ...monitors]) one.disconnect();
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Waits until something holds, looking often. */
export async function until(holds: () => boolean | Promise<boolean>, within = 60_000): Promise<void> {
  const end = Date.now() + within;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`did not come true within ${within} ms`);
    await wait(20);
  }
}
