import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { commands } from "../../src/adapters/telegram/commands/index.ts";
import { assess, explainAssessment, QUESTIONS } from "../../src/core/questionnaire.ts";
import { COUNCIL, type Operated, operated, swinging } from "../app/operator/fixture.ts";
import { ANN, VIC, closeAll, openDoor, texts } from "./door.ts";
import { pressed, said } from "./talk.ts";

let one: Operated;
beforeAll(async () => {
  one = await operated(COUNCIL, swinging(130), 120, (bot) => bot.session.settled());
}, 30_000);
beforeEach(() => {
  if (one.operator.risk().profile?.name !== "balanced") one.operator.setProfile("balanced", "test");
});
afterAll(() => one.close());
afterEach(closeAll);

type Doorway = Awaited<ReturnType<typeof openDoor>>;

/** Presses one answer after the other, each counted from 1, and gives what comes of the last. */
async function answered(doorway: Doorway, person: typeof ANN, answers: readonly number[]) {
  let shown = await pressed(doorway, person, await said(doorway, person, "/risk"), "Which one suits me?");
  for (const [i, answer] of answers.entries()) {
    expect(shown.text).toContain(`question ${i + 1} of 7`);
    shown = await pressed(doorway, person, shown, QUESTIONS[i]!.answers[answer - 1]!.text);
  }
  return shown;
}

describe("the questionnaire in the chat", () => {
  it("begins in the set-up, goes from question to question in one message, and back", async () => {
    const doorway = await openDoor(one.operator, commands);
    const first = await pressed(doorway, ANN, await said(doorway, ANN, "/start 2"), "Which one suits me?");
    expect(first.text).toContain(QUESTIONS[0]!.text);
    expect(first.buttons.flat().map(({ text }) => text)).toEqual(QUESTIONS[0]!.answers.map(({ text }) => text));
    expect(first.buttons.flat().every(({ data }) => /^[\w-]{22}$/.test(data))).toBe(true);
    const second = await pressed(doorway, ANN, first, "in three to five years");
    expect(second.text).toContain(QUESTIONS[1]!.text);
    expect((await pressed(doorway, ANN, second, "‹ Back")).text).toContain(QUESTIONS[0]!.text);
    expect(texts(doorway.api, ANN)).toHaveLength(1);
  });

  it("comes to the same profile and the same reasons as the command line, and says so when it is in force", async () => {
    const doorway = await openDoor(one.operator, commands);
    const answers = [3, 4, 3, 2, 4, 3, 3];
    const shown = await answered(doorway, ANN, answers);
    for (const sentence of explainAssessment(assess(answers)!)) expect(shown.text).toContain(sentence);
    expect(shown.text).toMatch(/^Your answers: balanced, a good half in the market/);
    expect(shown.text).toMatch(/Most in the market +65 %/);
    expect(shown.text).toContain("balanced is in force already.");
    expect(shown.buttons.flat().map(({ text }) => text)).toEqual(["answer again"]);
  });

  it("asks an owner twice before the profile gets bolder, and changes nothing before", async () => {
    const doorway = await openDoor(one.operator, commands);
    const shown = await answered(doorway, ANN, [5, 5, 4, 4, 4, 4, 5]);
    expect(shown.text).toContain("balanced to high-risk-high-reward");
    const proposal = await pressed(doorway, ANN, shown, "change to high-risk-high-reward ...");
    expect(proposal.text).toContain("Take more risk?");
    expect(one.operator.risk().profile?.name).toBe("balanced");
    await pressed(doorway, ANN, proposal, "Confirm");
    expect(one.operator.risk().profile?.name).toBe("high-risk-high-reward");
  });

  it("asks before the profile gets more careful, and changes it with that press", async () => {
    const doorway = await openDoor(one.operator, commands);
    const shown = await answered(doorway, ANN, [1, 4, 3, 3, 3, 3, 3]);
    expect(shown.text).toContain("allows no more than cautious");
    expect(one.operator.risk().profile?.name).toBe("balanced");
    expect((await pressed(doorway, ANN, shown, "change to cautious")).text).toContain("The profile is cautious now.");
    expect(one.operator.risk().profile?.name).toBe("cautious");
  });

  it("lets a viewer answer, and change nothing", async () => {
    const doorway = await openDoor(one.operator, commands);
    const shown = await answered(doorway, VIC, [5, 5, 5, 5, 5, 5, 5]);
    expect(shown.text).toContain("Only an owner changes the profile");
    expect(shown.buttons.flat().map(({ text }) => text)).toEqual(["answer again"]);
  });

  it("begins anew where the answers are none", async () => {
    const doorway = await openDoor(one.operator, commands);
    for (const text of ["/risk questions 9", "/risk questions 12345123", "/risk questions x"]) expect((await said(doorway, ANN, text)).text).toContain("question 1 of 7");
  });
});
