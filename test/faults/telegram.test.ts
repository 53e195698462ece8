import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openJournal } from "../../src/adapters/sqlite/journal.ts";
import { endAll, KEYS, launch, type Running, sandbox, type Sandbox, scratch, until, writeBot } from "../cli/bot-on-sandbox.ts";
import { type BotApi, type Fault, type Person, startBotApi, TOKEN } from "../telegram/bot-api/server.ts";

vi.setConfig({ testTimeout: 300_000 });
const servers: BotApi[] = [];
afterEach(async () => {
  await endAll();
  for (const api of servers.splice(0)) await api.close();
});

const ANN: Person = { id: 11, first_name: "Ann" };

/** A bot of the sandbox with a door to Telegram; it is not waited for. */
async function world(faults: readonly Fault[] = []): Promise<{ cwd: string; api: BotApi; exchange: Sandbox; start: (apiRoot?: string) => Running }> {
  const cwd = await scratch();
  const api = await startBotApi();
  servers.push(api);
  api.desk.chats.add(ANN.id);
  for (const fault of faults) api.fault(fault);
  const exchange = await sandbox(cwd);
  await writeBot(cwd, exchange.url);
  await appendFile(join(cwd, "bot.yaml"), `telegram: {users: [{id: ${ANN.id}, role: owner}], batchSeconds: 0}\n`);
  const start = (apiRoot = api.url): Running =>
    launch(["run", "bot.yaml", "--live", "--state", "state", "--log", "text"], cwd, { ...KEYS, CAUCUS_TELEGRAM_TOKEN: TOKEN, CAUCUS_TELEGRAM_API_ROOT: apiRoot });
  return { cwd, api, exchange, start };
}

const trades = (bot: Running, exchange: Sandbox): Promise<void> =>
  until("it trades", async () => {
    if (bot.child.exitCode !== null) throw new Error(`the bot ended: ${bot.out()}${bot.err()}`);
    return (await exchange.state()).accounts[0]!.openOrders.length >= 4 && /^\d.*fill /m.test(bot.out());
  });

function journalOf(cwd: string): { readonly damage: string | null; readonly commands: readonly string[]; readonly outcomes: readonly string[] } {
  const journal = openJournal(join(cwd, "state", "journal.sqlite"), { name: "bot", now: () => Date.now() });
  try {
    const entries = [...journal.entries(1)].map(({ type, payload }) => ({ type, payload: JSON.parse(payload) as { event?: { command: string }; outcome?: string } }));
    return {
      damage: journal.verify(),
      commands: entries.filter(({ type }) => type === "command").map(({ payload }) => payload.event!.command),
      outcomes: entries.filter(({ type }) => type === "operator").map(({ payload }) => payload.outcome!),
    };
  } finally {
    journal.close();
  }
}

/** Whether a message with these words waits to be sent. */
function isKept(cwd: string, words: string): boolean {
  const store = new DatabaseSync(join(cwd, "state", "telegram.sqlite"), { readOnly: true, timeout: 1_000 });
  try {
    return store.prepare("SELECT html FROM outbox WHERE sent_at IS NULL").all().some(({ html }) => String(html).includes(words));
  } finally {
    store.close();
  }
}

describe("fault 34: Telegram", () => {
  it.each([
    ["is down", []],
    ["never answers", [{ method: "*", times: 100_000, as: "hang" }]],
    ["bans the bot for an hour", [{ method: "*", times: 100_000, as: 429, retryAfter: 3_600 }]],
    ["refuses the token", [{ method: "*", times: 100_000, as: 401 }]],
    ["is another process's", [{ method: "getUpdates", times: 100_000, as: 409 }]],
  ] as [string, Fault[]][])("%s: the bot starts, trades and stops within five seconds as ever", async (_name, faults) => {
    const { cwd, api, exchange, start } = await world(faults);
    const bot = start(faults.length === 0 ? "http://127.0.0.1:9" : api.url);
    await trades(bot, exchange);
    bot.child.kill("SIGTERM");
    await until("its end within five seconds", () => bot.child.exitCode !== null, 5_000);
    expect(bot.child.exitCode).toBe(0);
    expect(journalOf(cwd).damage).toBe(null);
    expect(bot.out() + bot.err()).not.toContain(TOKEN.slice(10));
  });

  it("tells after a restart what it could not tell before it", async () => {
    const { cwd, api, exchange, start } = await world([{ method: "sendMessage", times: 100_000, as: 502 }]);
    const bot = start();
    await trades(bot, exchange);
    await until("it tries to tell", () => api.calls.some(({ method }) => method === "sendMessage"));
    // It is kept after the turn that it came of, not in it: what is killed in between is not told.
    await until("the fill is kept", () => isKept(cwd, "grid g1/purchase"));
    bot.child.kill("SIGKILL");
    await bot.ended;
    expect(api.chat(ANN)).toEqual([]);
    api.clearFaults();
    const again = start();
    await until("the first fill is told", () => api.chat(ANN).some(({ text }) => /Fill .*grid g1\/purchase/.test(text)));
    expect(api.chat(ANN).map(({ text }) => text).join("\n").match(/grid g1\/purchase/g)).toHaveLength(1);
    again.child.kill("SIGTERM");
    expect((await again.ended).code).toBe(0);
  });

  it("delivers an hour-old /flatten and an old /resume after a restart: ignored; what it delivers twice is done once", async () => {
    const { cwd, api, exchange, start } = await world();
    const bot = start();
    await trades(bot, exchange);
    api.redeliver(true);
    api.write(ANN, "/pause");
    await until("it is paused", () => /switch +pause/.test(bot.out()));
    // What came of it is journaled after the switch is turned, and before it is answered.
    await until("it is answered", () => api.chat(ANN).some(({ text }) => /Paused.*nothing new is sent/.test(text)));
    bot.child.kill("SIGKILL");
    await bot.ended;
    const hourAgo = Math.floor(Date.now() / 1_000) - 3_600;
    api.write(ANN, "/flatten", { date: hourAgo });
    api.write(ANN, "/resume", { date: hourAgo });
    const before = (await exchange.state()).accounts[0]!.openOrders.length;
    const again = start();
    api.write(ANN, "/status");
    await until("it answers", () => api.chat(ANN).some(({ text }) => /paused/i.test(text) && /equity/i.test(text)));
    expect(api.chat(ANN).some(({ buttons }) => buttons.flat().some(({ text }) => text === "Confirm"))).toBe(false);
    expect((await exchange.state()).accounts[0]!.openOrders.length).toBe(before);
    again.child.kill("SIGTERM");
    expect((await again.ended).code).toBe(0);
    const { damage, commands, outcomes } = journalOf(cwd);
    expect(damage).toBe(null);
    expect(commands).toEqual(["pause"]);
    expect(outcomes).toEqual(["answered", "ignored: too old", "ignored: too old", "answered"]);
  });
});
