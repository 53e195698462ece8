import { describe, expect, it } from "vitest";
import { outcomeOf, readAnswer, readTask, taskId, trialAnswer, trialTask, winnerTask } from "../../../../src/adapters/search/queue/codec.ts";
import type { TrialOutcome } from "../../../../src/app/optimize/trial.ts";

const figures = { totalReturn: 0.1 + 0.2, cagr: null, sharpe: 1e-300, sortino: -1.5, calmar: null, maxDrawdown: -1 / 3, exposure: 0.5, turnover: 5e-324, feesPaid: 2 ** 53, fills: 7, roundTrips: 3 };
/** What Redis does to an answer. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("what a search and its workers say to each other", () => {
  it("keeps every bit of an outcome", () => {
    const daily = Float64Array.of(-0, 5e-324, 1 / 3, -Number.MAX_VALUE, 0.1 + 0.2, Number.EPSILON);
    const outcome: TrialOutcome = { state: "done", figures, daily, seconds: 0.25 };
    const read = outcomeOf(readAnswer(sent(trialAnswer(outcome))));
    expect(read).toEqual(outcome);
    expect(read?.state === "done" && new Uint8Array(read.daily.buffer)).toEqual(new Uint8Array(daily.buffer));
  });

  it("keeps the order of an answer's keys, which a printed result shows", () => {
    const turned = Object.fromEntries(Object.entries(figures).toReversed());
    const read = readAnswer(sent({ kind: "done", figures: turned, daily: "", seconds: 1 }));
    expect(JSON.stringify(read)).toContain(JSON.stringify(turned));
  });

  it("sends the days of a part of an array, not the array behind it", () => {
    const part = Float64Array.of(9, 1, 2, 9).subarray(1, 3);
    const read = outcomeOf(readAnswer(sent(trialAnswer({ state: "done", figures, daily: part, seconds: 0 }))));
    expect(read?.state === "done" && [...read.daily]).toEqual([1, 2]);
  });

  it("keeps why a set could not be run", () => {
    const outcome: TrialOutcome = { state: "failed", reason: "levels must be at least 2", seconds: 0.5 };
    expect(outcomeOf(readAnswer(sent(trialAnswer(outcome))))).toEqual(outcome);
  });

  it.each<[string, unknown]>([
    ["nothing", null],
    ["a figure that is text", { kind: "done", figures: { ...figures, sharpe: "1" }, daily: "", seconds: 1 }],
    ["a figure that is missing", { kind: "done", figures: { ...figures, fills: undefined }, daily: "", seconds: 1 }],
    ["days that are no base64", { kind: "done", figures, daily: "%%%", seconds: 1 }],
    ["half a day", { kind: "done", figures, daily: Buffer.alloc(12).toString("base64"), seconds: 1 }],
    ["an unknown kind", { kind: "perhaps" }],
  ])("refuses an answer with %s", (_, answer) => {
    expect(() => readAnswer(sent(answer))).toThrow();
  });

  it("refuses a job that is none", () => {
    expect(() => readTask({ kind: "trial", parameters: { a: [1] }, window: null })).toThrow();
    expect(readTask(sent(trialTask({ parameters: { a: 1 }, window: { from: 1, to: 2 } })))).toEqual({ kind: "trial", parameters: { a: 1 }, window: { from: 1, to: 2 } });
  });

  it("numbers the same task the same, whatever the order of its keys, and others differently", () => {
    const whole = taskId(trialTask({ parameters: { a: 1, b: "x" }, window: null }));
    expect(taskId(trialTask({ parameters: { b: "x", a: 1 }, window: null }))).toBe(whole);
    const others = [
      trialTask({ parameters: { a: 1, b: "y" }, window: null }),
      trialTask({ parameters: { a: 1, b: "x" }, window: { from: 1, to: 2 } }),
      trialTask({ parameters: { a: 1, b: "x" }, window: { from: 1, to: 3 } }),
      winnerTask({ a: 1, b: "x" }),
    ].map(taskId);
    expect(new Set([whole, ...others]).size).toBe(5);
    // BullMQ separates its keys by colons.
    expect(whole).toMatch(/^[0-9a-f]+$/);
  });
});
