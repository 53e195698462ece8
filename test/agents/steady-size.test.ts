import { describe, expect, it } from "vitest";
import { RISK_PROFILES } from "../../src/core/risk-profiles.ts";
import { hours, observation, opinionOf } from "./observe.ts";

const { maxExposure } = RISK_PROFILES.balanced;
/** A price that goes up and down by so much a day, drawn by a fixed rule without a lean. */
const drifting = (daily: number): number[] => {
  const closes: number[] = [100];
  for (let i = 1; i < 400; i++) closes.push((closes[i - 1] as number) * (1 + (Math.floor(i / 48) % 2 === 0 ? 1 : -1) * (daily / 24)));
  return closes;
};
const sizeIn = (closes: readonly number[]): number => opinionOf("risk-profile", observation(hours([...closes])), { profile: "balanced" })!.size!;

describe("the size that the risk profile allows", () => {
  it("is the whole of it where two standard moves of a quarter stay within the stop", () => {
    expect(sizeIn(drifting(0.01))).toBe(maxExposure);
  });

  it("falls as the market moves more, and says why", () => {
    const sizes = [0.02, 0.03, 0.05].map((daily) => sizeIn(drifting(daily)));
    expect(sizes[0]).toBeLessThan(maxExposure);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    const { reason } = opinionOf("risk-profile", observation(hours(drifting(0.03))), { profile: "balanced" })!;
    expect(reason).toMatch(/less because with 2 standard moves of 90 days \(\d+ %\) more could meet the stop of 20 %$/);
  });

  it("never falls under a quarter for that alone", () => {
    expect(sizeIn(drifting(0.4))).toBeGreaterThanOrEqual(0.25 * 0.6 * maxExposure);
    expect(sizeIn(drifting(0.4))).toBeLessThanOrEqual(0.25 * maxExposure);
  });
});
