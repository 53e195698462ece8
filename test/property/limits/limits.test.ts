import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ProfileOverrides, RISK_PROFILE_NAMES } from "../../../src/core/risk-profiles.ts";
import { randomRun } from "./bench.ts";

const share = (min: number, max: number) => fc.double({ min, max, noNaN: true });
/** Numbers of an owner's, often tight enough to be met. */
const overrides: fc.Arbitrary<ProfileOverrides> = fc.record(
  {
    maxExposure: share(0.1, 1),
    maxSymbolShare: share(0.05, 0.6),
    maxOrderShare: share(0.05, 1),
    reserve: share(0, 0.9),
    maxVar: share(0.002, 0.1),
    maxCvar: share(0.002, 0.1),
    groups: fc.record({ name: fc.constant("pair"), symbols: fc.constantFrom(["AAA/USD", "BBB/USD"], ["BBB/USD", "CCC/USD"]), most: share(0.05, 0.5) }).map((group) => [group]),
  },
  { requiredKeys: [] },
);

const seed = fc.integer({ min: 1, max: 1_000_000 });
const profile = fc.constantFrom(...RISK_PROFILE_NAMES);
const feeIn = fc.constantFrom("quote" as const, "received" as const);

/** For each limit an owner who means this one. */
const STRICT: readonly (readonly [string, ProfileOverrides])[] = [
  ["exposure-limit", { maxExposure: 0.15, maxOrderShare: 1 }],
  ["order-too-large", { maxOrderShare: 0.02 }],
  ["symbol-limit", { maxSymbolShare: 0.05, maxExposure: 1, maxOrderShare: 1, reserve: 0 }],
  ["group-limit", { groups: [{ name: "all", symbols: ["AAA/USD", "BBB/USD", "CCC/USD"], most: 0.05 }], maxExposure: 1, maxOrderShare: 1, reserve: 0 }],
  ["var-limit", { maxVar: 0.003, maxExposure: 1, maxOrderShare: 1, reserve: 0 }],
  ["cvar-limit", { maxCvar: 0.003, maxExposure: 1, maxOrderShare: 1, reserve: 0 }],
  ["cash-reserve", { reserve: 0.95, maxExposure: 1, maxSymbolShare: 1, maxOrderShare: 1 }],
];

describe("an order that the gate approves", () => {
  it("breaks none of the limits of the portfolio, whatever strategies want and markets do", () => {
    let approved = 0;
    let fills = 0;
    fc.assert(
      fc.property(seed, profile, overrides, feeIn, (from, name, own, fee) => {
        const run = randomRun({ seed: from, events: 90, profile: name, overrides: own, feeIn: fee });
        approved += run.approved;
        fills += run.fills;
      }),
      { numRuns: 60 },
    );
    // Otherwise nothing was tried.
    expect([approved, fills].every((count) => count > 200)).toBe(true);
  });

  it.each(STRICT)("breaks none while the limit of %s is met again and again", (reason, own) => {
    let met = 0;
    for (let from = 1; from <= 6; from++) met += randomRun({ seed: from, events: 90, profile: "growth", overrides: own, feeIn: from % 2 === 0 ? "quote" : "received" }).refused.get(reason) ?? 0;
    expect(met).toBeGreaterThan(0);
  });
});
