import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../app/trade/harness.ts";
import { ANN, EVE, SETTINGS, TOM, VIC, closeAll, openDoor, probes, runningBot, texts, type RunningBot } from "./door.ts";

let bot: RunningBot;
beforeAll(async () => {
  bot = await runningBot();
});
beforeEach(() => {
  if (bot.session.bot.hold !== "run") bot.session.command("run", "test");
});
afterAll(() => bot.end());
afterEach(closeAll);

const HOUR = 3_600;
const ago = (seconds: number): number => Math.floor(Date.now() / 1_000) - seconds;

describe("the gate", () => {
  it("answers those on the list and nobody else", async () => {
    const { commands, ran } = probes();
    const { api, journal } = await openDoor(bot.operator, commands);
    api.write(EVE, "/status");
    api.write(EVE, "/start");
    api.write(ANN, "/status");
    await until("Ann is answered", () => texts(api, ANN).length === 1);
    expect(texts(api, ANN)).toEqual(["hold: run"]);
    expect(texts(api, EVE)).toEqual([]);
    expect(ran).toEqual(["status"]);
    expect(journal).toEqual([expect.objectContaining({ door: "telegram", user: ANN.id, role: "owner", chat: ANN.id, command: "status", outcome: "answered" })]);
  });

  it("without a list only tells whoever writes /start the id that belongs into the definition", async () => {
    const { commands, ran } = probes();
    const { api } = await openDoor(bot.operator, commands, { settings: { ...SETTINGS, users: [] } });
    api.write(EVE, "/status");
    api.write(EVE, "/flatten");
    api.write(EVE, "/start");
    await until("she is told", () => texts(api, EVE).length === 1);
    expect(texts(api, EVE)[0]).toMatch(/Nobody may use this bot yet.*\{id: 99, role: owner\}/s);
    expect(ran).toEqual([]);
    api.write(EVE, "/start");
    api.write(EVE, "/start");
    api.write(EVE, "/start");
    const done = api.write(EVE, "/status");
    await until("all is read", () => api.calls.filter(({ method }) => method === "getUpdates").length > 2 && done > 0 && api.pending() === 0);
    expect(texts(api, EVE).length).toBeLessThanOrEqual(2);
  });

  it("does nothing in a chat that is not on the list, even for a user who is", async () => {
    const { commands, ran } = probes();
    const { api } = await openDoor(bot.operator, commands, { settings: { ...SETTINGS, chats: [ANN.id] } });
    api.write(TOM, "/status");
    api.write(ANN, "/status");
    await until("Ann is answered", () => texts(api, ANN).length === 1);
    expect(ran).toEqual(["status"]);
    expect(texts(api, TOM)).toEqual([]);
  });

  it("does nothing for groups, channels, edits, forwards, via-bot, inline messages and messages in a chat's name", async () => {
    const { commands, ran } = probes();
    const { api } = await openDoor(bot.operator, commands);
    const group = { id: -100, type: "supergroup", title: "friends" };
    api.write(ANN, "/flatten", { chat: group });
    api.write(ANN, "/flatten", { chat: { id: -7, type: "group", title: "g" } });
    api.post({ channel_post: api.message(ANN, "/flatten", { chat: { id: -8, type: "channel", title: "c" } }) });
    api.post({ edited_message: api.message(ANN, "/flatten", { edit_date: ago(0) }) });
    api.write(ANN, "/flatten", { edit_date: ago(0) });
    api.write(ANN, "/flatten", { forward_origin: { type: "hidden_user", sender_user_name: "x", date: ago(1) } });
    api.write(ANN, "/flatten", { forward_date: ago(1), forward_from: { id: EVE.id, is_bot: false, first_name: "Eve" } });
    api.write(ANN, "/flatten", { via_bot: { id: 5, is_bot: true, first_name: "b" } });
    api.write(ANN, "/flatten", { sender_chat: { id: -8, type: "channel", title: "c" } });
    api.write(ANN, "/flatten", { from: { id: ANN.id, is_bot: true, first_name: "b" } });
    api.post({ inline_query: { id: "1", from: { ...ANN, is_bot: false }, query: "/flatten", offset: "" } });
    api.post({ channel_post: { message_id: 1, date: ago(0), text: "/flatten", chat: { id: ANN.id, type: "private" } } });
    api.post({ message: { nonsense: true } });
    api.write(ANN, "/flatten", { chat: { id: TOM.id, type: "private", first_name: "Tom" } });
    api.write(ANN, "/flatten@other_bot");
    api.write(ANN, "/status");
    await until("the last is answered", () => texts(api, ANN).includes("hold: run"));
    expect(ran).toEqual(["status"]);
    expect(bot.session.bot.hold).toBe("run");
  });

  it("does nothing in a group, even when somebody has put its id on the list", async () => {
    const { commands, ran } = probes();
    const { api } = await openDoor(bot.operator, commands, { settings: { ...SETTINGS, chats: [ANN.id, -100] } });
    api.write(ANN, "/pages", { chat: { id: -100, type: "supergroup", title: "friends" } });
    api.write(ANN, "/status");
    await until("the last is answered", () => texts(api, ANN).includes("hold: run"));
    expect(ran).toEqual(["status"]);
    expect(api.sent.every(({ chat }) => chat === ANN.id)).toBe(true);
  });

  it("lets no button of a group or an inline message do anything", async () => {
    const { commands, ran } = probes();
    const { api } = await openDoor(bot.operator, commands);
    api.write(ANN, "/flatten");
    await until("it is proposed", () => api.chat(ANN).length === 1);
    const [proposal] = api.chat(ANN);
    const data = proposal!.buttons[0]![0]!.data;
    api.press(ANN, proposal!, data, { inline_message_id: "x" });
    api.press(ANN, proposal!, data, { message: { message_id: proposal!.id, date: ago(0), chat: { id: -100, type: "supergroup" } } });
    api.press(ANN, proposal!, data, { message: undefined });
    api.write(ANN, "/status");
    await until("the last is answered", () => texts(api, ANN).includes("hold: run"));
    expect(ran).toEqual(["flatten", "status"]);
  });

  it("ignores what is older than two minutes, except what only takes risk away", async () => {
    const { commands, ran } = probes();
    const { api, journal } = await openDoor(bot.operator, commands);
    api.write(ANN, "/flatten", { date: ago(HOUR) });
    api.write(ANN, "/resume", { date: ago(125) });
    api.write(ANN, "/pause", { date: ago(HOUR) });
    await until("it is paused", () => texts(api, ANN).includes("paused"));
    expect(ran).toEqual(["pause"]);
    expect(bot.session.bot.hold).toBe("pause");
    expect(journal.map(({ outcome }) => outcome)).toEqual(["ignored: too old", "ignored: too old", "answered"]);
    expect(journal.at(-1)).toMatchObject({ command: "pause", late: true });
  });

  it("takes an update once, delivered again or out of order", async () => {
    const { commands, ran } = probes();
    const { api } = await openDoor(bot.operator, commands);
    const resume = api.message(ANN, "/resume");
    const pause = api.message(ANN, "/pause");
    api.redeliver(true);
    api.fault({ method: "getUpdates", times: 3, as: 502 });
    api.post({ message: resume }, 5_002);
    api.post({ message: pause }, 5_001);
    api.post({ message: pause }, 5_001);
    await until("both ran", () => ran.length >= 2);
    api.write(ANN, "/status");
    await until("it is delivered a few times", () => api.calls.filter(({ method, status }) => method === "getUpdates" && status === 200).length > 20);
    expect(ran).toEqual(["pause", "resume", "status"]);
    api.redeliver(false);
  });

  it("replays nothing after a restart, though Telegram delivers all of it again", async () => {
    const { commands, ran } = probes();
    const first = await openDoor(bot.operator, commands);
    const { api, folder } = first;
    api.redeliver(true);
    api.write(ANN, "/pause");
    api.write(ANN, "/status");
    await until("both ran", () => ran.length === 2);
    await first.door.close(500);
    bot.session.command("run", "test");
    const again = await openDoor(bot.operator, commands, { api, folder });
    api.write(ANN, "/pages");
    await until("the new one is answered", () => texts(api, ANN).includes("page 1"));
    expect(ran).toEqual(["pause", "status", "pages"]);
    expect(bot.session.bot.hold).toBe("run");
    await again.door.close(500);
    expect(texts(api, ANN)).toEqual(["paused", "hold: pause", "page 1"]);
  });

  it("limits how much a user can ask for, says so once, and always heeds a pause", async () => {
    const { commands, ran } = probes();
    const { api } = await openDoor(bot.operator, commands);
    for (let i = 0; i < 60; i += 1) api.write(VIC, "/status");
    api.write(TOM, "/status");
    for (let i = 0; i < 30; i += 1) api.write(TOM, "/resume");
    api.write(TOM, "/pause");
    await until("it is paused", () => texts(api, TOM).includes("paused") && texts(api, VIC).some((text) => text.includes("too much")));
    expect(ran.filter((name) => name === "status").length).toBeLessThanOrEqual(23);
    expect(texts(api, VIC).filter((text) => text.includes("too much"))).toHaveLength(1);
    expect(bot.session.bot.hold).toBe("pause");
  });
});

