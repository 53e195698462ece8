import { describe, expect, it } from "vitest";
import { type Evidence, verdictOf } from "../../../src/core/statistics/verdict.ts";

const good: Evidence = { deflatedSharpe: 0.99, pbo: 0.1, observations: 800, minimumTrackRecord: 400, realityCheckP: 0.01, totalReturn: 0.4, walkForwardEfficiency: 0.8 };

describe("the verdict", () => {
  it("promises nothing where nothing speaks against a result", () => {
    expect(verdictOf(good)).toEqual({ trade: true, line: "nothing here speaks against it, which is not a promise", reasons: [] });
  });
  it.each<[string, Partial<Evidence>, string]>([
    ["a winner that a coin would find", { pbo: 0.61 }, "would not trade this: PBO 0.61"],
    ["a PBO at the limit", { pbo: 0.5 }, "would not trade this: PBO 0.50"],
    ["luck among the trials", { deflatedSharpe: 0.42 }, "would not trade this: deflated Sharpe 0.42"],
    ["a miss that two decimals would hide", { deflatedSharpe: 0.9486 }, "would not trade this: deflated Sharpe 0.949"],
    ["a short track record", { observations: 200, minimumTrackRecord: 913.2 }, "would not trade this: track record 200 of 914"],
    ["a record that no formula can judge", { observations: 29, minimumTrackRecord: 2 }, "would not trade this: track record 29 of 30"],
    ["a Sharpe ratio under the benchmark", { minimumTrackRecord: Number.POSITIVE_INFINITY }, "would not trade this: Sharpe not over the benchmark"],
    ["a mean that noise reaches", { realityCheckP: 0.3 }, "would not trade this: reality check p 0.30"],
    ["a loss", { totalReturn: -0.12 }, "would not trade this: no profit"],
    ["growth that stays in sample", { walkForwardEfficiency: 0.2 }, "would not trade this: walk-forward efficiency 0.20"],
    ["no Sharpe ratio", { deflatedSharpe: null }, "would not trade this: Sharpe ratio not known"],
  ])("speaks against %s, with one reason", (_name, change, line) => {
    const verdict = verdictOf({ ...good, ...change });
    expect(verdict.trade).toBe(false);
    expect(verdict.line).toBe(line);
    expect(verdict.reasons).toHaveLength(1);
    expect(verdict.reasons[0]).toMatch(/^[A-Z0-9].*\.$/);
  });
  it("lets pass what meets its limit exactly", () => {
    expect(verdictOf({ ...good, deflatedSharpe: 0.95, realityCheckP: 0.05, walkForwardEfficiency: 0.5, minimumTrackRecord: 800 }).trade).toBe(true);
    expect(verdictOf({ ...good, observations: 30, minimumTrackRecord: 2 }).trade).toBe(true);
  });
  it("tells everything that speaks against a result", () => {
    const { line, reasons } = verdictOf({ deflatedSharpe: 0.1, pbo: 0.7, observations: 100, minimumTrackRecord: 1_000, realityCheckP: 0.8 });
    expect(line).toBe("would not trade this: deflated Sharpe 0.10, PBO 0.70, track record 100 of 1000, reality check p 0.80");
    expect(reasons).toHaveLength(4);
  });
  it("names what was not known, and never passes a result of which nothing is known", () => {
    expect(verdictOf({ ...good, pbo: null, realityCheckP: null }).reasons).toEqual(["Not known, so not judged: probability of backtest overfitting, reality check."]);
    const nothing = { deflatedSharpe: null, pbo: null, observations: null, minimumTrackRecord: null, realityCheckP: null, totalReturn: null, walkForwardEfficiency: null };
    expect(verdictOf(nothing).trade).toBe(false);
  });
});
