import fc from "fast-check";
import { expect, it } from "vitest";
import { buyAndHold } from "../../../src/app/backtest/benchmark.ts";
import { EquityMarker } from "../../../src/app/backtest/equity-marker.ts";
import type { Bot } from "../../../src/core/bot.ts";
import { BLOCK } from "../../../src/core/candle-blocks.ts";
import { type CandleSeries, seriesFrom } from "../../../src/core/candle.ts";
import { createLedger, openSleeve } from "../../../src/core/ledger.ts";
import { instrument } from "../../plan.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FILTERS = { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 };
const INSTRUMENTS = [instrument("BTC/USDT", FILTERS), instrument("ETH/USDT", FILTERS)] as const;

const hours = (closes: readonly number[]): CandleSeries =>
  seriesFrom(closes.map((close, i) => ({ time: i * HOUR, open: close, high: close, low: close, close, volume: 1 })), HOUR);

/** The parts of a bot that are valued: cash and base of one sleeve a symbol. */
function account() {
  const ledger = createLedger(1_000 * INSTRUMENTS[0].quoteScale);
  const sleeves = INSTRUMENTS.map((one) => openSleeve(ledger, one, "grid"));
  const symbols = new Map(INSTRUMENTS.map((one, i) => [one.symbol, { instrument: one, sleeves: [{ account: sleeves[i]! }], price: 100 }]));
  const bot = { ledger, plan: { symbols: INSTRUMENTS.map((one) => ({ instrument: one })) }, symbols };
  return { bot: bot as unknown as Bot, sleeves };
}

const prices = fc.array(fc.tuple(fc.integer({ min: 50, max: 150 }), fc.integer({ min: 50, max: 150 })), { minLength: 2, maxLength: 8 * BLOCK });

it("comes to the figures of a plain walk for two symbols, whatever is held and wherever it is stopped", () => {
  const holding = fc.tuple(fc.nat({ max: 8 * BLOCK }), fc.nat({ max: 5 }), fc.nat({ max: 5 }));
  fc.assert(
    fc.property(prices, fc.array(holding, { maxLength: 6 }), (rows, holdings) => {
      const both = [hours(rows.map(([a]) => a)), hours(rows.map(([, b]) => b))];
      const { bot, sleeves } = account();
      const marker = new EquityMarker(bot, both.map((series, i) => ({ symbol: INSTRUMENTS[i]!.symbol, series, from: 0, to: series.length })), 0);
      const changes = new Map(holdings.map(([at, ...held]) => [Math.min(at, rows.length - 1), held]));
      let held = [0, 0];
      let [peak, peakTime, deepest, longest, equity] = [1_000, 0, 0, 0, 1_000];
      const daily: number[] = [];
      for (const [i, row] of rows.entries()) {
        const now = i * HOUR;
        if (changes.has(i)) {
          marker.advance(now);
          held = changes.get(i)!;
          sleeves.forEach((sleeve, n) => (sleeve.baseFree = held[n]! * INSTRUMENTS[n]!.baseScale));
        }
        if (now > 0 && now % DAY === 0) daily.push(equity);
        const before = equity;
        equity = 1_000 + held[0]! * row[0] + held[1]! * row[1];
        if (equity >= peak && before < peak) longest = Math.max(longest, now - peakTime);
        if (equity >= peak) [peak, peakTime] = [equity, now];
        deepest = Math.max(deepest, 1 - equity / peak);
      }
      const end = rows.length * HOUR;
      marker.finish(end);
      expect(marker.daily).toEqual([...daily, equity]);
      expect(marker.equity).toBe(equity);
      expect(marker.maxDrawdown).toBe(deepest);
      expect(marker.longestUnderWater).toBe(equity < peak ? Math.max(longest, end - peakTime) : longest);
    }),
    { numRuns: 500 },
  );
});

it("holds one symbol or two as a plain walk over every close does", () => {
  fc.assert(
    fc.property(prices, fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 30 }), fc.constantFrom([0.001, 0.001], [0.001, 0.02]), (rows, two, exposure, start, own) => {
      const from = Math.min(start, rows.length - 1);
      const closes = rows.map(([a, b]) => (two ? [a, b] : [a]));
      const markets = closes[0]!.map((_, n) => ({ series: hours(closes.map((row) => row[n]!)), from, takerFee: own[n]! }));
      const fee = two ? (own[0]! + own[1]!) / 2 : own[0]!;
      const value = (row: readonly number[]): number => row.reduce((sum, close, n) => sum + (close / closes[from]![n]! / row.length) * (1 - own[n]!), 0);
      // What is paid to get in counts as a fall where several are bought at once.
      let [peak, deepest, mixed] = [two ? 1 : 0, 0, 1];
      let before = 1 - fee;
      for (const row of closes.slice(from)) {
        const now = value(row);
        mixed *= 1 + exposure * (now / before - 1);
        before = now;
        peak = Math.max(peak, now);
        deepest = Math.min(deepest, now / peak - 1);
      }
      const found = buyAndHold(markets, exposure);
      expect(found.totalReturn).toBeCloseTo(before - 1, 10);
      expect(found.maxDrawdown).toBeCloseTo(deepest, 10);
      expect(found.equalExposureReturn).toBeCloseTo(mixed * (1 - exposure * fee) - 1, 10);
    }),
    { numRuns: 500 },
  );
});
