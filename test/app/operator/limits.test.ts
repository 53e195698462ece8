import { describe, expect, it } from "vitest";
import { riskView } from "../../../src/app/operator/limits.ts";
import { profilePreview } from "../../../src/app/operator/profile-preview.ts";
import { createBot } from "../../../src/core/bot.ts";
import { seriesFrom } from "../../../src/core/candle.ts";
import { profileWith } from "../../../src/core/profile-overrides.ts";
import type { ProfileOverrides } from "../../../src/core/risk-profiles.ts";
import { strategies } from "../../../strategies/index.ts";
import { instrument } from "../../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });
const DAY = 86_400_000;

/** An account of a thousand dollars of which so many are in the market at 100; days that gain 10 % and lose it again. */
function account(inMarket: number, overrides: ProfileOverrides = {}, days = 101) {
  const closes = Array.from({ length: days }, (_, i) => (i % 2 === 0 ? 100 : 110));
  const grid = strategies.find(({ name }) => name === "grid")!;
  const bot = createBot({
    capitalUnits: 1_000 * ABC.quoteScale,
    fees: { maker: 0, taker: 0, currency: "quote", slippage: 0 },
    symbols: [{ instrument: ABC, bars: seriesFrom(closes.map((close, i) => ({ time: i * DAY, open: close, high: close, low: close, close, volume: 1 })), DAY) }],
    agents: [], coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 1 },
    profile: profileWith("balanced", overrides),
    overrides,
    strategies: [{ entry: grid, params: grid.params.parse({}) }],
  });
  const state = bot.symbols.get("ABC/USD")!;
  state.candles.reveal(days);
  state.price = 100;
  bot.ledger.quoteFree = (1_000 - inMarket) * ABC.quoteScale;
  state.sleeves[0]!.account.baseFree = (inMarket / 100) * ABC.baseScale;
  return bot;
}

describe("what an operator is shown of the limits", () => {
  it("is free cash with its reserve, and what a bad day may cost of what is held", () => {
    const { free, reserve, valueAtRisk, shortfall, guess, tripped } = riskView(account(500), 0);
    expect({ free, reserve, guess, tripped }).toEqual({ free: 0.5, reserve: 0.2, guess: null, tripped: [] });
    // Days of +10 % and -1/11 by turns: root mean square 0.095563; 1.644854 and 2.062713 of it, of half the account.
    expect(valueAtRisk).toBeCloseTo(0.5 * 0.095563 * 1.644854, 5);
    expect(shortfall).toBeCloseTo(0.5 * 0.095563 * 2.062713, 5);
  });

  it("says when the reserve holds it back, and when the risk is a careful guess", () => {
    expect(riskView(account(850), 0).tripped).toEqual(["Free cash is 15 % of equity, under the reserve of 20 %: nothing is bought until it is more."]);
    expect(riskView(account(500, {}, 30), 0)).toMatchObject({ valueAtRisk: 0.5, shortfall: 0.5, guess: "Too few bars of ABC/USD are known: all of it counts as lost." });
  });

  it("compares profiles with the owner's own numbers in them, also those that a profile does not have", () => {
    const own = { maxCvar: 0.05, groups: [{ name: "coins", symbols: ["ABC/USD"], most: 0.4 }], dcaRungs: 9 };
    const { changes, effects, isBolder } = profilePreview(account(850, own), "cautious");
    expect(isBolder).toBe(false);
    expect(changes).toContainEqual({ name: "Always in cash", from: "20 %", to: "30 %" });
    expect(changes.map(({ name }) => name)).not.toContain("Most in coins");
    expect(effects).toContain("15 % of equity is free cash, under the reserve of 30 %: nothing is bought until it is more.");
    expect(effects).toContain("Your own dcaRungs is bolder than cautious and not in force under it; with balanced it is again.");
    expect(effects).toContain("Your own maxCvar, groups stay in force.");
  });
});
