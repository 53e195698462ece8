import { describe, expect, it } from "vitest";
import { RISK_PROFILES, RISK_PROFILE_NAMES } from "../../src/core/risk-profiles.ts";
import { hours, observation, opinionOf } from "./observe.ts";

const ramp = (count: number, daily: number): number[] => Array.from({ length: count }, (_, i) => 100 * (1 + daily / 24) ** i * (1 + 0.001 * Math.sin(i)));
/** Swings between two prices, `period` hours from low to low. */
const swing = (count: number, low: number, high: number, period: number): number[] =>
  Array.from({ length: count }, (_, i) => (low + high) / 2 - ((high - low) / 2) * Math.cos((2 * Math.PI * i) / period));

describe("momentum", () => {
  it("leans up in a rising market and down in a falling one, surely in both", () => {
    const up = opinionOf("momentum", observation(hours(ramp(200, 0.03))))!;
    const down = opinionOf("momentum", observation(hours(ramp(200, -0.03))))!;
    expect(up.score).toBeGreaterThan(0.3);
    expect(down.score).toBeLessThan(-0.3);
    expect(up.reason).toMatch(/^the 50-bar average moved \d+\.\d\d ATR in 12 bars, MACD pushes -?\d+\.\d\d ATR, RSI \d+$/);
  });

  it("abstains while its averages are not warm", () => {
    expect(opinionOf("momentum", observation(hours(ramp(30, 0.03))))).toBeNull();
  });
});

describe("regime", () => {
  it("calls a swing between two prices a range, and a ramp a trend with its direction", () => {
    const range = opinionOf("regime", observation(hours(swing(400, 98, 102, 11))))!;
    const trend = opinionOf("regime", observation(hours(ramp(400, 0.05))))!;
    expect(range.ranging).toBeGreaterThan(0.3);
    expect(range.reason).toMatch(/^a range/);
    expect(trend.ranging).toBeLessThan(-0.3);
    expect(trend.score).toBeGreaterThan(0.3);
    expect(trend.reason).toMatch(/^an up-trend/);
  });

  it("calls a fall out of a calm market a crash, and is sure of it", () => {
    const calm = swing(300, 99.5, 100.5, 13);
    const fall = Array.from({ length: 30 }, (_, i) => 100 * 0.975 ** i * (i % 2 === 0 ? 1 : 1.01));
    const opinion = opinionOf("regime", observation(hours([...calm, ...fall])))!;
    expect(opinion).toMatchObject({ score: -1, confidence: 1, ranging: -1 });
    expect(opinion.evidence["crash"]).toBe(true);
  });
});

describe("support-resistance", () => {
  const seen = (length: number) => observation(hours(swing(400, 95, 105, 24), 0.001), {}, length);

  it("finds the two prices at which a market turns, with every touch", () => {
    const opinion = opinionOf("support-resistance", seen(396))!;
    const supports = opinion.levels!.filter(({ kind }) => kind === "support").map(({ price }) => price);
    const resistances = opinion.levels!.filter(({ kind }) => kind === "resistance").map(({ price }) => price);
    expect(Math.min(...supports.map((price) => Math.abs(price / 95 - 1)))).toBeLessThan(0.005);
    expect(Math.min(...resistances.map((price) => Math.abs(price / 105 - 1)))).toBeLessThan(0.005);
    expect(Math.max(...opinion.levels!.map(({ touches }) => touches))).toBeGreaterThanOrEqual(5);
  });

  it("leans up just above a support and down just under a resistance", () => {
    // The market swings from low to low in 24 hours: bar 386 is two hours past a low, bar 398 two past a high.
    expect(opinionOf("support-resistance", seen(387))!.score).toBeGreaterThan(0.2);
    expect(opinionOf("support-resistance", seen(399))!.score).toBeLessThan(-0.2);
  });
});

describe("risk-profile", () => {
  const series = hours(swing(300, 98, 102, 11));
  const opinion = (drawdown: number, profile = "balanced") => opinionOf("risk-profile", observation(series, { drawdown }), { profile })!;

  it("allows more to the bold than to the careful, and never more than the table", () => {
    const sizes = RISK_PROFILE_NAMES.map((name) => opinion(0, name).size!);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    RISK_PROFILE_NAMES.forEach((name, i) => expect(sizes[i]).toBeLessThanOrEqual(RISK_PROFILES[name].maxExposure));
  });

  it("allows less as the drawdown nears the stop, and vetoes everything at it", () => {
    const { maxExposure, stopDrawdown } = RISK_PROFILES.balanced;
    expect(opinion(0).size).toBe(maxExposure);
    expect(opinion(stopDrawdown * 0.75).size).toBeCloseTo(maxExposure / 2, 12);
    expect(opinion(stopDrawdown)).toMatchObject({ size: 0, veto: { maxExposure: 0, limit: "drawdown 20 % has reached the stop of 20 % of balanced" } });
  });

  it("has no view on direction", () => {
    expect(opinion(0.05).score).toBe(0);
  });

  it("has a table that only rises from the careful to the bold", () => {
    const rows = RISK_PROFILE_NAMES.map((name) => RISK_PROFILES[name]);
    for (const limit of ["maxExposure", "maxSymbolShare", "maxOrderShare", "stopDrawdown", "gridLevels", "dcaRungs"] as const) {
      const values = rows.map((row) => row[limit]);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
    }
  });
});
