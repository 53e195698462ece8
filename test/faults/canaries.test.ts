import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readJournal } from "../../src/adapters/sqlite/reader.ts";
import { endAll, launch, sandbox, scratch, until, writeBot } from "../cli/bot-on-sandbox.ts";
import { caucus, ROOT } from "../cli/caucus.ts";
import { type BotApi, type Person, startBotApi } from "../telegram/bot-api/server.ts";
import { CANARIES, careless, type Echo, EVERYTHING, filesOf, FORMS, hits, startProxy } from "./canaries.ts";

vi.setConfig({ testTimeout: 300_000 });
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await endAll();
  for (const close of closers.splice(0)) await close();
});

const ANN: Person = { id: 11, first_name: "Ann" };
const ENVIRONMENT = { CAUCUS_API_KEY: CANARIES.key, CAUCUS_API_SECRET: CANARIES.secret, CAUCUS_TELEGRAM_TOKEN: CANARIES.token, CAUCUS_LLM_KEY: CANARIES.model };

const coded = (code: number, msg: string): Echo["body"] => (echo) => JSON.stringify({ code, msg: `${msg} ${echo}` });
const page: Echo["body"] = (echo) => `<html><body>Forbidden: ${echo}</body></html>`;
const PRIVATE = /^\/api\/v3\/(order|openOrders|myTrades|account)\b/;

