import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openJournal } from "../../src/adapters/sqlite/journal.ts";
import { caucus } from "../cli/caucus.ts";
import { endAll, KEYS, launch, sandbox, scratch, until, writeBot } from "../cli/bot-on-sandbox.ts";
import { type BotApi, type Person, startBotApi, TOKEN } from "./bot-api/server.ts";

vi.setConfig({ testTimeout: 300_000 });
const servers: BotApi[] = [];
afterEach(async () => {
  await endAll();
  for (const api of servers.splice(0)) await api.close();
});

const ANN: Person = { id: 11, first_name: "Ann" };

describe("caucus run with telegram", () => {
  it("is set up, tells of a fill, says why, fires an alert, buys by hand, and sells everything once that is confirmed, with a receipt", async () => {
    const cwd = await scratch();
    const api = await startBotApi();
    servers.push(api);
    api.desk.chats.add(ANN.id);
    const exchange = await sandbox(cwd);
    await writeBot(cwd, exchange.url);
    const definition = await readFile(join(cwd, "bot.yaml"), "utf8");
    await writeFile(join(cwd, "bot.yaml"), definition.replace("grid: {levels: 8}", "grid: {levels: 8, investment: 800}, manual: {}"));
    await appendFile(join(cwd, "bot.yaml"), `telegram: {users: [{id: ${ANN.id}, role: owner}], batchSeconds: 0}\n`);
    const env = { ...KEYS, CAUCUS_TELEGRAM_TOKEN: TOKEN, CAUCUS_TELEGRAM_API_ROOT: api.url };
    const bot = launch(["run", "bot.yaml", "--live", "--state", "state", "--log", "text"], cwd, env);
    const told = (pattern: RegExp): boolean => api.chat(ANN).some(({ text }) => pattern.test(text));
    await until("the start is told", () => told(/^🟢 Start \d\d:\d\d bot has started \(live\) on BTC\/USDT\./));
    await until("a fill is told", () => told(/✅ Fill \d\d:\d\d BTC\/USDT buy [\d.]+ at [\d,.]+, grid g1/));
    const ask = async (text: string, pattern: RegExp): Promise<void> => {
      api.write(ANN, text);
      await until(`${text} is answered: ${api.chat(ANN).map((one) => one.text).join(" | ")}`, () => told(pattern));
    };
    await ask("/start", /Hello Ann.*LIVE: real orders.*your role: owner/s);
    const press = (under: RegExp, button: string): void => {
      const sent = api.chat(ANN).findLast(({ text, buttons }) => under.test(text) && buttons.length > 0)!;
      api.press(ANN, sent, sent.buttons.flat().find(({ text }) => text.startsWith(button))!.data);
    };
    press(/Hello Ann/, "Set it up");
    await until("the set-up begins", () => told(/^Set-up 1 of 5/));
    press(/^Set-up 1 of 5/, "Next");
    await until("the set-up goes on", () => told(/^Set-up 2 of 5/));
    await ask("/status", /equity/i);
    await ask("/grid", /filled/);
    await ask("/alert btc 0.01%", /either way/);
    await until("the alert fires", () => told(/^🔔 BTC\/USDT (rose|fell) to [\d,.]+ USDT/));
    await ask("buy 20 dollars of btc", /\/buy/);
    press(/\/buy/, "");
    await until("the purchase is proposed", () => told(/^(?!⛔).*BTC\/USDT by hand.*at about.*fee/s));
    press(/./, "Confirm");
    await until("it is bought by hand", () => told(/✅ Fill \d\d:\d\d BTC\/USDT buy [\d.]+ at [\d,.]+, manual /));
    await ask("/why", /BTC\/USDT/);
    await ask("/pause", /paus/i);
    await until("it is paused", () => /switch +pause, by .*telegram.*11/i.test(bot.out()));
    api.write(ANN, "/flatten");
    await until("it is proposed", () => api.chat(ANN).some(({ buttons }) => buttons[0]?.[0]?.text === "Confirm"));
    const proposal = api.chat(ANN).find(({ buttons }) => buttons[0]?.[0]?.text === "Confirm")!;
    expect((await exchange.state()).accounts[0]!.openOrders.length).toBeGreaterThan(0);
    api.press(ANN, proposal, proposal.buttons[0]![0]!.data);
    await until("nothing is held", async () => {
      const [account] = (await exchange.state()).accounts;
      return account!.openOrders.length === 0 && account!.balances.every(({ asset, free, locked }) => asset !== "BTC" || Number(free) + Number(locked) < 0.001);
    });
    const files = (): number => api.chat(ANN).filter(({ file }) => file !== null).length;
    const before = files();
    api.write(ANN, "/receipt");
    await until("there is a receipt", () => files() > before);
    api.write(ANN, "/stop");
    await until("it is proposed or stops", () => bot.child.exitCode !== null || api.chat(ANN).some(({ buttons }) => buttons[0]?.[0]?.text === "Confirm"));
    const stop = api.chat(ANN).find(({ buttons }) => buttons[0]?.[0]?.text === "Confirm");
    if (stop) api.press(ANN, stop, stop.buttons[0]![0]!.data);
    expect((await bot.ended).code).toBe(0);
    expect(told(/🔴 Stop \d\d:\d\d bot stops: it was told to\./)).toBe(true);
    const journal = openJournal(join(cwd, "state", "journal.sqlite"), { name: "bot", now: () => Date.now() });
    try {
      expect(journal.verify()).toBe(null);
      const noted = [...journal.entries(1)].filter(({ type }) => type === "operator").map(({ payload }) => JSON.parse(payload) as { command: string; outcome: string });
      const outcomes = noted.map(({ command, outcome }) => `${command} ${outcome}`);
      expect(outcomes).toEqual(expect.arrayContaining(["status answered", "why answered", "flatten proposed", "flatten confirmed", "flatten carried out"]));
    } finally {
      journal.close();
    }
    for (const text of [bot.out(), bot.err(), ...api.sent.map(({ html }) => html)]) expect(text).not.toContain(TOKEN.slice(10));
  });

  it("tells of a replay what it decided, bought and sold, in few messages, the stop last", async () => {
    const cwd = await scratch();
    const api = await startBotApi();
    servers.push(api);
    api.desk.chats.add(ANN.id);
    const env = { CAUCUS_TELEGRAM_TOKEN_FILE: join(cwd, "token"), CAUCUS_TELEGRAM_API_ROOT: api.url };
    await writeFile(join(cwd, "token"), `${TOKEN}\n`, { mode: 0o600 });
    const run = launch(["run", "--state", "state", "--log", "text", "--set", "trade.days=5", "--set", `telegram.users=[{id: ${ANN.id}}]`, "--set", "telegram.batchSeconds=60"], cwd, env);
    expect((await run.ended).code).toBe(0);
    const lines = api.chat(ANN).flatMap(({ text }) => text.split("\n"));
    const fills = lines.filter((line) => /^✅ Fill \d\d:\d\d BTC\/USDT (buy|sell) [\d.]+ at [\d,.]+, (grid|dca) /.test(line));
    expect(fills.length).toBe(Number(/Fills +(\d+)/.exec(run.out())![1]));
    expect(lines.filter((line) => /^💰 Round trip .* BTC\/USDT grid g\d+c\d+: \+[\d.]+ USDT after fees \([\d.]+ % of its cost\)$/.test(line)).length).toBeGreaterThan(3);
    expect(lines.some((line) => /^🧭 Decision \d\d:\d\d BTC\/USDT: \w+ → \w+\. \w/.test(line))).toBe(true);
    expect(lines.at(-1)).toMatch(/^🔴 Stop \d\d:\d\d default stops: the run has come to its end\. Equity [\d,.]+ USDT, \d+ open orders\.$/);
    expect(api.chat(ANN).length).toBeLessThan(10);
    expect(api.chat(ANN).every(({ text }) => text.length <= 4_096)).toBe(true);
  });

  it("says that there is no token and trades on, and refuses what cannot be one", async () => {
    const cwd = await scratch();
    const args = ["run", "--state", "state", "--log", "text", "--set", "trade.days=1", "--set", "telegram.users=[{id: 11}]"];
    const without = await caucus(args, { cwd, env: { CAUCUS_TELEGRAM_TOKEN: "" } });
    expect(without.code).toBe(0);
    expect(without.out.replaceAll(/\s+/g, " ")).toContain("telegram: there is no token in CAUCUS_TELEGRAM_TOKEN");
    const wrong = await caucus([...args, "--state", "other"], { cwd, env: { CAUCUS_TELEGRAM_TOKEN: "secret-but-no-token" } });
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatch(/CAUCUS_TELEGRAM_TOKEN is not a token/);
    const lost = await caucus([...args, "--state", "other"], { cwd, env: { CAUCUS_TELEGRAM_TOKEN: TOKEN, CAUCUS_TELEGRAM_API_ROOT: "nowhere" } });
    expect(lost.err).toMatch(/CAUCUS_TELEGRAM_API_ROOT must be an address/);
    expect(wrong.err + wrong.out).not.toContain("secret-but-no-token");
  });
});
