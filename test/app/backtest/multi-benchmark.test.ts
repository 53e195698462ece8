import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buyAndHold } from "../../../src/app/backtest/benchmark.ts";
import { holdWhatExists } from "../../../src/core/candle-hold.ts";
import { HOUR, START, hours } from "./many-markets.ts";

describe("buy and hold of what exists, by hand", () => {
  it("puts everything into what is there, and makes room for what is listed later by selling an equal part of it", () => {
    // A alone doubles; then half of it is sold for B, which doubles while A stays.
    const held = buyAndHold([{ series: hours([100, 200, 200, 200]), from: 0, takerFee: 0 }, { series: hours([10, 20], 2), from: 0, takerFee: 0, isLate: true }], 1);
    expect(held.totalReturn).toBeCloseTo(2 * (0.5 + 0.5 * 2) - 1, 12);
    expect(held.equalExposureReturn).toBeCloseTo(held.totalReturn, 12);
  });

  it("pays the taker fee for what is sold and for what is bought", () => {
    const held = buyAndHold([{ series: hours([100, 100, 100]), from: 0, takerFee: 0.01 }, { series: hours([10, 10], 1), from: 0, takerFee: 0.01, isLate: true }], 1);
    // One per cent to begin with, then both fees on the half that changes hands.
    expect(held.totalReturn).toBeCloseTo(0.99 * (0.5 + 0.5 * 0.99 * 0.99) - 1, 12);
  });

  it("pays for each symbol that symbol's own fee, whether it is bought or sold", () => {
    const [a, b, c] = [0.01, 0.03, 0.05];
    const flat = (isLate: boolean) => [
      { series: hours([100, 100, 100]), from: 0, takerFee: a },
      { series: hours([50, 100, 100]), from: 0, takerFee: b },
      ...(isLate ? [{ series: hours([10], 2), from: 0, takerFee: c, isLate }] : []),
    ];
    const [inA, inB] = [0.5 * (1 - a), 0.5 * (1 - b) * 2];
    expect(buyAndHold(flat(false), 1).totalReturn).toBeCloseTo(inA + inB - 1, 12);
    expect(buyAndHold(flat(true), 1).totalReturn).toBeCloseTo((2 / 3) * (inA + inB) + ((inA * (1 - a) + inB * (1 - b)) / 3) * (1 - c) - 1, 12);
    // Half in cash all the time: half of the fees of the first purchase, and half of the move.
    const move = (inA + inB) / (inA + inB / 2) - 1;
    for (const isLate of [false, true]) expect(buyAndHold(flat(isLate), 0.5).equalExposureReturn).toBeCloseTo((1 + move / 2) * (1 - (0.5 * (a + b)) / 2) - 1, 12);
  });

  it("keeps the part of one that begins a few bars after the others in cash until it does", () => {
    const held = buyAndHold([{ series: hours([100, 200, 400]), from: 0, takerFee: 0 }, { series: hours([10, 10], 1), from: 0, takerFee: 0 }], 1);
    expect(held.totalReturn).toBeCloseTo(0.5 * 4 + 0.5 - 1, 12);
  });

  it("keeps what is delisted at its last close, or at nothing, and never sells it for a newcomer", () => {
    const delisted = START + 2 * HOUR;
    const markets = (isWorthless: boolean) => [
      { series: hours([100, 100, 100, 100]), from: 0, takerFee: 0 },
      { series: hours([10, 5]), from: 0, takerFee: 0, delisted, isWorthless },
      { series: hours([1, 1], 2), from: 0, takerFee: 0, isLate: true },
    ];
    expect(buyAndHold(markets(false), 1)).toMatchObject({ totalReturn: -0.25, maxDrawdown: -0.25 });
    expect(buyAndHold(markets(true), 1)).toMatchObject({ totalReturn: -0.5, maxDrawdown: -0.5 });
  });

  it("knows nothing of what will be listed or delisted: what comes later changes no worth before it", () => {
    const prices = fc.array(fc.integer({ min: 50, max: 150 }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(prices, prices, prices, fc.integer({ min: 4, max: 8 }), fc.integer({ min: 4, max: 8 }), (a, b, c, late, end) => {
        const there = [{ series: hours(a), from: 0, takerFee: 0.001 }, { series: hours(b), from: 0, takerFee: 0.002 }];
        const changed = [
          { series: hours(a), from: 0, takerFee: 0.001 },
          { series: hours(b.slice(0, end)), from: 0, takerFee: 0.002, delisted: START + end * HOUR, isWorthless: true },
          { series: hours(c.slice(late), late), from: 0, takerFee: 0.003, isLate: true },
        ];
        const until = Math.min(late, end);
        const worth = (markets: Parameters<typeof holdWhatExists>[0]) => [...holdWhatExists(markets)].slice(0, until).map(({ after }) => after);
        expect(worth(changed)).toEqual(worth(there));
      }),
      { numRuns: 100 },
    );
  });
});
