import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PriceTrail } from "../../../src/app/trade/price-trail.ts";

const seen = (trail: PriceTrail, since: number): readonly (number | undefined)[] => {
  const { low, high, last } = trail.since("BTC/USDT", since);
  return [low?.price, high?.price, last?.price];
};

describe("a price trail", () => {
  it("knows the lowest and the highest price since any time, as a search through all of them finds them, in whatever order they came", () => {
    const quotes = fc.array(fc.record({ price: fc.integer({ min: 1, max: 50 }), time: fc.integer({ min: 0, max: 40 }) }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(quotes, fc.integer({ min: -1, max: 41 }), (all, since) => {
        const trail = new PriceTrail();
        for (const { price, time } of all) trail.quote("BTC/USDT", price, time);
        const later = all.filter(({ time }) => time >= since).map(({ price }) => price);
        const expected = later.length > 0 ? [Math.min(...later), Math.max(...later)] : [undefined, undefined];
        expect(seen(trail, since).slice(0, 2)).toEqual(expected);
      }),
    );
  });

  it("counts what a candle reached from its opening on, and its close from its end on", () => {
    const trail = new PriceTrail();
    trail.candle("BTC/USDT", { time: 60, open: 100, high: 110, low: 90, close: 101, volume: 1 }, 60);
    expect(seen(trail, 60)).toEqual([90, 110, 101]);
    expect(seen(trail, 61)).toEqual([101, 101, 101]);
    expect(seen(trail, 121)).toEqual([undefined, undefined, 101]);
    trail.quote("BTC/USDT", 50, 30);
    expect(seen(trail, 0)).toEqual([50, 110, 101]);
  });

  it("knows nothing of a symbol that has not been quoted", () => {
    expect(seen(new PriceTrail(), 0)).toEqual([undefined, undefined, undefined]);
  });

  it("stays small however long a price runs one way, and loses only the beginning", () => {
    const trail = new PriceTrail();
    for (let i = 0; i < 10_000; i += 1) trail.quote("BTC/USDT", 20_000 - i, i);
    expect(seen(trail, 9_000)).toEqual([10_001, 11_000, 10_001]);
    expect(seen(trail, 0)[1]).toBeLessThan(20_000);
  });
});
