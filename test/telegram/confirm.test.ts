import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CallbackTokens } from "../../src/adapters/telegram/callback-tokens.ts";
import { until } from "../app/trade/harness.ts";
import { ANN, SETTINGS, TOM, closeAll, openDoor, probes, runningBot, texts, type RunningBot } from "./door.ts";

let bot: RunningBot;
beforeAll(async () => {
  bot = await runningBot();
});
beforeEach(() => {
  if (bot.session.bot.hold !== "run") bot.session.command("run", "test");
});
afterAll(() => bot.end());
afterEach(closeAll);

const answered = (api: Awaited<ReturnType<typeof openDoor>>["api"]): number => api.calls.filter(({ method }) => method === "answerCallbackQuery").length;

/** A door at which Ann has been shown what /flatten will do. */
async function proposed(clock: () => number = () => Date.now()) {
  const { commands, ran } = probes();
  const doorway = await openDoor(bot.operator, commands, { clock });
  doorway.api.write(ANN, "/flatten");
  await until("it is proposed", () => doorway.api.chat(ANN).length === 1);
  const [sent] = doorway.api.chat(ANN);
  const [confirm, cancel] = sent!.buttons[0]!;
  return { ...doorway, ran, sent: sent!, confirm: confirm!, cancel: cancel! };
}

describe("a dangerous action", () => {
  it("is spelled out first, and done once when the same person confirms it", async () => {
    const { api, ran, sent, confirm, cancel, journal } = await proposed();
    expect(sent.text).toBe("Everything is sold\n\nConfirm within 60 s; nothing has been done yet.");
    expect([confirm.text, cancel.text]).toEqual(["Confirm", "Cancel"]);
    expect(bot.session.bot.hold).toBe("run");
    api.press(ANN, sent, confirm.data);
    api.press(ANN, sent, confirm.data);
    api.press(ANN, sent, cancel.data);
    await until("all presses are answered", () => answered(api) === 3 && texts(api, ANN).length === 2);
    expect(ran).toEqual(["flatten", "carried out"]);
    expect(texts(api, ANN)[1]).toBe("flattening");
    expect(sent.buttons).toEqual([]);
    expect(bot.session.bot.hold).toBe("flatten");
    expect(journal.map(({ command, outcome }) => `${String(command)}: ${String(outcome)}`).toSorted()).toEqual([
      "button: refused: unknown", "button: refused: unknown", "flatten: carried out", "flatten: confirmed", "flatten: proposed",
    ]);
  });

  it("is not done when it is cancelled, nor afterwards", async () => {
    const { api, ran, sent, confirm, cancel } = await proposed();
    api.press(ANN, sent, cancel.data);
    await until("it is cancelled", () => texts(api, ANN).length === 2);
    api.press(ANN, sent, confirm.data);
    await until("the late press is answered", () => answered(api) === 2);
    expect(texts(api, ANN)[1]).toBe("Cancelled: /flatten was not carried out.");
    expect(ran).toEqual(["flatten"]);
  });

  it("is not done by another user, whose press leaves it to its owner", async () => {
    const { api, ran, sent, confirm } = await proposed();
    api.press(TOM, sent, confirm.data);
    api.press(TOM, { ...sent, chat: TOM.id }, confirm.data);
    await until("both presses are answered", () => answered(api) === 2);
    expect(ran).toEqual(["flatten"]);
    api.press(ANN, sent, confirm.data);
    await until("it is done", () => ran.includes("carried out"));
  });

  it("is not done in another chat of the same user", async () => {
    const tokens = new CallbackTokens<string>();
    const [token] = tokens.issue([{ user: 1, chat: 1, action: "a", expires: 100 }]);
    expect(tokens.take(token!, { user: 1, chat: 2, now: 0 })).toEqual({ refused: "not yours" });
    expect(tokens.take(token!, { user: 1, chat: 1, now: 0 })).toEqual({ action: "a" });
    await Promise.resolve();
  });

  it("is not done after a minute", async () => {
    let late = 0;
    const { api, ran, sent, confirm } = await proposed(() => Date.now() + late);
    late = 61_000;
    api.press(ANN, sent, confirm.data);
    await until("the press is answered", () => answered(api) === 1);
    expect([...api.desk.queries.values()]).toEqual(["Too late: this was not confirmed in time. Nothing was done."]);
    await until("the buttons are gone", () => sent.buttons.length === 0);
    expect(ran).toEqual(["flatten"]);
    expect(bot.session.bot.hold).toBe("run");
  });

  it("is not done by a button that was shown before a restart", async () => {
    const { api, door, folder, ran, sent, confirm } = await proposed();
    await door.close(500);
    await openDoor(bot.operator, probes().commands, { api, folder });
    api.press(ANN, sent, confirm.data);
    await until("the press is answered", () => answered(api) === 1);
    expect([...api.desk.queries.values()]).toEqual(["This button no longer works. Send the command again."]);
    expect(ran).toEqual(["flatten"]);
    expect(bot.session.bot.hold).toBe("run");
  });

  it("is not done by made-up callback data", async () => {
    const { api, ran, sent } = await proposed();
    for (const data of ["flatten", "confirm:flatten", "{}", "__proto__", "A".repeat(22)]) api.press(ANN, sent, data);
    await until("all are answered", () => answered(api) === 5);
    expect(ran).toEqual(["flatten"]);
  });

  it("is refused when its user has lost the role meanwhile", async () => {
    const { api, door, folder, ran } = await proposed();
    await door.close(500);
    const { commands, ran: again } = probes();
    await openDoor(bot.operator, commands, { api, folder, settings: { ...SETTINGS, users: [{ id: ANN.id, role: "viewer" }] } });
    api.write(ANN, "/flatten");
    await until("it is refused", () => texts(api, ANN).some((text) => text.startsWith("/flatten needs the role owner")));
    expect([...ran, ...again]).toEqual(["flatten"]);
  });
});

describe("callback data", () => {
  it("is random, says nothing of what it does, and fits into Telegram's 64 bytes", () => {
    const tokens = new CallbackTokens<string>();
    const issued = tokens.issue(Array.from({ length: 500 }, () => ({ user: 1, chat: 1, action: "flatten", expires: 1 })));
    expect(new Set(issued).size).toBe(500);
    for (const token of issued) expect(token).toMatch(/^[\w-]{22}$/);
  });

  it("of buttons that nobody presses is forgotten, the oldest first", () => {
    const tokens = new CallbackTokens<number>();
    const [first] = tokens.issue([{ user: 1, chat: 1, action: 0, expires: 1 }]);
    for (let i = 1; i <= 2_000; i += 1) tokens.issue([{ user: 1, chat: 1, action: i, expires: 1 }]);
    expect(tokens.take(first!, { user: 1, chat: 1, now: 0 })).toEqual({ refused: "unknown" });
  });
});
