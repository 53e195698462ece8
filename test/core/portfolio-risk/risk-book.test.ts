import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seriesFrom } from "../../../src/core/candle.ts";
import { CandleView } from "../../../src/core/candle-view.ts";
import { alignMoves, dayScale, movesOf, spanOf } from "../../../src/core/portfolio-risk/moves.ts";
import { LEAST_ROWS, RiskBook } from "../../../src/core/portfolio-risk/risk-book.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Bars that close at these prices, one after another from `first` on. */
function view(closes: readonly number[], timeframe = DAY, first = 0): CandleView {
  return new CandleView(seriesFrom(closes.map((close, i) => ({ time: (first + i) * timeframe, open: close, high: close, low: close, close, volume: 1 })), timeframe));
}
/** Prices that make these changes. */
const path = (changes: readonly number[]): number[] => changes.reduce<number[]>((prices, change) => [...prices, (prices.at(-1) as number) * (1 + change)], [100]);
const wave = (count: number, size = 0.02, phase = 0): number[] => Array.from({ length: count }, (_, i) => size * Math.sin(2.3 * i + phase));
const stake = (symbol: string, candles: CandleView, worth: number) => ({ symbol, candles, worth });

describe("moves", () => {
  it("take a day of bars or 24, whichever is less, and grow with the root of time to a day", () => {
    expect([60_000, 15 * 60_000, HOUR, 4 * HOUR, DAY, 7 * DAY].map(spanOf)).toEqual([24, 24, 24, 6, 1, 1]);
    expect([HOUR, 4 * HOUR, DAY].map(dayScale)).toEqual([1, 1, 1]);
    expect(dayScale(15 * 60_000)).toBeCloseTo(2, 12);
    expect(dayScale(7 * DAY)).toBeCloseTo(1 / Math.sqrt(7), 12);
  });

  it("are told newest first, and without those that are no numbers", () => {
    expect(movesOf(view([100, 110, 0, 99, 108.9]))).toEqual({ times: [4 * DAY, 2 * DAY, DAY], changes: [expect.closeTo(0.1, 12), -1, expect.closeTo(0.1, 12)] });
  });

  it("are lined up by time: only rows that all have count", () => {
    const a = { times: [9, 8, 6, 5], changes: [0.9, 0.8, 0.6, 0.5] };
    const b = { times: [8, 7, 6, 4], changes: [8, 7, 6, 4] };
    expect(alignMoves([a, b])).toEqual([[0.8, 0.6], [8, 6]]);
    expect(alignMoves([a, { times: [], changes: [] }])).toEqual([[], []]);
  });
});

describe("the risk of a portfolio", () => {
  it("is by the closed form where moves are plus and minus one size: 1.645 and 2.063 of it", () => {
    // Half the days lose 2 %, so the historical loss is 2 %; the normal one is 1.644854 and 2.062713 times as much.
    const flip = view(path(Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 0.02 : -0.02))));
    const tail = new RiskBook().tail([stake("A", flip, 1_000)]);
    expect(tail.valueAtRisk).toBeCloseTo(1_000 * 0.02 * 1.644854, 4);
    expect(tail.shortfall).toBeCloseTo(1_000 * 0.02 * 2.062713, 4);
    expect(tail).toMatchObject({ basis: "joint", unknown: [] });
  });

  it("is by what happened where that was worse", () => {
    // Four days in 80 lose 30 %, the others nothing: root mean square 0.0671, of which 2.0627 is 0.138.
    const crash = view(path(Array.from({ length: 80 }, (_, i) => (i % 20 === 7 ? -0.3 : 0))));
    expect(new RiskBook().tail([stake("A", crash, 100)]).shortfall).toBeCloseTo(30, 9);
  });

  it("adds up where all moves together, and is far less where one falls as the other rises", () => {
    const up = view(path(wave(120)));
    const same = view(path(wave(120)), DAY);
    const mirror = view(path(wave(120).map((change) => -change)));
    const alone = new RiskBook().tail([stake("A", up, 300)]);
    const twice = new RiskBook().tail([stake("A", up, 100), stake("B", same, 200)]);
    expect(twice.shortfall).toBeCloseTo(alone.shortfall, 9);
    expect(twice.valueAtRisk).toBeCloseTo(alone.valueAtRisk, 9);
    expect(new RiskBook().tail([stake("A", up, 100), stake("B", mirror, 100)]).shortfall).toBeCloseTo(0, 9);
  });

  it("never is more than single risks added up, grows with what is held, and has its shortfall over its value at risk", () => {
    const change = fc.double({ min: -0.3, max: 0.3, noNaN: true });
    const rows = fc.array(fc.tuple(change, change), { minLength: 70, maxLength: 90 });
    const worth = fc.double({ min: 1, max: 1_000, noNaN: true });
    fc.assert(
      fc.property(rows, worth, worth, fc.double({ min: 1, max: 3, noNaN: true }), (pairs, x, y, more) => {
        const [first, second] = [view(path(pairs.map(([a]) => a))), view(path(pairs.map(([, b]) => b)))];
        const of = (one: number, other: number) => new RiskBook().tail([stake("A", first, one), stake("B", second, other)]);
        const both = of(x, y);
        expect(both.shortfall).toBeLessThanOrEqual(of(x, 0).shortfall + of(0, y).shortfall + 1e-9);
        expect(both.shortfall).toBeGreaterThanOrEqual(both.valueAtRisk - 1e-9);
        expect(of(x * more, y * more).shortfall).toBeCloseTo(both.shortfall * more, 6);
        expect(of(x * more, 0).shortfall).toBeGreaterThanOrEqual(of(x, 0).shortfall - 1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it("adds single risks up where too few bars are shared, and says so", () => {
    const early = view(path(wave(100)));
    const late = view(path(wave(100).map((change) => -change)), DAY, 60);
    const book = new RiskBook();
    const both = book.tail([stake("A", early, 100), stake("B", late, 100)]);
    expect(both.basis).toBe("sum");
    expect(both.shortfall).toBeCloseTo(book.tail([stake("A", early, 100)]).shortfall + book.tail([stake("B", late, 100)]).shortfall, 9);
  });

  it("counts all of a symbol as lost while it has too few bars of its own, and names it", () => {
    const old = view(path(wave(100)));
    const young = view(path(wave(LEAST_ROWS - 1)));
    const book = new RiskBook();
    const alone = book.tail([stake("A", old, 100)]);
    expect(book.tail([stake("A", old, 100), stake("B", young, 50)])).toEqual({ valueAtRisk: alone.valueAtRisk + 50, shortfall: alone.shortfall + 50, basis: "sum", unknown: ["B"] });
    expect(book.tail([stake("B", view(path(wave(LEAST_ROWS))), 50)])).toMatchObject({ basis: "joint", unknown: [] });
    expect(book.tail([])).toEqual({ valueAtRisk: 0, shortfall: 0, basis: "joint", unknown: [] });
  });

  it("tells the same with and without what it has kept, bar after bar", () => {
    const series = [path(wave(150)), path(wave(150, 0.03, 1)), path(wave(150, 0.01, 2))].map((closes) => view(closes));
    const kept = new RiskBook();
    for (let bars = 61; bars <= 150; bars += 7) {
      for (const [i, one] of series.entries()) one.reveal(bars - (bars % 3 === i ? 1 : 0));
      const stakes = series.map((candles, i) => stake(`S${i}`, candles, 10 * (i + 1)));
      expect(kept.tail(stakes)).toEqual(new RiskBook().tail(stakes));
      expect(kept.tail(stakes.slice(1))).toEqual(new RiskBook().tail(stakes.slice(1)));
    }
  });
});
