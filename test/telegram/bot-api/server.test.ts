import { Telegraf } from "telegraf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../app/trade/harness.ts";
import { type BotApi, startBotApi, TOKEN } from "./server.ts";

const ANN = { id: 11, first_name: "Ann" };
let api: BotApi;
beforeEach(async () => {
  api = await startBotApi();
});
afterEach(() => api.close());

const client = (token = TOKEN): Telegraf["telegram"] => new Telegraf(token, { telegram: { apiRoot: api.url } }).telegram;

describe("the Bot API server", () => {
  it("knows its bot's token, and refuses another one and what is none", async () => {
    expect((await client().getMe()).username).toBe("caucus_test_bot");
    await expect(client("1:abc").getMe()).rejects.toMatchObject({ code: 401 });
    await expect(client("nonsense").getMe()).rejects.toMatchObject({ code: 404 });
  });

  it("takes a text of 1 to 4096 characters after entities, in valid HTML, for a chat that somebody has begun", async () => {
    const telegram = client();
    await expect(telegram.sendMessage(ANN.id, "x")).rejects.toThrow(/chat not found/);
    api.write(ANN, "hello");
    const html = { parse_mode: "HTML" as const };
    await telegram.sendMessage(ANN.id, `<b>${"&amp;".repeat(4_096)}</b>`, html);
    expect(api.chat(ANN)[0]!.text).toBe("&".repeat(4_096));
    await expect(telegram.sendMessage(ANN.id, "x".repeat(4_097))).rejects.toThrow(/message is too long/);
    await expect(telegram.sendMessage(ANN.id, "<b></b>", html)).rejects.toThrow(/message text is empty/);
    for (const wrong of ["<b>x", "<b><i>x</b></i>", "a < b", "<x>y</x>", "</b>"]) await expect(telegram.sendMessage(ANN.id, wrong, html)).rejects.toThrow(/can't parse entities/);
    await telegram.sendMessage(ANN.id, "a < b");
    api.desk.blocked.add(ANN.id);
    await expect(telegram.sendMessage(ANN.id, "x")).rejects.toMatchObject({ code: 403 });
  });

  it("takes callback data of 1 to 64 bytes and a caption of 1024 characters", async () => {
    const telegram = client();
    api.write(ANN, "hello");
    const button = (data: string) => ({ reply_markup: { inline_keyboard: [[{ text: "b", callback_data: data }]] } });
    await telegram.sendMessage(ANN.id, "x", button("é".repeat(32)));
    await expect(telegram.sendMessage(ANN.id, "x", button("é".repeat(33)))).rejects.toThrow(/BUTTON_DATA_INVALID/);
    await expect(telegram.sendMessage(ANN.id, "x", button(""))).rejects.toThrow(/BUTTON_DATA_INVALID/);
    const source = Buffer.from("89504e470d0a1a0a", "hex");
    await telegram.sendPhoto(ANN.id, { source, filename: "a.png" }, { caption: "c".repeat(1_024) });
    await expect(telegram.sendPhoto(ANN.id, { source }, { caption: "c".repeat(1_025) })).rejects.toThrow(/caption is too long/);
    await expect(telegram.sendPhoto(ANN.id, { source: Buffer.from("no picture") })).rejects.toThrow(/IMAGE_PROCESS_FAILED/);
  });

  it("hands out updates from the offset on, forgets those before it, and ends a poll for another one", async () => {
    const telegram = client();
    const first = api.write(ANN, "one");
    api.write(ANN, "two");
    const poll = (offset: number, timeout = 0) => telegram.callApi("getUpdates", { offset, timeout });
    expect((await poll(0)).map(({ update_id: id }) => id)).toEqual([first, first + 1]);
    expect((await poll(first + 1)).map(({ update_id: id }) => id)).toEqual([first + 1]);
    const long = poll(first + 2, 5);
    await until("it is confirmed", () => api.pending() === 0);
    const other = poll(first + 2, 5);
    await expect(long).rejects.toMatchObject({ code: 409 });
    api.write(ANN, "three");
    expect(await other).toHaveLength(1);
    await telegram.setWebhook("https://bot.example.org/x");
    await expect(poll(0)).rejects.toThrow(/while webhook is active/);
    await telegram.deleteWebhook();
    expect(await poll(0)).toHaveLength(1);
  });

  it("edits what is there, says when nothing changes, and answers a press once it was made", async () => {
    const telegram = client();
    api.write(ANN, "hello");
    const { message_id: id } = await telegram.sendMessage(ANN.id, "one");
    await telegram.editMessageText(ANN.id, id, undefined, "two");
    expect(api.chat(ANN)[0]).toMatchObject({ text: "two", edits: 1 });
    await expect(telegram.editMessageText(ANN.id, id, undefined, "two")).rejects.toThrow(/not modified/);
    await expect(telegram.editMessageText(ANN.id, id + 1, undefined, "x")).rejects.toThrow(/not found/);
    await expect(telegram.answerCbQuery("77")).rejects.toThrow(/query is too old/);
    await telegram.deleteMessage(ANN.id, id);
    expect(api.chat(ANN)).toEqual([]);
  });
});
