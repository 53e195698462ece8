import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { caucus, ROOT, type Ran } from "./caucus.ts";

const children = new Set<ChildProcess>();
const folders: string[] = [];

/** Ends every child of a test and removes its folders; for `afterEach`. */
export async function endAll(): Promise<void> {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "close");
  }
  children.clear();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** A folder of its own for a test. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "caucus-run-"));
  folders.push(folder);
  return folder;
}

/** The keys of the sandbox account, as the bot wants them. */
export const KEYS = { CAUCUS_API_KEY: "sandbox", CAUCUS_API_SECRET: "sandbox" };

/** A child that runs, and what it has written so far. */
export interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Exit code and signal, once it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts the program and leaves it running. */
export function launch(args: readonly string[], cwd: string, env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [join(ROOT, "bin", "caucus.js"), ...args], { cwd, env: { ...process.env, NO_COLOR: "1", ...env }, stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
  return { child, out: () => out, err: () => err, ended };
}

const sandboxSchema = z.strictObject({
  url: z.string(),
  wsUrl: z.string(),
  port: z.int(),
  key: z.string(),
  secret: z.string(),
  symbols: z.array(z.string()),
  speed: z.number(),
  now: z.int(),
  end: z.int(),
});

const row = z.looseObject({ clientOrderId: z.string(), status: z.string(), side: z.string() });
const stateSchema = z.looseObject({
  now: z.number(),
  accounts: z.array(z.looseObject({ balances: z.array(z.strictObject({ asset: z.string(), free: z.string(), locked: z.string() })), openOrders: z.array(row) })),
});

/** A sandbox exchange that runs as a process of its own. */
export type Sandbox = z.infer<typeof sandboxSchema> & {
  readonly running: Running;
  readonly state: () => Promise<z.infer<typeof stateSchema>>;
  readonly post: (path: string, body: unknown) => Promise<unknown>;
};

/** Starts `caucus exchange` on any free port and reads its line. */
export async function sandbox(cwd: string, ...args: string[]): Promise<Sandbox> {
  const running = launch(["exchange", "--port", "0", "--json", ...args], cwd);
  if (!running.child.stdout) throw new Error("no output to read");
  const [line] = (await Promise.race([
    once(createInterface({ input: running.child.stdout }), "line"),
    running.ended.then(({ code }) => Promise.reject(new Error(`the exchange ended with ${code}: ${running.err()}`))),
  ])) as [string];
  const facts = sandboxSchema.parse(JSON.parse(line));
  return {
    ...facts,
    running,
    state: async () => stateSchema.parse(await (await fetch(`${facts.url}/control/state`)).json()),
    post: async (path, body) => {
      const answer = await fetch(`${facts.url}/control/${path}`, { method: "POST", body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
      return answer.json();
    },
  };
}

/** Waits until something is so. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, longest = 60_000): Promise<void> {
  const ends = performance.now() + longest;
  while (!(await isSo())) {
    if (performance.now() > ends) throw new Error(`waited in vain: ${what}`);
    await sleep(25);
  }
}

/** Writes a definition that trades a grid of eight levels on a sandbox, as `bot.yaml`. */
export async function writeBot(cwd: string, url: string, changes: { readonly capital?: number; readonly trade?: string; readonly mode?: string } = {}): Promise<void> {
  const { capital = 1_000, trade = "", mode = "live" } = changes;
  await writeFile(
    join(cwd, "bot.yaml"),
    `name: bot\nsymbols: BTC/USDT\ncapital: ${capital}\nagents: none\nstrategies: {grid: {levels: 8}}\ntrade: {mode: ${mode}, exchange: binance, url: "${url}"${trade}}\n`,
  );
}

/** A bot that runs, and what can be asked of it. */
export interface RunningBot extends Running {
  readonly ask: (command: string, ...flags: string[]) => Promise<Ran>;
}

/** Starts the bot of `bot.yaml` and waits until its orders rest. */
export async function startBot(cwd: string, exchange: Sandbox, ...flags: string[]): Promise<RunningBot> {
  const running = launch(["run", "bot.yaml", "--live", "--state", "state", "--log", "text", ...flags], cwd, KEYS);
  await until("orders of the bot", async () => {
    if (running.child.exitCode !== null) throw new Error(`the bot ended: ${running.out()}${running.err()}`);
    return (await exchange.state()).accounts[0]!.openOrders.length >= 4 && /^\d.*fill /m.test(running.out());
  });
  return { ...running, ask: (command, ...more) => caucus([command, "bot.yaml", "--state", "state", ...more], { cwd }) };
}
