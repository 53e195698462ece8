import fc from "fast-check";
import { expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { figures } from "../../../src/app/backtest/figures.ts";
import type { BacktestPlan } from "../../../src/app/backtest/plan.ts";
import { runBacktest } from "../../../src/app/backtest/run.ts";
import { resample } from "../../../src/core/resample.ts";
import { RISK_PROFILES } from "../../../src/core/risk-profiles.ts";
import { type RunningStrategy, type StrategyEntry, strategyWith } from "../../../src/core/strategy-entry.ts";
import { MARKET_KINDS, createMarket } from "../../../src/core/synthetic/market.ts";
import { instrument, plan } from "../../plan.ts";

const BTC = instrument("BTC/USDT", { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 });
const ETH = instrument("ETH/USDT", { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 });

function market(kind: (typeof MARKET_KINDS)[number], seed: number, days: number) {
  const { series } = createMarket({ kind, seed, days, timeframe: 60_000, start: Date.UTC(2024, 0, 1), price: 42_000, priceStep: 0.01 });
  return { instrument: BTC, series, bars: resample(series, 3_600_000) };
}

/** The same strategy without word of what has changed: the engine compares all of its orders every time. */
const comparingAll = (entry: StrategyEntry): StrategyEntry => ({ ...entry, start: (params, view) => strategyWith(entry.start(params, view), { changes: () => null }) });

const everything = (one: BacktestPlan): string => {
  const { fills, decisions, samples, ladders, refused, warnings, marker, bot } = runBacktest(one);
  const seen = [...bot.symbols.values()].map(({ price, decisions: taken, candles }) => [price, taken, candles.length]);
  return JSON.stringify([fills, decisions, samples, ladders, [...refused], warnings, marker.daily, bot.ledger.roundTrips, seen]);
};

it("is the same run whether a strategy tells what has changed in its orders or all of them are compared", () => {
  const grid = fc.record({
    levels: fc.integer({ min: 2, max: 40 }),
    width: fc.double({ min: 0.005, max: 0.05, noNaN: true }),
    outOfRange: fc.constantFrom("wait", "recentre", "close"),
    trailing: fc.constantFrom("none", "up", "down", "both"),
    initialPurchase: fc.boolean(),
    postOnly: fc.boolean(),
    cooldown: fc.constantFrom(0, 1),
    stopLoss: fc.constantFrom(0.01, 0.2),
  });
  fc.assert(
    fc.property(fc.constantFrom(...MARKET_KINDS), fc.nat(), grid, fc.boolean(), fc.constantFrom(0.00005, 1), (kind, seed, params, withCouncil, volumeShare) => {
      const one = plan({
        markets: [market(kind, seed, 12)],
        strategies: { grid: params },
        fees: { currency: seed % 2 === 0 ? "quote" : "received" },
        fillModel: { volumeShare },
        ...(withCouncil ? { agents: agents.map((agent) => agent.start({})), profile: RISK_PROFILES.growth } : {}),
      });
      const other = { ...one, bot: { ...one.bot, strategies: one.bot.strategies.map((choice) => ({ ...choice, entry: comparingAll(choice.entry) })) } };
      expect(everything(one)).toBe(everything(other));
    }),
    { numRuns: 40 },
  );
});

/** The same strategy without word of what it hears: it is told of every close. */
const hearingAll = (entry: StrategyEntry): StrategyEntry => ({ ...entry, start: (params, view) => strategyWith(entry.start(params, view), { hears: () => null }) });

it("is the same run whether strategies are told of every close or only of those that they hear", () => {
  const grid = fc.record({
    levels: fc.integer({ min: 2, max: 30 }),
    width: fc.double({ min: 0.005, max: 0.05, noNaN: true }),
    lower: fc.constantFrom("auto", 41_000),
    upper: fc.constantFrom("auto", 43_500),
    outOfRange: fc.constantFrom("wait", "recentre", "close"),
    trailing: fc.constantFrom("none", "up", "down", "both"),
    initialPurchase: fc.boolean(),
    postOnly: fc.boolean(),
    cooldown: fc.constantFrom(0, 1),
    stopLoss: fc.constantFrom(0.01, 0.2),
  });
  const dca = fc.record({
    mode: fc.constantFrom("deal", "schedule"),
    safetyOrders: fc.integer({ min: 0, max: 6 }),
    takeProfit: fc.constantFrom(0.003, 0.02),
    trailing: fc.constantFrom(0, 0.002),
    stopLoss: fc.constantFrom(0.01, 0.2),
  });
  const strategies = fc.oneof(fc.record({ grid }), fc.record({ dca }), fc.record({ grid, dca }));
  let skipped = 0;
  fc.assert(
    fc.property(fc.constantFrom(...MARKET_KINDS), fc.nat(), strategies, fc.integer({ min: 1, max: 2 }), fc.constantFrom(0.00005, 1), (kind, seed, chosen, symbols, volumeShare) => {
      const markets = [market(kind, seed, 12), { ...market(kind, seed + 1, 10), instrument: ETH }].slice(0, symbols);
      const one = plan({ markets, strategies: chosen, fillModel: { volumeShare } });
      const told = { closes: 0 };
      const counting = (entry: StrategyEntry): StrategyEntry => ({ ...entry, start: (params, view) => counted(entry.start(params, view), told) });
      const wrapped = (wrap: (entry: StrategyEntry) => StrategyEntry): BacktestPlan => ({ ...one, bot: { ...one.bot, strategies: one.bot.strategies.map((choice) => ({ ...choice, entry: wrap(choice.entry) })) } });
      expect(everything(wrapped(counting))).toBe(everything(wrapped(hearingAll)));
      if (told.closes < 12 * 24) skipped += 1;
    }),
    { numRuns: 40 },
  );
  expect(skipped).toBeGreaterThan(0);
});

/** Counts the closes that a strategy is told of. */
function counted(running: RunningStrategy, told: { closes: number }): RunningStrategy {
  return strategyWith(running, {
    evolve(event) {
      if (event.type === "candle") told.closes += 1;
      return running.evolve(event);
    },
  });
}

it("has the same figures when nothing but figures is kept, and then words no reason", () => {
  const one = plan({
    markets: [market("mix", 8, 40)],
    strategies: { grid: {}, dca: {} },
    agents: agents.map((agent) => agent.start({})),
    profile: RISK_PROFILES.balanced,
  });
  const whole = runBacktest(one);
  const bare = runBacktest({ ...one, keeps: "figures" });
  expect(figures(bare, one)).toEqual(figures(whole, one));
  expect(figures(bare, one).fills).toBe(whole.fills.length);
  expect([bare.fills, bare.decisions, bare.samples]).toEqual([[], [], []]);
  const last = (record: typeof whole) => [...record.bot.symbols.values()][0]!.decision!;
  expect(last(whole).reason).not.toBe("");
  expect(last(bare)).toEqual({ ...last(whole), reason: "", votes: last(whole).votes.map((vote) => ({ ...vote, reason: "", evidence: {} })) });
});
