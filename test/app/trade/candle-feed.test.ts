import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CandleFeed } from "../../../src/app/trade/candle-feed.ts";
import { type Candle, candleAt, seriesFrom } from "../../../src/core/candle.ts";
import { resample } from "../../../src/core/resample.ts";

const MINUTE = 60_000;
const candle = (minute: number, price = 100 + minute): Candle => ({ time: minute * MINUTE, open: price, high: price + 1, low: price - 1, close: price + 0.5, volume: 2 });

function feed() {
  const heard: string[] = [];
  const bars: Candle[] = [];
  const made = new CandleFeed({
    fillTimeframe: MINUTE,
    decisionTimeframe: 5 * MINUTE,
    events: {
      bar: (_symbol, bar) => void bars.push(bar),
      candle: () => undefined,
      incomplete: (_symbol, time) => void heard.push(`incomplete ${time / MINUTE}`),
      gap: (_symbol, from, to) => void heard.push(`gap ${from / MINUTE} ${to / MINUTE}`),
    },
  });
  made.begin("ABC/USD", 0);
  return { feed: made, heard, bars };
}

describe("the candles of a running bot", () => {
  it("become the bars that a backtest makes of them, whatever comes twice or in another order", () => {
    const all = Array.from({ length: 20 }, (_, i) => candle(i));
    const expected = resample(seriesFrom(all, MINUTE), 5 * MINUTE);
    fc.assert(
      fc.property(fc.array(fc.nat(19), { maxLength: 60 }), (order) => {
        const { feed: made, bars } = feed();
        for (const i of order) made.accept("ABC/USD", all[i]!);
        made.filled("ABC/USD", all);
        expect(bars).toEqual(Array.from({ length: expected.length }, (_, i) => candleAt(expected, i)));
      }),
    );
  });

  it("are asked for, once, when some are missing, and wait until the answer is there", () => {
    const { feed: made, heard, bars } = feed();
    for (const i of [0, 1, 4, 5]) made.accept("ABC/USD", candle(i));
    expect([heard, bars]).toEqual([["gap 2 4"], []]);
    made.filled("ABC/USD", [candle(2), candle(3)]);
    expect(bars.map(({ time, close }) => [time, close])).toEqual([[0, 104.5]]);
    expect(made.next("ABC/USD")).toBe(6 * MINUTE);
  });

  it("are asked for again when the question failed", () => {
    const { feed: made, heard } = feed();
    made.accept("ABC/USD", candle(3));
    made.failed("ABC/USD");
    made.retry();
    expect(heard).toEqual(["gap 0 3", "gap 0 3"]);
  });

  it("make no bar where the venue has a hole, and say so", () => {
    const { feed: made, heard, bars } = feed();
    for (const i of [0, 1, 7]) made.accept("ABC/USD", candle(i));
    made.filled("ABC/USD", [candle(3)]);
    for (const i of [8, 9]) made.accept("ABC/USD", candle(i));
    expect(bars).toEqual([]);
    expect(heard).toEqual(["gap 2 7", "incomplete 0", "incomplete 5"]);
    for (let i = 10; i < 15; i++) made.accept("ABC/USD", candle(i));
    expect(bars.map(({ time }) => time)).toEqual([10 * MINUTE]);
  });

  it("are not believed when they cannot be true", () => {
    const { feed: made, bars } = feed();
    for (const bad of [{ close: Number.NaN }, { low: 0 }, { low: -5 }, { high: 1 }, { open: Infinity }, { volume: -1 }, { time: 0.5 }]) made.accept("ABC/USD", { ...candle(0), ...bad });
    expect(made.next("ABC/USD")).toBe(0);
    for (let i = 0; i < 5; i++) made.accept("ABC/USD", candle(i));
    expect(bars).toHaveLength(1);
  });
});
