import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Notification } from "../../src/adapters/telegram/notifications.ts";
import { Outbox } from "../../src/adapters/telegram/outbox.ts";
import { openStore } from "../../src/adapters/telegram/store.ts";
import { until } from "../app/trade/harness.ts";
import { ANN, SETTINGS, TOM, VIC, closeAll, openDoor, probes, runningBot, scratchFolder, texts, type RunningBot } from "./door.ts";
import { startBotApi } from "./bot-api/server.ts";

let bot: RunningBot;
beforeAll(async () => {
  bot = await runningBot();
});
beforeEach(() => {
  if (bot.session.bot.hold !== "run") bot.session.command("run", "test");
});
afterAll(() => bot.end());
afterEach(closeAll);

const ONE_USER = { ...SETTINGS, users: [{ id: ANN.id, role: "owner" as const }] };
const notice = (key: string, changes: Partial<Notification> = {}): Notification => ({ kind: "fill", key, text: `filled ${key}`, urgent: false, ...changes });
const count = (api: Awaited<ReturnType<typeof startBotApi>>, method: string): number => api.calls.filter((call) => call.method === method).length;

describe("the outbox", () => {
  it("sends what waits once per key, in order, and shares one message among waiting lines", async () => {
    const { api, door } = await openDoor(bot.operator, probes().commands, { settings: ONE_USER });
    for (const key of ["a", "b", "a", "c"]) door.tell(notice(key));
    await until("it has come", () => texts(api, ANN).length === 1);
    expect(texts(api, ANN)[0]!.split("\n").map((line) => line.replace(/\d\d:\d\d/, "T"))).toEqual(["✅ Fill T filled a", "✅ Fill T filled b", "✅ Fill T filled c"]);
    door.tell(notice("a"));
    door.tell(notice("d"));
    await until("the next has come", () => texts(api, ANN).length === 2);
    expect(texts(api, ANN)[1]).toMatch(/^✅ Fill \d\d:\d\d filled d$/);
  });

  it("keeps what Telegram does not take now, over 429, 502, cut connections, proxies' pages and no answer at all", async () => {
    const { api, door } = await openDoor(bot.operator, probes().commands, { settings: ONE_USER });
    await until("it polls", () => count(api, "getUpdates") > 0);
    for (const as of [429, 502, 500, "drop", "html", "hang"] as const) api.fault({ method: "sendMessage", times: 1, as, ...(as === 429 ? { retryAfter: 0.05 } : {}) });
    door.tell(notice("a"));
    await until("it has come", () => texts(api, ANN).length === 1);
    expect(count(api, "sendMessage")).toBe(7);
  });

  it("sends nothing for as long as a 429 asks, however much is asked for meanwhile", async () => {
    const { api, door, journal } = await openDoor(bot.operator, probes().commands, { settings: ONE_USER });
    api.fault({ method: "sendMessage", times: 1, as: 429, retryAfter: 3_600 });
    door.tell(notice("a"));
    await until("it was tried", () => count(api, "sendMessage") === 1);
    for (let i = 1; i <= 15; i += 1) {
      api.write(ANN, "/status");
      await until("it is dealt with", () => journal.length === i);
    }
    expect(count(api, "sendMessage")).toBe(1);
  });

  it("sends after a restart what the process before it could not", async () => {
    const first = await openDoor(bot.operator, probes().commands, { settings: ONE_USER });
    first.api.fault({ method: "sendMessage", times: 1_000, as: 502 });
    first.door.tell(notice("a"));
    first.door.tell(notice("b", { urgent: true }));
    await until("it was tried", () => count(first.api, "sendMessage") > 0);
    await first.door.close(50);
    first.api.clearFaults();
    expect(texts(first.api, ANN)).toEqual([]);
    const again = await openDoor(bot.operator, probes().commands, { api: first.api, folder: first.folder, settings: ONE_USER });
    const come = (what: string): number => texts(again.api, ANN).join("\n").split(`filled ${what}`).length - 1;
    await until("both have come", () => come("a") > 0 && come("b") > 0);
    again.door.tell(notice("a"));
    again.door.tell(notice("z"));
    await until("the new one has come", () => come("z") > 0);
    expect(["a", "b", "z"].map(come)).toEqual([1, 1, 1]);
  });

  it("puts an answer before a backlog of notifications", async () => {
    const { api, door } = await openDoor(bot.operator, probes().commands, { settings: { ...ONE_USER, batchSeconds: 0 } });
    api.fault({ method: "sendMessage", times: 1, as: 429, retryAfter: 0.3 });
    for (let i = 0; i < 150; i += 1) door.tell(notice(`${i}`, { text: "x".repeat(500) }));
    await until("it was tried", () => count(api, "sendMessage") === 1);
    api.write(ANN, "/status");
    await until("it is answered", () => texts(api, ANN).includes("hold: run"));
    expect(texts(api, ANN).indexOf("hold: run")).toBeLessThanOrEqual(1);
  });

  it("gives up on a user who has blocked the bot, and goes on with the others", async () => {
    const { api, door, warnings } = await openDoor(bot.operator, probes().commands);
    api.desk.blocked.add(ANN.id);
    door.tell(notice("a"));
    await until("the others are told", () => texts(api, TOM).length === 1 && texts(api, VIC).length === 1);
    expect(texts(api, ANN)).toEqual([]);
    expect(warnings.join()).toMatch(/chat 11 cannot be reached.*blocked by the user/);
  });

  it("says plainly what Telegram does not take as HTML", async () => {
    const { api, warnings } = await openDoor(bot.operator, [{ name: "bad", role: "viewer", description: "bad", run: () => Promise.resolve({ html: "<b>3 < 4 &amp; 5" }) }]);
    api.write(ANN, "/bad");
    await until("it is answered", () => texts(api, ANN).length === 1);
    expect(texts(api, ANN)).toEqual(["3 < 4 & 5"]);
    expect(warnings.join()).toMatch(/sent as plain text.*can't parse entities/);
  });

  it("sends pictures and files, with the text below one that is too long for a caption", async () => {
    const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(50_000, 7)]);
    const { api } = await openDoor(bot.operator, [
      { name: "chart", role: "viewer", description: "c", run: ({ argument }) => Promise.resolve({ html: `<b>${"x".repeat(Number(argument))}</b>`, picture: { name: "chart.png", png } }) },
      { name: "file", role: "viewer", description: "f", run: () => Promise.resolve({ html: "the file", document: { name: "tax.csv", bytes: Buffer.from("a,b\n") } }) },
    ]);
    api.write(ANN, "/chart 10");
    api.write(TOM, "/chart 2000");
    api.write(VIC, "/file");
    await until("all have come", () => texts(api, ANN).length === 1 && texts(api, TOM).length === 2 && texts(api, VIC).length === 1);
    expect(api.chat(ANN)[0]).toMatchObject({ method: "sendPhoto", text: "x".repeat(10), file: { name: "chart.png" } });
    expect(Buffer.from(api.chat(ANN)[0]!.file!.bytes).equals(png)).toBe(true);
    expect(api.chat(TOM).map(({ method, text }) => [method, text.length])).toEqual([["sendPhoto", 0], ["sendMessage", 2_000]]);
    expect(api.chat(VIC)[0]).toMatchObject({ method: "sendDocument", text: "the file", file: { name: "tax.csv" } });
  });

  it("begins anew when its file cannot be read, and sets that aside", async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, "telegram.sqlite"), "nothing that SQLite knows".repeat(500));
    const { api, door } = await openDoor(bot.operator, probes().commands, { folder, settings: ONE_USER });
    door.tell(notice("a"));
    await until("it has come", () => texts(api, ANN).length === 1);
    expect(readdirSync(folder)).toContain("telegram.sqlite.damaged");
  });

  it("forgets what is out of date", () => {
    const store = openStore(join(scratchFolder(), "telegram.sqlite"));
    const outbox = new Outbox(store);
    const line = { chat: 1, html: "x", answer: false, line: true, notBefore: 0 };
    outbox.put([{ ...line, key: "old", expires: 100 }, { ...line, key: "new", expires: 1_000 }]);
    outbox.tidy(500);
    expect(outbox.next(500)?.html).toBe("x");
    expect(outbox.waiting).toBe(1);
    store.close();
  });
});

