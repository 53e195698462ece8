import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/app/backtest/record.ts";
import { runBacktest } from "../../src/app/backtest/run.ts";
import type { RunningAgent } from "../../src/core/agent.ts";
import { seriesFrom, candleAt } from "../../src/core/candle.ts";
import { resample } from "../../src/core/resample.ts";
import { RISK_PROFILES, RISK_PROFILE_NAMES } from "../../src/core/risk-profiles.ts";
import { walk } from "../property/walk.ts";
import { instrument, plan } from "../plan.ts";

const SYMBOLS = ["A/USD", "B/USD", "C/USD"];
const DECISION = 300_000;
const FILTERS = { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 5 };

const worlds = fc.record({
  seed: fc.integer({ min: 1, max: 10_000 }),
  weights: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 3, maxLength: 3 }),
  cashWeight: fc.integer({ min: 0, max: 60 }),
  params: fc.record({
    band: fc.constantFrom({ points: 0.002 }, { relative: 0.01 }, { points: 0.004, relative: 0.02 }),
    to: fc.constantFrom("target" as const, "edge" as const),
    minOrder: fc.constantFrom(0, 15),
    maxOrderShareOfVolume: fc.constantFrom(0.0005, 0.003, 0.05, 1),
  }),
  fees: fc.record({ maker: fc.constant(0.001), taker: fc.constantFrom(0, 0.0005, 0.002), currency: fc.constantFrom("received" as const, "quote" as const), slippage: fc.constantFrom(0, 0.001) }),
  volumeShare: fc.constantFrom(1, 0.01),
  /** Candles that each symbol lacks at its beginning. */
  late: fc.array(fc.constantFrom(0, 0, 40, 333), { minLength: 3, maxLength: 3 }),
  profile: fc.constantFrom(null, ...RISK_PROFILE_NAMES),
});
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

/** Sizes that come and go, and a veto now and then. */
const owner: RunningAgent = {
  name: "owner",
  warmup: 1,
  vote: ({ candles, symbol }) => {
    const bar = candles.length;
    if (symbol === "B/USD" && bar % 70 > 60) return { score: 0, confidence: 1, reason: "no", evidence: {}, size: 0, veto: { maxExposure: 0, limit: "the stop" } };
    return { score: 0, confidence: 1, reason: "so much", evidence: {}, size: bar % 50 > 25 ? 0.6 : 1 };
  },
};
const leader: RunningAgent = { name: "leader", warmup: 1, vote: ({ candles, symbol }) => ({ score: symbol === "C/USD" && candles.length % 90 > 60 ? -0.9 : 0.9, confidence: 1, ranging: 0, reason: "as told", evidence: {} }) };

function run({ seed, weights, cashWeight, params, fees, volumeShare, late, profile }: World): RunRecord {
  const all = weights.reduce((sum, one) => sum + one, cashWeight) || 1;
  return runBacktest(
    plan({
      markets: SYMBOLS.map((symbol, i) => {
        const whole = walk({ seed: seed + i, length: 1_000, price: [100, 20, 3][i]!, step: 0.01 });
        // Without a council trading begins everywhere at once.
        const from = profile === null ? 0 : late[i]!;
        const series = seriesFrom(Array.from({ length: whole.length - from }, (_, k) => candleAt(whole, from + k)), whole.timeframe);
        return { instrument: instrument(symbol, FILTERS), series, bars: resample(series, DECISION) };
      }),
      strategies: { rebalance: { ...params, weights: Object.fromEntries(SYMBOLS.map((symbol, i) => [symbol, weights[i]! / all])) } },
      fees,
      fillModel: { volumeShare },
      ...(profile === null ? {} : { agents: [leader, owner], profile: RISK_PROFILES[profile] }),
    }),
  );
}

/** What is bought with all cash has to leave room for the dearer fee, which the gate sets aside. */
const MAKERS_PAY_MORE: World = {
  seed: 1, weights: [0, 0, 1], cashWeight: 0, params: { band: { points: 0.002 }, to: "target", minOrder: 0, maxOrderShareOfVolume: 1 },
  fees: { maker: 0.001, taker: 0, currency: "quote", slippage: 0 }, volumeShare: 1, late: [0, 0, 0], profile: null,
};

describe("a rebalanced portfolio in any market", () => {
  it("has no order refused, spends no cash twice, and never turns back on what it traded a moment ago", () => {
    let trades = 0;
    fc.assert(
      fc.property(worlds, (world) => {
        const { fills, refused, bot } = run(world);
        trades += fills.length;
        expect([...refused]).toEqual([]);
        const own = bot.symbols.get("A/USD")!.instrument;
        let cash = bot.ledger.startUnits;
        const held = new Map(SYMBOLS.map((symbol) => [symbol, 0]));
        for (const fill of fills) {
          const sign = fill.side === "buy" ? 1 : -1;
          cash -= sign * fill.ticks * fill.steps * own.notionalScale + (fill.feeCurrency === "quote" ? fill.feeUnits : 0);
          held.set(fill.symbol, held.get(fill.symbol)! + sign * fill.steps * own.stepUnits - (fill.feeCurrency === "base" ? fill.feeUnits : 0));
          expect(cash).toBeGreaterThanOrEqual(0);
          expect(held.get(fill.symbol)!).toBeGreaterThanOrEqual(0);
        }
        expect(cash).toBe(bot.ledger.quoteFree + bot.ledger.quoteReserved);
        for (const { account } of [...bot.symbols.values()].flatMap(({ sleeves }) => sleeves)) expect(account.baseFree + account.baseReserved).toBe(held.get(account.symbol));
        const sides = new Map<string, string>();
        for (const { symbol, side, time, key } of fills) {
          if (key.startsWith("exit")) continue;
          const moment = `${symbol} ${Math.floor(time / DECISION)}`;
          expect(sides.get(moment) ?? side).toBe(side);
          sides.set(moment, side);
        }
      }),
      { numRuns: 60, examples: [[MAKERS_PAY_MORE]] },
    );
    expect(trades).toBeGreaterThan(500);
  });

  it("does the same when it is run again", () => {
    fc.assert(
      fc.property(worlds, (world) => {
        expect(JSON.stringify(run(world).fills)).toBe(JSON.stringify(run(world).fills));
      }),
      { numRuns: 10 },
    );
  });
});