describe("roles", () => {
  it("let a viewer see, a trader act, and only an owner do the dangerous things", async () => {
    const { commands, ran } = probes();
    const { api, journal } = await openDoor(bot.operator, commands);
    api.write(VIC, "/pause");
    api.write(TOM, "/flatten");
    api.write(TOM, "/pause");
    api.write(VIC, "/status");
    await until("all are answered", () => texts(api, VIC).length === 2 && texts(api, TOM).length === 2);
    expect(ran.toSorted()).toEqual(["pause", "status"]);
    expect(texts(api, VIC)).toEqual(["/pause needs the role trader; yours is viewer. The owner sets roles in the definition, under telegram.users.", "hold: pause"]);
    expect(journal.filter(({ outcome }) => String(outcome).startsWith("refused")).map(({ command, user }) => [command, user])).toEqual([["pause", VIC.id], ["flatten", TOM.id]]);
  });

  it("are seen in the menu of each user, and strangers have none", async () => {
    const { commands } = probes();
    const { api } = await openDoor(bot.operator, commands);
    await until("the menus are there", () => api.desk.menus.size === 3);
    const names = (id: number): string[] => api.desk.menus.get(id)!.map(({ command }) => command);
    expect(names(ANN.id)).toEqual(["start", "status", "pages", "pause", "resume", "flatten", "break"]);
    expect(names(TOM.id)).not.toContain("flatten");
    expect(names(VIC.id)).toEqual(["start", "status", "pages", "break"]);
  });
});