/** What a bot wrote that went through everything at once, by where it was written. */
async function written(off: boolean): Promise<Record<"stdout" | "stderr" | "journal" | "files" | "http" | "telegram" | "commands" | "refused", string>> {
  const cwd = await scratch();
  const api: BotApi = await startBotApi();
  api.desk.chats.add(ANN.id);
  closers.push(() => api.close());
  const exchange = await sandbox(cwd, "--key", CANARIES.key, "--secret", CANARIES.secret, "--speed", "240");
  const proxy = await startProxy(exchange.url);
  closers.push(() => proxy.close());
  await writeBot(cwd, proxy.url);
  await appendFile(join(cwd, "bot.yaml"), `telegram: {users: [{id: ${ANN.id}, role: owner}], batchSeconds: 0}\n`);
  await writeFile(join(cwd, "careless.mjs"), careless(pathToFileURL(ROOT).href, off));
  const env = { ...ENVIRONMENT, CAUCUS_TELEGRAM_API_ROOT: api.url, NODE_OPTIONS: `--import=${join(cwd, "careless.mjs")}` };
  const run = (crash: string, state = "state"): ReturnType<typeof launch> => launch(["run", "bot.yaml", "--live", "--state", state, "--log", "json", "--http", "0"], cwd, { ...env, CANARY_CRASH: crash });

  const bot = run("throw");
  const lines = (pattern: RegExp): boolean => pattern.test(bot.out());
  const happens = (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> =>
    until(what, () => {
      if (bot.child.exitCode !== null) throw new Error(`the bot ended: ${bot.out().slice(-2_000)}${bot.err().slice(-2_000)}`);
      return isSo();
    }, 60_000);
  await happens("it trades", () => lines(/"kind":"fill"/));
  bot.child.kill("SIGUSR2");
  await happens("it has chattered", () => /\(node:\d+\) Warning: /.test(bot.err()) && bot.out().length > 2 * EVERYTHING.length / 10);

  proxy.echo({ method: "POST", path: /^\/api\/v3\/order/, status: 400, body: coded(-2010, "Account has insufficient balance:"), times: 4 });
  await happens("an order is rejected", () => lines(/"kind":"rejected"/));
  proxy.echo({ path: PRIVATE, status: 500, body: page, times: 6 });
  proxy.echo({ method: "GET", path: PRIVATE, status: 403, body: page, times: 4 });
  const before = proxy.struck();
  proxy.cut();
  await happens("questions are answered with pages", () => proxy.struck() >= before + 4);
  proxy.calm();
  proxy.echo({ path: PRIVATE, status: 401, body: coded(-2015, "Invalid API-key, IP, or permissions for action:") });
  proxy.cut();
  await happens("the key is refused", () => lines(/the venue refuses the key/));
  for (const command of ["/health", "/status", "/logs", "/trades", `/nothing ${CANARIES.late}`]) {
    const answered = api.chat(ANN).length;
    api.write(ANN, command);
    await happens(`${command} is answered`, () => api.chat(ANN).length > answered);
  }
  await happens("the refusal is told in Telegram", () => api.chat(ANN).some(({ text }) => text.includes("refuses the key")));
  const door = /http:\/\/127\.0\.0\.1:\d+(?=\/health)/.exec(bot.out())?.[0] ?? "";
  const http = (await Promise.all(["health", "metrics", "nothing"].map(async (path) => (await fetch(`${door}/${path}`)).text()))).join("\n");
  const status = await caucus(["status", "bot.yaml", "--state", "state"], { cwd });
  bot.child.kill("SIGHUP");
  const ends = async (what: string, run: ReturnType<typeof launch>): Promise<number | null> => {
    await until(`${what} ends`, () => run.child.exitCode !== null, 30_000).catch((error: unknown) => { throw new Error(`${String(error)}: ${run.out().slice(-1_500)}${run.err().slice(-1_500)}`); });
    return (await run.ended).code;
  };
  expect(await ends("the first run", bot)).toBe(1);

  // A first start is refused at once.
  const second = run("reject", "another");
  expect(await ends("the second run", second)).not.toBe(0);
  proxy.calm();
  const third = run("reject");
  // What the journal holds without secrets comes to the same when it is gone through again.
  await until("it has started again", () => {
    if (third.child.exitCode !== null) throw new Error(`it did not start again: ${third.err()}`);
    return /"kind":"receipts"/.test(third.out());
  }, 60_000);
  third.child.kill("SIGHUP");
  expect(await ends("the third run", third)).toBe(1);

  const commands = [status];
  for (const args of [["receipt", "list", "bot.yaml", "--state", "state"], ["receipt", "export", "bot.yaml", "--state", "state"], ["ledger", "verify", "bot.yaml", "--state", "state", "--json"]]) commands.push(await caucus(args, { cwd }));
  const journal = readJournal(join(cwd, "state", "journal.sqlite"));
  const entries = [...journal.entries(1)].map(({ payload }) => payload).join("\n");
  journal.close();
  return {
    stdout: bot.out() + third.out(), stderr: bot.err() + third.err(), refused: second.out() + second.err(),
    journal: entries, files: filesOf(join(cwd, "state")) + filesOf(join(cwd, "another")), http, telegram: `${api.bodies.join("\n")}\n${api.chat(ANN).map(({ text }) => text).join("\n")}`,
    commands: commands.map(({ out, err }) => out + err).join("\n"),
  };
}

describe("secrets of a bot that goes through refusals that repeat them, careless libraries, and crashes", () => {
  it("are in nothing that it writes, in no form: 0 hits", async () => {
    const all = await written(false);
    expect(Object.fromEntries(Object.entries(all).map(([where, text]) => [where, hits(text)]))).toEqual(Object.fromEntries(Object.keys(all).map((where) => [where, []])));
    // What was said there was said without them, and not left out.
    for (const where of ["stdout", "stderr", "refused", "journal", "files", "http", "telegram"] as const) expect(all[where], where).toContain("[redacted]");
    expect(all.stderr).toMatch(/caucus: it has failed in a way that was not foreseen/);
  });

  it("are found where they were when nothing takes them out, so that the search above can fail", async () => {
    const all = await written(true);
    for (const where of ["stdout", "stderr", "refused", "journal", "files", "http", "telegram"] as const) expect(hits(all[where]), where).toContain("late, raw");
    // A status is broken into lines of 80 characters, and long secrets with it.
    expect(hits(all.commands)).not.toEqual([]);
    const found = new Set([...hits(all.stdout), ...hits(all.stderr)]);
    // What looks like a token goes in any case.
    const known = FORMS.map(({ name }) => name).filter((name) => !name.startsWith("token, "));
    expect(known.filter((name) => !found.has(name))).toEqual([]);
  });

  it("are searched for in a text that holds them all, and none is overlooked", async () => {
    const cwd = await scratch();
    await writeFile(join(cwd, "all.txt"), EVERYTHING);
    expect(hits(await readFile(join(cwd, "all.txt"), "latin1"))).toEqual(FORMS.map(({ name }) => name));
  });
});
