import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillMarks } from "../../../src/adapters/report/fill-marks.ts";
import { ladderRuns } from "../../../src/adapters/report/ladder-runs.ts";
import { TextTable } from "../../../src/adapters/report/text-table.ts";
import { changesByBar, dropSmall, fitBudget, spread } from "../../../src/adapters/report/thinning.ts";
import type { FillRecord } from "../../../src/app/result.ts";

describe("what is in force at each bar", () => {
  const bars = [0, 10, 20, 30];

  it("is the newest record before the bar's end, kept where it changes", () => {
    expect(changesByBar([{ time: 3 }, { time: 8 }, { time: 20 }], bars, 10)).toEqual([
      { bar: 0, record: 1 },
      { bar: 2, record: 2 },
    ]);
  });

  it("is nothing once a vote has expired", () => {
    expect(changesByBar([{ time: 3, expires: 10 }], bars, 10)).toEqual([
      { bar: 0, record: 0 },
      { bar: 1, record: null },
    ]);
  });

  it("shows a record made at the very last close in the last bar", () => {
    expect(changesByBar([{ time: 40 }], bars, 10)).toEqual([{ bar: 3, record: 0 }]);
  });

  it("keeps silence when small changes are dropped", () => {
    const changes = [
      { bar: 0, record: 0 },
      { bar: 1, record: 1 },
      { bar: 2, record: null },
      { bar: 3, record: 2 },
    ];
    expect(dropSmall(changes, () => true)).toEqual([changes[0], changes[2], changes[3]]);
  });
});

describe("a budget", () => {
  it("is met at the finest threshold that fits", () => {
    const { threshold, built } = fitBudget((least) => (least >= 0.1 ? 5 : 50), (size) => size, 10);
    expect([threshold, built]).toEqual([0.1, 5]);
  });
});

describe("an even spread", () => {
  it("keeps the first and the last and never repeats an entry", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 2, max: 100 }), (length, most) => {
        const list = Array.from({ length }, (_, index) => index);
        const kept = spread(list, most);
        expect(kept.length).toBe(Math.min(length, most));
        expect(new Set(kept).size).toBe(kept.length);
        expect([kept[0], kept.at(-1)]).toEqual([0, length - 1]);
      }),
    );
  });
});

describe("fill marks", () => {
  const fill = (time: number, side: "buy" | "sell", price: number, quantity: number): FillRecord => ({
    id: time, time, symbol: "BTC/USDT", strategy: "grid", key: "1/1", side, price, quantity,
    notional: price * quantity, fee: 0, feeCurrency: "USDT", liquidity: "maker", reason: "cell 1",
  });
  const bars = [0, 10];

  it("are one for each fill while they are few", () => {
    const { marks, merged, hidden } = fillMarks([fill(1, "buy", 5, 1), fill(2, "buy", 7, 1)], bars, 2);
    expect([marks.length, merged, hidden]).toEqual([2, false, 0]);
  });

  it("stand for all fills of a side in a bar, at their average price by quantity, when they are many", () => {
    const fills = [fill(1, "buy", 10, 1), fill(2, "buy", 20, 3), fill(3, "sell", 30, 1), fill(11, "buy", 40, 1)];
    const { marks, merged, hidden } = fillMarks(fills, bars, 3);
    // (10 x 1 + 20 x 3) / 4 = 17.5
    expect(marks[0]).toMatchObject({ bar: 0, side: "buy", price: 17.5, quantity: 4, fills: 2 });
    expect([marks.length, merged, hidden]).toEqual([3, true, 0]);
  });

  it("say how many fills they do not show", () => {
    const fills = Array.from({ length: 10 }, (_, index) => fill(index * 10, "buy", 1, 1));
    const times = fills.map(({ time }) => time);
    const { marks, hidden } = fillMarks(fills, times, 4);
    expect([marks.length, hidden]).toEqual([4, 6]);
  });
});

describe("ladders", () => {
  it("keep the last of each bar, and the ends when they are thinned", () => {
    const records = Array.from({ length: 20 }, (_, index) => ({ time: index, symbol: "X/Y", strategy: "grid", prices: [index, index + 1] }));
    const whole = ladderRuns(records, [0, 10], 100);
    expect(whole.runs[0]?.steps).toEqual([[0, [9, 10]], [1, [19, 20]]]);
    const thin = ladderRuns(records, records.map(({ time }) => time), 8);
    expect(thin.thinned).toBe(true);
    expect(thin.runs[0]?.steps.length).toBe(4);
    expect(thin.runs[0]?.steps.at(-1)).toEqual([19, [19, 20]]);
  });
});

describe("the text table", () => {
  it("keeps a text once and cuts one that is too long", () => {
    const texts = new TextTable();
    expect([texts.index("a"), texts.index("b"), texts.index("a")]).toEqual([0, 1, 0]);
    texts.index("x".repeat(500));
    expect(texts.list[2]).toBe(`${"x".repeat(279)}…`);
  });
});
