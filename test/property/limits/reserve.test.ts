import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runBacktest } from "../../../src/app/backtest/run.ts";
import { agents } from "../../../agents/index.ts";
import { resample } from "../../../src/core/resample.ts";
import { RISK_PROFILE_NAMES, RISK_PROFILES } from "../../../src/core/risk-profiles.ts";
import type { StrategyView } from "../../../src/core/strategy.ts";
import { type StrategyEntry, strategyWith } from "../../../src/core/strategy-entry.ts";
import type { Treasury } from "../../../src/core/treasury.ts";
import { candlesOf } from "../market.ts";
import { instrument, plan } from "../../plan.ts";
import { randomRun } from "./bench.ts";

const share = fc.double({ min: 0, max: 0.95, noNaN: true });
const amount = fc.integer({ min: 1, max: 9_500 });
const reserve = fc.record({ share, amount }, { requiredKeys: [] });
const idle = fc.array(fc.record({ strategy: fc.constantFrom("dca", "grid", "whim"), most: fc.double({ min: 0.05, max: 1, noNaN: true }) }), { maxLength: 2 });
const treasury: fc.Arbitrary<Treasury> = fc.record({ reserve, idle });
const seed = fc.integer({ min: 1, max: 1_000_000 });
const feeIn = fc.constantFrom("quote" as const, "received" as const);

describe("the reserve", () => {
  it("is never gone into, not by one event: fills in parts, fees, jumps, rejections, switches and changes of profile", () => {
    let fell = 0;
    let approved = 0;
    fc.assert(
      fc.property(seed, fc.constantFrom(null, ...RISK_PROFILE_NAMES), treasury, feeIn, (from, profile, decided, fee) => {
        const run = randomRun({ seed: from, events: 90, profile, treasury: decided, feeIn: fee }, (bot, account, freeBefore) => {
          const floor = account.floor(bot.profile, decided.reserve);
          const { quoteFree } = bot.ledger;
          // What is under it (equity has risen, or the profile asks for more) may not fall further; what is over it stays over it. Rounding: units.
          expect(quoteFree).toBeGreaterThanOrEqual(Math.min(freeBefore, floor) - 2);
          if (quoteFree < freeBefore) fell += 1;
          if (decided.reserve.amount !== undefined) expect(quoteFree).toBeGreaterThanOrEqual(decided.reserve.amount * account.scale);
        });
        approved += run.approved;
      }),
      { numRuns: 60 },
    );
    expect([fell, approved].every((count) => count > 300)).toBe(true);
  });

  it("is there at every event that strategies of a backtest hear of, with and without a council", () => {
    const ABC = instrument("ABC/USD", { priceStep: 0.1, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });
    let looks = 0;
    let leastOver = Number.POSITIVE_INFINITY;
    fc.assert(
      fc.property(candlesOf(0.1, { min: 200, max: 400 }), amount, fc.boolean(), fc.constantFrom("received" as const, "quote" as const), (series, kept, hasCouncil, currency) => {
        const made = plan({
          markets: [{ instrument: ABC, series, bars: resample(series, 300_000) }],
          strategies: { grid: { levels: 8 }, dca: {} },
          fees: { currency, maker: 0.002, taker: 0.003, slippage: 0.002 },
          ...(hasCouncil ? { agents: agents.filter(({ name }) => name === "momentum" || name === "regime").map((entry) => entry.start({})), profile: RISK_PROFILES["high-risk-high-reward"] } : {}),
        });
        const look = (view: StrategyView): void => {
          looks += 1;
          const over = view.portfolio().cash - kept;
          leastOver = Math.min(leastOver, over);
          expect(over).toBeGreaterThanOrEqual(0);
        };
        const strategies = made.bot.strategies.map(({ entry, params }) => ({ entry: watched(entry, look), params }));
        runBacktest({ ...made, bot: { ...made.bot, strategies, treasury: { reserve: { amount: kept }, idle: [{ strategy: "dca", most: 0.5 }] } } });
      }),
      { numRuns: 40 },
    );
    expect(looks).toBeGreaterThan(1_000);
    // It was met: otherwise nothing was tried.
    expect(leastOver).toBeLessThan(500);
  });
});

/** A strategy that looks at its account whenever it hears of something, and whenever it is asked what it wants. */
function watched(entry: StrategyEntry, look: (view: StrategyView) => void): StrategyEntry {
  return {
    ...entry,
    start(params, view) {
      const running = entry.start(params, view);
      return strategyWith(running, {
        // All is compared, so that it is asked what it wants after every fill.
        changes: () => null,
        evolve(event) {
          look(view);
          return running.evolve(event);
        },
        desired() {
          look(view);
          return running.desired();
        },
      });
    },
  };
}