describe("polling", () => {
  it("survives 409, 429, 502, 401, cut connections and proxies' pages, and says each trouble once", async () => {
    const { commands, ran } = probes();
    const { api, warnings } = await openDoor(bot.operator, commands);
    for (const as of [409, 409, 409, 502, 401, "drop", "html", 409] as const) api.fault({ method: "getUpdates", times: 1, as });
    api.fault({ method: "getUpdates", times: 1, as: 429, retryAfter: 0.02 });
    api.write(ANN, "/status");
    await until("it is answered", () => texts(api, ANN).length === 1);
    expect(ran).toEqual(["status"]);
    expect(warnings.filter((text) => text.includes("another process"))).toHaveLength(2);
    expect(warnings.at(-1)).toBe("Telegram: Telegram answers again");
  });

  it("begins once Telegram is there, having told nobody's start to wait", async () => {
    const api = await startBotApi();
    const { port } = new URL(api.url);
    await api.close();
    const { commands } = probes();
    const { door } = await openDoor(bot.operator, commands, { api: { ...api }, settings: ONE_USER });
    door.tell(notice("a"));
    const back = await startBotApi({ port: Number(port) });
    back.desk.chats.add(ANN.id);
    try {
      await until("it has come", () => texts(back, ANN).length === 1);
      back.write(ANN, "/status");
      await until("it is answered", () => texts(back, ANN).includes("hold: run"));
    } finally {
      await door.close(100);
      await back.close();
    }
  });

  it("is not ended by an error of a command, an unknown kind of update or a broken one", async () => {
    const { commands } = probes();
    const { api } = await openDoor(bot.operator, commands);
    api.post({ message: null });
    api.post({ poll_answer: {} });
    api.write(ANN, "/break something <odd> & so");
    api.write(ANN, "/status");
    await until("both are answered", () => texts(api, ANN).length === 2);
    expect(texts(api, ANN)).toEqual(["That did not work: something <odd> & so", "hold: run"]);
  });

  it("does not let a command that hangs keep others waiting", async () => {
    const { commands } = probes();
    const { api } = await openDoor(bot.operator, [...commands, { name: "slow", role: "viewer", description: "s", run: () => new Promise(() => undefined) }]);
    api.write(ANN, "/slow");
    api.write(ANN, "/pause");
    await until("it is paused", () => texts(api, ANN).includes("paused"));
  });
});
