import { describe, expect, it } from "vitest";
import { councilSentences } from "../../../../src/adapters/report/council/sentences.ts";
import { renderSummary } from "../../../../src/adapters/report/summary.ts";
import type { BacktestOutput } from "../../../../src/app/result.ts";
import { fixture } from "../fixture.ts";
import { councilOf } from "./made-up.ts";

function run(council: BacktestOutput["council"], change: Partial<BacktestOutput["result"]> = {}): BacktestOutput {
  const { output } = fixture({ candles: 200 });
  return { ...output, council, result: { ...output.result, switchesPerMonth: 7.25, ...change } };
}
const said = (output: BacktestOutput): string => councilSentences(output).join(" ");

describe("what the terminal says of the council", () => {
  it("is how often the stance changed in a month", () => {
    expect(said(run(null))).toBe("The stance changed 7.3 times a month.");
  });

  it("is plain when the votes forecast no better than a coin", () => {
    const guessing = councilOf({ agents: { one: 0.58, two: 0.56 }, rounds: 300 });
    expect(said(run([guessing]))).toMatch(/The votes forecast no better than a coin: Brier score 0\.2\d\d against 0\.250 \(gain, 95 %: -0\.0\d\d to \+0\.0\d\d\), over 300 forecasts\./);
  });

  it("says that they did better, and against whom", () => {
    const knowing = councilOf({ agents: { seer: 0.8, fool: 0.4 }, rounds: 500 });
    expect(said(run([knowing]))).toContain("The votes forecast better than a coin: Brier score 0.1");
    expect(said(run([knowing]))).toMatch(/They beat equal weights \(0\.\d{3}, \+0\.0\d\d to \+0\.\d{3}\) and the share of rises so far/);
  });

  it("says that they did worse", () => {
    const wrong = councilOf({ agents: { fool: 0.2 }, rounds: 300 });
    expect(said(run([wrong]))).toContain("The votes forecast worse than a coin: Brier score 0.");
  });

  it("claims nothing on a handful of forecasts, and nothing before the first", () => {
    expect(said(run([councilOf({ rounds: 12 })]))).toContain("Too few forecasts to judge the votes by (12; it takes 30): Brier score 0.");
    const none = said(run([councilOf({ rounds: 0 })]));
    expect(none).toContain("No vote's horizon has passed yet");
    expect(none).not.toMatch(/NaN|null|undefined/);
  });

  it("reports answers that could not be used, by agent", () => {
    expect(said(run(null, { malformed: { analyst: 3, mine: 1 } }))).toContain("4 answers could not be used and counted as abstentions: analyst 3, mine 1.");
    expect(said(run(null, { malformed: { analyst: 1 } }))).toContain("1 answer could not be used and counted as an abstention: analyst 1.");
  });

  it("judges three symbols by name and points to the JSON for the others", () => {
    const symbols = ["A/USD", "B/USD", "C/USD", "D/USD", "E/USD"].map((symbol) => councilOf({ symbol, rounds: 40 }));
    const text = said(run(symbols));
    expect(text).toContain("C/USD: ");
    expect(text).not.toContain("D/USD");
    expect(text).toContain("The JSON holds the same of 2 more.");
  });

  it("fits 80 columns of a terminal, whatever agents are called", () => {
    const output = run([councilOf({ agents: { [`a${"very-".repeat(30)}long-name`]: 0.6, "x\u001b[31m": 0.4 }, rounds: 50 })]);
    const text = renderSummary(output, { columns: 80, colour: false });
    expect(text).toContain("They did neither better nor worse than");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).not.toContain("\u001b");
  });
});
