import { describe, expect, it } from "vitest";
import type { Observation } from "../../src/core/agent.ts";
import { createBot } from "../../src/core/bot.ts";
import { seriesFrom } from "../../src/core/candle.ts";
import { step } from "../../src/core/step.ts";
import { strategies } from "../../strategies/index.ts";
import { instrument } from "../plan.ts";
import { bolderFigures, isBolder, overridesUnder, PROFILE_FIGURES, profileUnder, profileWith } from "../../src/core/profile-overrides.ts";
import { type ProfileOverrides, RISK_PROFILE_NAMES, RISK_PROFILES, type RiskProfileName } from "../../src/core/risk-profiles.ts";

describe("a profile with numbers of its owner's", () => {
  it("is the table's own object where there are none", () => {
    for (const name of RISK_PROFILE_NAMES) expect(profileWith(name, { maxVar: undefined })).toBe(RISK_PROFILES[name]);
  });

  it("has them in place of the table's, and the others as they are", () => {
    expect(profileWith("balanced", { maxExposure: 0.5, maxCvar: 0.04 })).toEqual({ ...RISK_PROFILES.balanced, maxExposure: 0.5, maxCvar: 0.04 });
  });

  it("leaves no number out: every one of the table can be replaced and compared", () => {
    const figures = Object.keys(RISK_PROFILES.balanced).filter((key) => key !== "name" && key !== "title");
    expect(PROFILE_FIGURES).toEqual(expect.arrayContaining(figures));
  });

  it("has a table whose every number is bolder or the same in each bolder profile", () => {
    const rows = RISK_PROFILE_NAMES.map((name) => RISK_PROFILES[name]);
    for (const figure of PROFILE_FIGURES) rows.forEach((row, i) => expect(isBolder(figure, row[figure], rows[i + 1] === undefined ? row[figure] : rows[i + 1]?.[figure])).toBe(false));
  });

  it("has a reserve in the table that the exposure leaves free anyway, a market order's margin included", () => {
    for (const { maxExposure, maxOrderShare, reserve } of Object.values(RISK_PROFILES)) expect(reserve).toBeLessThan(1 - maxExposure - 0.021 * maxOrderShare);
  });

  it("is known to be bolder by more of a limit, less of a reserve, or no limit where there was one", () => {
    expect(bolderFigures("balanced", { maxExposure: 0.7, reserve: 0.3, maxCvar: 0.5, gridWidth: 0.01 })).toEqual(["maxExposure", "gridWidth"]);
    expect(bolderFigures("balanced", { reserve: 0.1, stopDrawdown: 0.2 })).toEqual(["reserve"]);
    expect(isBolder("maxVar", undefined, 0.1)).toBe(true);
    expect(isBolder("maxVar", 0.1, undefined)).toBe(false);
  });
});

describe("another profile, while the bot runs", () => {
  const overrides = { maxExposure: 0.5, reserve: 0.4, maxCvar: 0.04 };
  const plan = { profile: profileWith("balanced", overrides), overrides };

  it("keeps what is more careful than it, and drops what is bolder", () => {
    expect(overridesUnder("safe-and-steady", { name: "balanced", overrides })).toEqual({ kept: { maxCvar: 0.04 }, dropped: ["maxExposure", "reserve"] });
    expect(profileUnder(plan, "safe-and-steady")).toEqual({ ...RISK_PROFILES["safe-and-steady"], maxCvar: 0.04 });
    expect(profileUnder(plan, "growth")).toEqual({ ...RISK_PROFILES.growth, ...overrides });
  });

  it("is what the definition says when it is the definition's again", () => {
    expect(profileUnder(plan, "balanced")).toBe(plan.profile);
  });

  it("is the table's where the owner has no numbers", () => {
    expect(profileUnder({ profile: RISK_PROFILES.balanced }, "growth")).toBe(RISK_PROFILES.growth);
  });
});

describe("an agent", () => {
  const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });
  const grid = strategies.find(({ name }) => name === "grid")!;

  /** The limits that an agent is shown at one decision after another; between them the owner changes the profile. */
  function shown(overrides: ProfileOverrides, ...changes: readonly RiskProfileName[]): Observation["limits"][] {
    const seen: Observation["limits"][] = [];
    const bot = createBot({
      capitalUnits: 1_000 * ABC.quoteScale,
      fees: { maker: 0, taker: 0, currency: "quote", slippage: 0 },
      symbols: [{ instrument: ABC, bars: seriesFrom(Array.from({ length: 9 }, (_, i) => ({ time: i * 60_000, open: 100, high: 100, low: 100, close: 100, volume: 1 })), 60_000) }],
      agents: [{ name: "looks", warmup: 1, vote: ({ limits }) => (seen.push(limits), null) }],
      coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 1 },
      profile: profileWith("balanced", overrides),
      overrides,
      strategies: [{ entry: grid, params: grid.params.parse({}) }],
    });
    const decide = (bar: number): unknown => step(bot, { type: "candle", symbol: "ABC/USD", time: bar * 60_000, close: 100 });
    decide(1);
    changes.forEach((profile, i) => {
      step(bot, { type: "profile", profile, time: 0, by: "test" });
      decide(i + 2);
    });
    return seen;
  }

  it("is shown limits that are not those of the profile it was made with, and none otherwise", () => {
    expect(shown({}, "growth", "balanced")).toEqual([undefined, RISK_PROFILES.growth, undefined]);
    const own = { ...RISK_PROFILES.balanced, stopDrawdown: 0.1 };
    expect(shown({ stopDrawdown: 0.1 }, "growth", "balanced")).toEqual([own, { ...RISK_PROFILES.growth, stopDrawdown: 0.1 }, own]);
  });
});
