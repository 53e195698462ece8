import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { parseAlert } from "../../src/adapters/telegram/alerts/alert-parse.ts";
import type { Operator } from "../../src/ports/operator.ts";
import { until } from "../app/trade/harness.ts";
import { ANN, SETTINGS, VIC, closeAll, openDoor, probes, runningBot, texts, type RunningBot } from "./door.ts";
import { said } from "./talk.ts";

let bot: RunningBot;
beforeAll(async () => {
  bot = await runningBot();
});
afterAll(() => bot.end());
afterEach(closeAll);

describe("somebody who presses and writes too much", () => {
  it("can still confirm after more messages than are answered", async () => {
    const { commands: probing, ran } = probes();
    const doorway = await openDoor(bot.operator, probing);
    const { api } = doorway;
    const asked = await said(doorway, ANN, "/flatten");
    for (let i = 0; i < 40; i += 1) api.write(ANN, "/status");
    await until("it is too much", () => texts(api, ANN).some((text) => text.includes("too much")));
    api.press(ANN, asked, asked.buttons[0]![0]!.data);
    await until("it is carried out", () => ran.includes("carried out"));
    bot.session.command("run", "test");
  });

  it("is told with the press that is too much, and nothing is done by it", async () => {
    const { commands: probing, ran } = probes();
    const doorway = await openDoor(bot.operator, probing);
    const { api } = doorway;
    const asked = await said(doorway, VIC, "/pages");
    for (let i = 0; i < 40; i += 1) api.press(VIC, asked, `made up ${i}`);
    await until("it is told", () => [...api.desk.queries.values()].includes("Too much at once: nothing was done. Wait a minute."));
    expect([...api.desk.queries.values()].filter((text) => text?.startsWith("Too much"))).toHaveLength(1);
    expect(ran).toEqual(["pages"]);
  });
});

describe("a question with more to say than a message holds", () => {
  it("keeps its buttons, and the sentence that says until when", async () => {
    let length = 0;
    const operator = { ...bot.operator, previewResume: () => ({ ...bot.operator.previewResume(), hold: "flatten" as const, troubles: Array<string>(30).fill("x".repeat(length)) }) };
    const doorway = await openDoor(operator, commands, { settings: { ...SETTINGS, users: [{ id: ANN.id, role: "owner" }] } });
    for (length = 264; length < 300; length += 2) {
      const asked = await said(doorway, ANN, "/resume");
      expect(asked.text).toMatch(/Confirm within 60 s; nothing has been done yet\.$/);
      expect(asked.buttons.flat().map((button) => button.text), asked.text).toEqual(["Confirm", "Cancel"]);
    }
    expect(doorway.warnings).toEqual([]);
  });
});

describe("a grid of more levels than the profile allows", () => {
  it("is said to be smaller than asked for before it is confirmed", async () => {
    const operator: Operator = { ...bot.operator, previewParams: (...asked) => ({ ...bot.operator.previewParams(...asked), levelsAfter: [95, 100, 105] }) };
    const doorway = await openDoor(operator, commands);
    expect((await said(doorway, ANN, "/setgrid btc levels=7")).text).toMatch(/Only 3 of the 7 levels will stand/);
    expect((await said(doorway, ANN, "/setgrid btc levels=3")).text).not.toMatch(/will stand/);
  });
});

describe("a message that Telegram does not take", () => {
  it("is not tried again before Telegram says so, as plain text neither", async () => {
    const { api, door, journal } = await openDoor(bot.operator, probes().commands, { settings: { ...SETTINGS, users: [{ id: ANN.id, role: "owner" }] } });
    api.fault({ method: "sendMessage", times: 1, as: 400 });
    api.fault({ method: "sendMessage", times: 1, as: 429, retryAfter: 3_600 });
    door.tell({ kind: "fill", key: "a", text: "a fill", urgent: true });
    const tries = (): number => api.calls.filter(({ method }) => method === "sendMessage").length;
    await until("it was tried twice", () => tries() === 2);
    for (let i = 1; i <= 15; i += 1) {
      api.write(ANN, "/status");
      await until("it is dealt with", () => journal.length === i);
    }
    expect(tries()).toBe(2);
  });
});

describe("an alert with two numbers", () => {
  it("is not taken for one of both together", () => {
    const market = { symbols: ["BTC/USDT"], quote: "USDT", price: () => 65_000, drawdown: () => 0, hasCouncil: true };
    for (const text of ["btc 70000 60000", "btc > 70000 5%", "btc above 70 60", "btc 70000 below 60000"]) expect(parseAlert(text, market), text).toHaveProperty("wrong");
    expect(parseAlert("btc > 70 000", market)).toMatchObject({ alert: { above: 70_000 } });
    expect(parseAlert("btc > 1 070 000.5 usdt", market)).toMatchObject({ alert: { above: 1_070_000.5 } });
  });
});

describe("a button that is pressed while Telegram is out of reach", () => {
  /** A door to a Telegram that is gone, and how it comes back two minutes later. */
  async function cutOff() {
    let later = 0;
    const { commands: probing, ran } = probes();
    const doorway = await openDoor(bot.operator, probing, { clock: () => Date.now() + later });
    const { api } = doorway;
    const tries = (): number => api.calls.filter(({ method }) => method === "getUpdates").length;
    return {
      ...doorway, doorway, ran,
      leave: async () => {
        api.fault({ method: "getUpdates", times: 100_000, as: 502 });
        const before = tries();
        api.write(VIC, "/status");
        await until("Telegram is out of reach", () => tries() > before + 3);
      },
      comeBack: () => {
        later = 121_000;
        api.clearFaults();
      },
    };
  }

  it("does nothing once Telegram is back after more than two minutes, and works when it is pressed again", async () => {
    const { api, doorway, ran, leave, comeBack } = await cutOff();
    const asked = await said(doorway, VIC, "/pages");
    const next = asked.buttons[0]![0]!.data;
    await leave();
    api.press(VIC, asked, next);
    comeBack();
    await until("the press is answered", () => [...api.desk.queries.values()].some((text) => text?.includes("came late")));
    expect(ran.filter((name) => name.startsWith("pages"))).toEqual(["pages"]);
    api.press(VIC, asked, next);
    await until("the page is turned", () => ran.includes("pages 2"));
  });

  it("is heeded all the same when it only takes risk away", async () => {
    const { api, doorway, ran, leave, comeBack } = await cutOff();
    const asked = await said(doorway, ANN, "stop trading");
    await leave();
    api.press(ANN, asked, asked.buttons.flat().find(({ text }) => text === "/pause")!.data);
    comeBack();
    await until("it is paused", () => ran.includes("pause"));
    bot.session.command("run", "test");
  });
});
