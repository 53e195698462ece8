import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { COUNCIL, type Operated, operated, swinging } from "../app/operator/fixture.ts";
import { ANN, VIC, closeAll, openDoor, texts } from "./door.ts";
import { pressed, said } from "./talk.ts";

let one: Operated;
beforeAll(async () => {
  one = await operated(COUNCIL, swinging(130), 120, (bot) => bot.session.settled());
}, 30_000);
afterAll(() => one.close());
afterEach(closeAll);

describe("/start", () => {
  it("leads an owner through the set-up in one message, forth and back", async () => {
    const doorway = await openDoor(one.operator, commands);
    const sent = await said(doorway, ANN, "/start");
    const steps: string[] = [];
    let shown = await pressed(doorway, ANN, sent, "Set it up");
    for (;;) {
      steps.push(shown.text.split("\n")[2] ?? "");
      if (!shown.buttons.flat().some(({ text }) => text === "Next ›")) break;
      shown = await pressed(doorway, ANN, shown, "Next ›");
    }
    expect(steps).toEqual(["Who you are", "How much risk", "Mode: live", "Time zone and quiet hours", "What to try next"]);
    expect(texts(doorway.api, ANN)).toHaveLength(1);
    expect((await pressed(doorway, ANN, shown, "‹ Back")).text).toMatch(/^Set-up 4 of 5/);
  });

  it("shows the five profiles with a line each, and changes none by itself", async () => {
    const doorway = await openDoor(one.operator, commands);
    const shown = await said(doorway, ANN, "/start 2");
    expect(shown.text).toContain("▸ balanced: a good half in the market");
    expect(shown.buttons.flat().map(({ text }) => text)).toEqual(["Which one suits me? 7 questions", "safe-and-steady", "cautious", "balanced (now)", "growth", "high-risk-high-reward", "‹ Back", "Next ›"]);
    expect((await pressed(doorway, ANN, shown, "cautious")).text).toMatch(/^balanced to cautious: under half in the market/);
    expect(one.operator.risk().profile?.name).toBe("balanced");
  });

  it("leads nobody else", async () => {
    const doorway = await openDoor(one.operator, commands);
    const sent = await said(doorway, VIC, "/start 2");
    expect(sent.text).toMatch(/^Hello Vic\./);
    expect(sent.buttons).toEqual([]);
  });
});