describe("answers", () => {
  it("name the nearest command for one that is not there, and /start says who you are and what you can do", async () => {
    const { commands } = probes();
    const { api } = await openDoor(bot.operator, commands);
    api.write(ANN, "/statsu");
    api.write(ANN, "/xyzxyzxyz");
    api.write(ANN, "hello");
    api.write(VIC, "/start");
    await until("all are answered", () => texts(api, ANN).length === 3 && texts(api, VIC).length === 1);
    expect(texts(api, ANN)[0]).toBe("There is no command /statsu. Did you mean /status? /start lists those that you can use.");
    expect(texts(api, ANN)[1]).toBe("There is no command /xyzxyzxyz. /start lists those that you can use.");
    expect(texts(api, ANN)[2]).toMatch(/^I did not understand that\./);
    expect(texts(api, VIC)[0]).toMatch(/Hello Vic.*LIVE: real orders.*Your id: 33, your role: viewer.*\/status does status/s);
    expect(texts(api, VIC)[0]).not.toContain("/flatten");
  });

  it("turn a page in place, and void the button that was pressed", async () => {
    const { commands, ran } = probes();
    const { api } = await openDoor(bot.operator, commands);
    api.write(ANN, "/pages");
    await until("page 1", () => texts(api, ANN).length === 1);
    const [shown] = api.chat(ANN);
    const old = shown!.buttons[0]![0]!.data;
    api.press(ANN, shown!, old);
    await until("page 2", () => shown!.text === "page 2");
    api.press(ANN, shown!, old);
    api.press(ANN, shown!, shown!.buttons[0]![0]!.data);
    await until("the stale press is dealt with", () => api.calls.filter(({ method }) => method === "answerCallbackQuery").length === 3);
    expect(ran.filter((one) => one === "pages 2")).toHaveLength(1);
    expect(texts(api, ANN)).toHaveLength(1);
  });
});
