import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/app/backtest/record.ts";
import { runBacktest } from "../../src/app/backtest/run.ts";
import { resample } from "../../src/core/resample.ts";
import type { InstrumentFilters } from "../../src/core/instrument.ts";
import { instrument, plan } from "../plan.ts";
import { candlesOf } from "./market.ts";

const steps = fc.constantFrom(1, 0.5, 0.01, 0.05);
const filters = fc.record({ priceStep: steps, quantityStep: fc.constantFrom(1, 0.1, 0.001, 0.00001) }).map(
  (f): InstrumentFilters => ({ ...f, minQuantity: f.quantityStep, minNotional: f.priceStep * f.quantityStep * 10 }),
);
const fees = fc.record({
  maker: fc.constantFrom(0, 0.001, 0.00075, 0.0000001, 0.02),
  taker: fc.constantFrom(0, 0.001, 0.0025, 0.03),
  currency: fc.constantFrom("received" as const, "quote" as const),
  slippage: fc.constantFrom(0, 0.0005, 0.01),
});
const fillModel = fc.record({
  path: fc.constantFrom("nearest" as const, "ohlc" as const, "olhc" as const, "min-turnover" as const),
  limitTest: fc.constantFrom("through" as const, "touch" as const),
  counter: fc.constantFrom("same" as const, "next" as const),
  gap: fc.constantFrom("limit" as const, "open" as const),
  volumeShare: fc.constantFrom(0.1, 1, 0.001),
});
const gridParams = fc.record({
  levels: fc.integer({ min: 2, max: 30 }),
  spacing: fc.constantFrom("arithmetic" as const, "geometric" as const),
  width: fc.constantFrom(0.02, 0.1, 0.4),
  outOfRange: fc.constantFrom("wait" as const, "recentre" as const, "close" as const),
  trailing: fc.constantFrom("none" as const, "both" as const),
  postOnly: fc.boolean(),
  cooldown: fc.constant(0),
});
const exits = fc.constantFrom({}, { stopLoss: 0.01 }, { takeProfit: 0.01 });
const dcaParams = fc.record({
  mode: fc.constantFrom("deal" as const, "schedule" as const),
  safetyOrders: fc.integer({ min: 0, max: 6 }),
  deviation: fc.constantFrom(0.005, 0.02),
  takeProfit: fc.constantFrom(0.003, 0.02),
  trailing: fc.constantFrom(0, 0.004),
  cooldown: fc.constant(0),
  every: fc.constantFrom(1, 3),
});

/** Adds all fills up again, in exact integers and from nothing but the list of fills. */
function recount(record: RunRecord): { quote: bigint; base: bigint } {
  const unit = record.bot.plan.symbols[0]!.instrument;
  let quote = BigInt(record.bot.ledger.startUnits);
  let base = 0n;
  for (const fill of record.fills) {
    const notional = BigInt(fill.ticks) * BigInt(fill.steps) * BigInt(unit.notionalScale);
    const quantity = BigInt(fill.steps) * BigInt(unit.stepUnits);
    const sign = fill.side === "buy" ? 1n : -1n;
    quote -= sign * notional;
    base += sign * quantity;
    if (fill.feeCurrency === "base") base -= BigInt(fill.feeUnits);
    else quote -= BigInt(fill.feeUnits);
  }
  return { quote, base };
}

describe("money", () => {
  it("is conserved exactly, never negative, and every unit of it is accounted for, over random markets, fees and filters", () => {
    let withFills = 0;
    fc.assert(
      fc.property(
        filters.chain((f) => fc.tuple(fc.constant(f), candlesOf(f.priceStep, { min: 10, max: 400 }))),
        fees,
        fillModel,
        fc.tuple(gridParams, exits, dcaParams),
        ([f, series], fee, model, [grid, exit, dca]) => {
          const record = runBacktest(
            plan({
              markets: [{ instrument: instrument("ABC/USD", f), series, bars: resample(series, 3_600_000) }],
              strategies: { dca, grid: { ...grid, ...exit } },
              fees: fee,
              fillModel: model,
            }),
          );
          const { ledger } = record.bot;
          const recounted = recount(record);
          expect(BigInt(ledger.quoteFree + ledger.quoteReserved)).toBe(recounted.quote);
          let base = 0n;
          let reservedQuote = 0;
          for (const symbol of record.bot.symbols.values()) {
            for (const { account, orders } of symbol.sleeves) {
              base += BigInt(account.baseFree + account.baseReserved);
              expect(account.baseFree).toBeGreaterThanOrEqual(0);
              let lots = account.dustUnits;
              let cost = 0;
              for (const lot of account.lots.values()) {
                expect(lot.units).toBeGreaterThanOrEqual(0);
                lots += lot.units;
                cost += lot.cost;
              }
              expect(lots).toBe(account.baseFree + account.baseReserved);
              expect(cost).toBe(account.cost);
              let reservedBase = 0;
              for (const order of orders.live.values()) {
                if (order.desired.side === "buy") reservedQuote += order.reserved;
                else reservedBase += order.reserved;
              }
              expect(reservedBase).toBe(account.baseReserved);
            }
          }
          expect(base).toBe(recounted.base);
          expect(reservedQuote).toBe(ledger.quoteReserved);
          expect(ledger.quoteFree).toBeGreaterThanOrEqual(0);
          if (record.fills.length > 2) withFills += 1;
        },
      ),
      { numRuns: 2_000 },
    );
    // A property that never trades would hold for nothing.
    expect(withFills).toBeGreaterThan(1_000);
  }, 60_000);
});
