import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { moneyWeighted, timeWeighted } from "../../../src/core/holdings/returns.ts";

const DAY = 86_400_000;
const at = (text: string): number => Date.parse(`${text}T00:00:00Z`);

describe("money-weighted return", () => {
  it("is 37.34 % for the example in Excel's documentation of XIRR", () => {
    // https://support.microsoft.com/en-us/office/xirr-function-de1242ec-6477-445b-b11b-a303ad9adc9d: 0.373362535
    const payments = [
      { time: at("2008-01-01"), amount: -10_000 },
      { time: at("2008-03-01"), amount: 2_750 },
      { time: at("2008-10-30"), amount: 4_250 },
      { time: at("2009-02-15"), amount: 3_250 },
      { time: at("2009-04-01"), amount: 2_750 },
    ];
    const result = moneyWeighted(payments);
    expect(result.ok && result.yearly).toBeCloseTo(0.373362535, 8);
  });

  it("is the yearly growth when nothing is paid in between", () => {
    const result = moneyWeighted([{ time: 0, amount: -100 }, { time: 730 * DAY, amount: 121 }]);
    expect(result.ok && result.yearly).toBeCloseTo(0.1, 12);
    expect(result.ok && result.total).toBeCloseTo(0.21, 12);
  });

  it("finds a loss of nearly everything", () => {
    const result = moneyWeighted([{ time: 0, amount: -100 }, { time: 365 * DAY, amount: 0.01 }]);
    expect(result.ok && result.yearly).toBeCloseTo(-0.9999, 10);
  });

  it("has no yearly rate where that would be beyond numbers, but a return", () => {
    expect(moneyWeighted([{ time: 0, amount: -100 }, { time: 1_000, amount: 101 }])).toMatchObject({ ok: true, yearly: null });
  });

  it("says why there is none: one side, one instant, two answers", () => {
    expect(moneyWeighted([{ time: 0, amount: -1 }, { time: DAY, amount: -1 }])).toEqual({ ok: false, why: "there is no payment in and out" });
    expect(moneyWeighted([{ time: 0, amount: -1 }, { time: 0, amount: 2 }])).toEqual({ ok: false, why: "all payments are at one instant" });
    expect(moneyWeighted([])).toMatchObject({ ok: false });
    // -100 + 230 / (1 + r) - 132 / (1 + r)^2 is zero at 10 % and at 20 %.
    expect(moneyWeighted([{ time: 0, amount: -100 }, { time: 365 * DAY, amount: 230 }, { time: 730 * DAY, amount: -132 }])).toEqual({ ok: false, why: "2 rates explain the payments equally well" });
  });

  it("is not changed by a payment that is taken back at once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 729 }), fc.double({ min: 0.5, max: 2, noNaN: true }), (amount, day, grown) => {
        const plain = [{ time: 0, amount: -100 }, { time: 730 * DAY, amount: 100 * grown }];
        const both = [...plain, { time: day * DAY, amount }, { time: day * DAY, amount: -amount }];
        const [a, b] = [moneyWeighted(plain), moneyWeighted(both)];
        expect(b.ok && a.ok && Math.abs(a.total - b.total) < 1e-9).toBe(true);
      }),
    );
  });
});

describe("time-weighted return", () => {
  it("chains the returns of its spans: +10 % and -10 % are -1 %, whatever was paid in between", () => {
    // CFA Institute, GIPS: linked sub-period returns. 100 -> 110, 90 paid in: 200 -> 180.
    const result = timeWeighted([{ time: 0, value: 100 }, { time: DAY, value: 200 }, { time: 2 * DAY, value: 180 }], [{ time: DAY, value: 90 }]);
    expect(result?.total).toBeCloseTo(1.1 * 0.9 - 1, 12);
    expect(result?.index).toHaveLength(3);
  });

  it("weighs a flow inside of a span by the time that it was there", () => {
    // Modified Dietz: (130 - 100 - 20) / (100 + 20 / 2).
    expect(timeWeighted([{ time: 0, value: 100 }, { time: 2 * DAY, value: 130 }], [{ time: DAY, value: 20 }])?.total).toBeCloseTo(10 / 110, 12);
  });

  it("needs two points, and tells spans in which nothing was invested", () => {
    expect(timeWeighted([{ time: 0, value: 1 }], [])).toBeNull();
    const begun = timeWeighted([{ time: 0, value: 0 }, { time: DAY, value: 50 }, { time: 2 * DAY, value: 55 }], [{ time: DAY, value: 50 }]);
    expect(begun?.unmeasured).toBe(1);
    expect(begun?.total).toBeCloseTo(0.1, 12);
  });

  const course = fc.array(fc.record({ growth: fc.double({ min: 0.5, max: 1.5, noNaN: true }), flow: fc.double({ min: 0, max: 5_000, noNaN: true }) }), { minLength: 1, maxLength: 30 });

  it("does not depend on flows when there is a point at each", () => {
    fc.assert(
      fc.property(course, (steps) => {
        const walk = (withFlows: boolean) => {
          let value = 1_000;
          const points = [{ time: 0, value }];
          const flows: { time: number; value: number }[] = [];
          for (const [i, { growth, flow }] of steps.entries()) {
            const time = (i + 1) * DAY;
            value *= growth;
            if (withFlows) {
              flows.push({ time, value: flow });
              value += flow;
            }
            points.push({ time, value });
          }
          return timeWeighted(points, flows)!;
        };
        const [plain, paid] = [walk(false), walk(true)];
        const grown = steps.reduce((product, { growth }) => product * growth, 1);
        expect(plain.total).toBeCloseTo(grown - 1, 6);
        expect(Math.abs(paid.total - plain.total)).toBeLessThan(1e-9 * Math.max(1, grown));
      }),
    );
  });

  it("is not changed by a flow that is taken back at the same instant", () => {
    fc.assert(
      fc.property(course, fc.double({ min: 1, max: 1e6, noNaN: true }), (steps, flow) => {
        let value = 1_000;
        const points = [{ time: 0, value }, ...steps.map(({ growth }, i) => ({ time: (i + 1) * DAY, value: (value *= growth) }))];
        const both = [{ time: DAY / 2, value: flow }, { time: DAY / 2, value: -flow }];
        expect(timeWeighted(points, both)!.total).toBeCloseTo(timeWeighted(points, [])!.total, 9);
      }),
    );
  });
});
