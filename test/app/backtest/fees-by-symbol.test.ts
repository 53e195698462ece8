import fc from "fast-check";
import { expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { figures } from "../../../src/app/backtest/figures.ts";
import type { BacktestPlan } from "../../../src/app/backtest/plan.ts";
import { runBacktest } from "../../../src/app/backtest/run.ts";
import { type Fees, feesAmong, feesOf } from "../../../src/core/fill-model.ts";
import { feeUnits, notionalUnits, parseRate } from "../../../src/core/instrument.ts";
import { RISK_PROFILES } from "../../../src/core/risk-profiles.ts";
import { MARKET_KINDS } from "../../../src/core/synthetic/market.ts";
import { plan } from "../../plan.ts";
import { generated, withEnds } from "./many-markets.ts";

const SYMBOLS = ["A/USD", "B/USD", "C/USD"];
const REBALANCE = { weights: { "A/USD": 0.3, "B/USD": 0.3, "C/USD": 0.2 }, band: { points: 0.01 } };

const rate = fc.constantFrom(0, 0.0001, 0.001, 0.0026, 0.01);
const own = fc.record({ maker: rate, taker: rate, slippage: fc.constantFrom(0, 0.0005, 0.002) });
const runs = fc.record({
  seed: fc.nat(8),
  late: fc.constantFrom(0, 60),
  early: fc.constantFrom(0, 90),
  currency: fc.constantFrom("quote" as const, "received" as const),
  capital: fc.constantFrom(200, 5_000),
  withCouncil: fc.boolean(),
  rebalances: fc.boolean(),
});
type Shape = typeof runs extends fc.Arbitrary<infer T> ? T : never;

/** Three markets, one of which begins later and one of which ends earlier where the shape says so. */
function planOf({ seed, late, early, currency, capital, withCouncil, rebalances }: Shape, fees: Partial<Fees>, symbols = SYMBOLS): BacktestPlan {
  const markets = symbols.map((symbol, i) => generated(symbol, seed + i, 10, { kind: MARKET_KINDS[(seed + i) % MARKET_KINDS.length]!, late: i === 1 ? late : 0, early: i === 2 ? early : 0 }));
  return withEnds(
    plan({
      markets,
      // Weights are of symbols that there are.
      strategies: rebalances && symbols.length === SYMBOLS.length ? { rebalance: REBALANCE } : { grid: { levels: 8, width: 0.05 }, dca: {}, signal: {} },
      capital,
      fees: { ...fees, currency },
      ...(withCouncil ? { agents: agents.filter(({ needs }) => needs === undefined).map((agent) => agent.start({})), profile: RISK_PROFILES.growth } : {}),
    }),
  );
}

/** All that a run comes to, as text. */
function everything(one: BacktestPlan): string {
  const record = runBacktest(one);
  const { fills, decisions, samples, ladders, refused, warnings, marker, bot } = record;
  return JSON.stringify([fills, decisions, samples, ladders, [...refused], warnings, marker.daily, bot.ledger.roundTrips, figures(record, one)]);
}

it("takes of every fill the fee of its symbol, and adds up what each symbol has paid", () => {
  let paying = 0;
  fc.assert(
    fc.property(runs, own, own, own, (shape, common, a, b) => {
      const one = planOf(shape, { ...common, of: { "A/USD": a, "B/USD": b } });
      const record = runBacktest(one);
      const rates: Record<string, typeof common> = { "A/USD": a, "B/USD": b, "C/USD": common };
      const result = figures(record, one);
      for (const { instrument } of one.markets) {
        const { maker, taker } = rates[instrument.symbol]!;
        let paid = 0;
        for (const { symbol, ticks, steps, liquidity, side, feeUnits: fee, feeCurrency } of record.fills) {
          if (symbol !== instrument.symbol) continue;
          const inBase = shape.currency === "received" && side === "buy";
          const notional = notionalUnits(instrument, ticks, steps);
          expect(feeCurrency).toBe(inBase ? "base" : "quote");
          expect(fee).toBe(feeUnits(inBase ? steps * instrument.stepUnits : notional, parseRate(liquidity === "maker" ? maker : taker)));
          paid += inBase ? (fee * notional) / (steps * instrument.stepUnits) : fee;
        }
        if (paid > 0) paying += 1;
        // A fee in base is worth a whole number of units, to the nearest or the next: one a fill.
        const rounding = shape.currency === "quote" ? 0 : record.fills.length;
        const told = result.symbols.find(({ symbol }) => symbol === instrument.symbol)!.feesPaid * instrument.quoteScale;
        expect(Math.abs(told - paid)).toBeLessThanOrEqual(rounding + 0.01);
      }
    }),
    { numRuns: 12 },
  );
  expect(paying).toBeGreaterThan(0);
});

it("is byte for byte the run without fees of single symbols when those repeat the common ones", () => {
  fc.assert(
    fc.property(runs, own, fc.subarray(["maker", "taker", "slippage"] as const), (shape, common, named) => {
      const again = Object.fromEntries(named.map((key) => [key, common[key]]));
      const of = { "A/USD": common, "B/USD": again, "C/USD": {} };
      expect(everything(planOf(shape, { ...common, of }))).toBe(everything(planOf(shape, common)));
    }),
    { numRuns: 12 },
  );
});

it("is of one symbol with its own fees the run with those as the common ones", () => {
  let differing = 0;
  fc.assert(
    fc.property(runs, own, own, (shape, common, mine) => {
      const alone = everything(planOf(shape, mine, ["A/USD"]));
      expect(everything(planOf(shape, { ...common, of: { "A/USD": mine } }, ["A/USD"]))).toBe(alone);
      if (everything(planOf(shape, common, ["A/USD"])) !== alone) differing += 1;
    }),
    { numRuns: 12 },
  );
  expect(differing).toBeGreaterThan(0);
});

it("goes nowhere by the common fees when every symbol has its own", () => {
  fc.assert(
    fc.property(runs, own, own, own, own, own, (shape, a, b, c, common, other) => {
      const of = { "A/USD": a, "B/USD": b, "C/USD": c };
      expect(everything(planOf(shape, { ...common, of }))).toBe(everything(planOf(shape, { ...other, of })));
    }),
    { numRuns: 12 },
  );
});

it("values what is held at the end by what each symbol's sale would cost", () => {
  const shape: Shape = { seed: 3, late: 0, early: 0, currency: "quote", capital: 5_000, withCouncil: false, rebalances: true };
  const of = { "A/USD": { taker: 0.01, slippage: 0.002 }, "B/USD": { taker: 0.003 } };
  const one = planOf(shape, { taker: 0.001, slippage: 0.0005, of });
  const record = runBacktest(one);
  const { liquidationEquity, finalEquity, symbols } = figures(record, one);
  const [a, b, c] = symbols.map(({ value }) => value);
  expect(Math.min(a!, b!, c!)).toBeGreaterThan(100);
  expect(liquidationEquity).toBeCloseTo(finalEquity - a! * (1 - 0.99 * 0.998) - b! * (1 - 0.997 * 0.9995) - c! * (1 - 0.999 * 0.9995), 6);
});

it("sets money aside for the dearer fee of each symbol", () => {
  const shape: Shape = { seed: 3, late: 0, early: 0, currency: "quote", capital: 5_000, withCouncil: false, rebalances: false };
  const { bot } = runBacktest(planOf(shape, { maker: 0, taker: 0.001, of: { "A/USD": { taker: 0.02 }, "B/USD": { taker: 0 } } }));
  const dearer: Readonly<Record<string, number>> = { "A/USD": 0.02, "B/USD": 0, "C/USD": 0.001 };
  for (const { symbol, instrument, sleeves } of bot.symbols.values()) {
    const buys = sleeves.flatMap(({ orders }) => [...orders.live.values()]).filter(({ desired, filled }) => desired.side === "buy" && desired.type === "limit" && filled === 0);
    expect(buys.length).toBeGreaterThan(0);
    for (const { ticks, steps, reserved } of buys) {
      const notional = notionalUnits(instrument, ticks, steps);
      const fee = feeUnits(notional, parseRate(dearer[symbol]!));
      // A unit a step more at the most, for what partial fills round up.
      expect(reserved - notional - fee).toBeGreaterThanOrEqual(0);
      expect(reserved - notional - fee).toBeLessThanOrEqual(fee === 0 ? 0 : steps);
    }
  }
});

it("gives a symbol what it names, and the common fees for the rest", () => {
  const fees: Fees = { maker: 0.001, taker: 0.002, currency: "quote", slippage: 0.003, of: { "A/USD": { taker: 0 }, "B/USD": { maker: 0.004, slippage: undefined } } };
  expect(feesOf(fees, "A/USD")).toEqual({ maker: 0.001, taker: 0, currency: "quote", slippage: 0.003 });
  expect(feesOf(fees, "B/USD")).toEqual({ maker: 0.004, taker: 0.002, currency: "quote", slippage: 0.003 });
  expect(feesOf(fees, "C/USD")).toEqual({ maker: 0.001, taker: 0.002, currency: "quote", slippage: 0.003 });
  expect(feesAmong(fees, ["A/USD", "C/USD"])).toEqual({ maker: 0.001, taker: 0.002, currency: "quote", slippage: 0.003, of: { "A/USD": { taker: 0 } } });
  expect(Object.keys(feesAmong(fees, ["C/USD"]))).toEqual(["maker", "taker", "currency", "slippage"]);
});
