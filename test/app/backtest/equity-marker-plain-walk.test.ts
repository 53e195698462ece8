import fc from "fast-check";
import { expect, it } from "vitest";
import { EquityMarker } from "../../../src/app/backtest/equity-marker.ts";
import { BLOCK } from "../../../src/core/candle-blocks.ts";
import type { Bot } from "../../../src/core/bot.ts";
import { seriesFrom } from "../../../src/core/candle.ts";
import { createLedger, openSleeve } from "../../../src/core/ledger.ts";
import { instrument } from "../../plan.ts";

const BTC = instrument("BTC/USDT", { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 });
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The parts of a bot that are valued: cash and base of one sleeve. */
function account() {
  const ledger = createLedger(1_000 * BTC.quoteScale);
  const sleeve = openSleeve(ledger, BTC, "grid");
  const bot = { ledger, plan: { symbols: [{ instrument: BTC }] }, symbols: new Map([[BTC.symbol, { instrument: BTC, sleeves: [{ account: sleeve }], price: 100 }]]) };
  return { bot: bot as unknown as Bot, sleeve };
}

it("comes to the figures of a plain walk over every close, whatever is held and wherever it is stopped", () => {
  const holding = fc.tuple(fc.nat({ max: 3 * BLOCK }), fc.integer({ min: 0, max: 5 }));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 50, max: 150 }), { minLength: 2, maxLength: 8 * BLOCK }), fc.array(holding, { maxLength: 6 }), fc.nat({ max: 3 }), (closes, holdings, gapAfter) => {
      // A gap of two days somewhere: days without candles repeat the equity of the day before.
      const times = closes.map((_, i) => i * HOUR + (i > closes.length / 2 && gapAfter > 0 ? 2 * DAY : 0));
      const series = seriesFrom(closes.map((close, i) => ({ time: times[i]!, open: close, high: close, low: close, close, volume: 1 })), HOUR);
      const { bot, sleeve } = account();
      const marker = new EquityMarker(bot, [{ symbol: BTC.symbol, series, from: 0, to: series.length }], 0);
      const changes = new Map(holdings.map(([at, base]) => [Math.min(at, closes.length - 1), base]));
      let base = 0;
      let peak = 1_000;
      let deepest = 0;
      let equity = 1_000;
      const daily: number[] = [];
      let dayEnd = DAY;
      for (const [i, close] of closes.entries()) {
        if (changes.has(i)) {
          marker.advance(times[i]!);
          base = changes.get(i)!;
          sleeve.baseFree = base * BTC.baseScale;
        }
        for (; times[i]! >= dayEnd; dayEnd += DAY) daily.push(equity);
        equity = 1_000 + base * close;
        peak = Math.max(peak, equity);
        deepest = Math.max(deepest, 1 - equity / peak);
      }
      const end = times.at(-1)! + HOUR;
      marker.finish(end);
      expect(marker.daily).toEqual([...daily, equity]);
      expect(marker.equity).toBe(equity);
      expect(marker.maxDrawdown).toBeCloseTo(deepest, 12);
    }),
    { numRuns: 500 },
  );
});
