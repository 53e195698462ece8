import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PastSnapshot, portfolioReturns, worthTelling } from "../../../src/core/holdings/history.ts";

const DAY = 86_400_000;
type Quantities = Readonly<Record<string, string>>;
const snapshot = (day: number, prices: Readonly<Record<string, string>>, places: Readonly<Record<string, Quantities>>, readDay: Readonly<Record<string, number>> = {}): PastSnapshot => {
  let total = 0;
  for (const held of Object.values(places)) for (const [asset, quantity] of Object.entries(held)) total += Number(quantity) * Number(prices[asset] ?? 0);
  const readings = Object.entries(places).map(([label, held]) => ({ label, readAt: (readDay[label] ?? day) * DAY, quantities: new Map(Object.entries(held)) }));
  return { time: day * DAY, total: String(total), readings, prices: new Map(Object.entries(prices)) };
};
const buy = (day: number, quantity: string, price: string) => ({ source: "main", time: day * DAY, base: "BTC", quote: "USDT", side: "buy" as const, quantity, price, fee: null });
const none = () => null;

describe("the returns of a portfolio", () => {
  it("begin with the second snapshot", () => {
    expect(portfolioReturns([], [], [], none)).toBeNull();
    expect(portfolioReturns([snapshot(0, {}, {})], [], [], none)).toBeNull();
  });

  it("call a rise of the price a gain", () => {
    const returns = portfolioReturns([snapshot(0, { BTC: "100" }, { main: { BTC: "10" } }), snapshot(365, { BTC: "110" }, { main: { BTC: "10" } })], [], [], none)!;
    expect(returns).toMatchObject({ gain: 100, netFlows: 0, unexplained: [] });
    expect(returns.timeWeighted).toBeCloseTo(0.1, 12);
    expect(returns.moneyWeighted.ok && returns.moneyWeighted.yearly).toBeCloseTo(0.1, 9);
  });

  it("do not call a deposit a gain, whether it was told or not", () => {
    const before = snapshot(0, { USDT: "1" }, { main: { USDT: "1000" } });
    const after = snapshot(10, { USDT: "1" }, { main: { USDT: "6000" } });
    const flow = { source: "main", time: 5 * DAY, asset: "USDT", quantity: "5000", value: "5000" };
    const told = portfolioReturns([before, after], [], [flow], ({ value }) => (value === undefined ? null : { units: BigInt(value), places: 0 }))!;
    expect(told).toMatchObject({ gain: 0, netFlows: 5000, unexplained: [], timeWeighted: 0 });
    const untold = portfolioReturns([before, after], [], [], none)!;
    expect(untold).toMatchObject({ gain: 0, netFlows: 5000, timeWeighted: 0 });
    expect(untold.unexplained).toEqual([{ from: 0, to: 10 * DAY, asset: "USDT", quantity: "5000", value: "5000", why: "quantity" }]);
  });

  it("explain a change of quantities by trades, fees included, and list the rest to the last digit", () => {
    const prices = { BTC: "100", USDT: "1" };
    const trade = { ...buy(1, "2", "100"), fee: { asset: "USDT", quantity: "1" } };
    const before = snapshot(0, prices, { main: { USDT: "1000" } });
    expect(portfolioReturns([before, snapshot(2, prices, { main: { BTC: "2", USDT: "799" } })], [trade], [], none)).toMatchObject({ unexplained: [], gain: -1 });
    const { unexplained } = portfolioReturns([before, snapshot(2, prices, { main: { BTC: "2.0000001", USDT: "799" } })], [trade], [], none)!;
    expect(unexplained).toMatchObject([{ asset: "BTC", quantity: "0.0000001", value: "0.00001" }]);
    expect(worthTelling(unexplained)).toEqual([]);
  });

  it("do not mistake a place that was not read for one that sold all it had", () => {
    const prices = { BTC: "100", USDT: "1" };
    // On day 2 main did not answer: it shows what it held on day 0, though it had bought on day 1.
    const course = [
      snapshot(0, prices, { main: { USDT: "1000" } }),
      snapshot(2, prices, { main: { USDT: "1000" } }, { main: 0 }),
      snapshot(3, prices, { main: { BTC: "5", USDT: "500" } }),
    ];
    expect(portfolioReturns(course, [buy(1, "5", "100")], [], none)).toMatchObject({ unexplained: [], gain: 0, timeWeighted: 0 });
  });

  it("do not call it a loss when a price is gone, nor a gain when one appears", () => {
    const held = { main: { BTC: "1", SCAM: "10" } };
    const course = [snapshot(0, { BTC: "100" }, held), snapshot(1, { BTC: "100", SCAM: "50" }, held), snapshot(2, { BTC: "100" }, held)];
    const returns = portfolioReturns(course, [], [], none)!;
    expect(returns.gain).toBe(0);
    expect(returns.timeWeighted).toBeCloseTo(0, 12);
    expect(returns.unexplained).toMatchObject([{ asset: "SCAM", value: "500", why: "price appeared" }, { asset: "SCAM", value: "-500", why: "price is gone" }]);
  });

  it("value a flow by the next snapshot where nobody said what it was worth", () => {
    const flow = { source: "main", time: DAY, asset: "BTC", quantity: "2" };
    const course = [snapshot(0, { BTC: "90" }, { main: { BTC: "1" } }), snapshot(2, { BTC: "100" }, { main: { BTC: "3" } })];
    expect(portfolioReturns(course, [], [flow], none)).toMatchObject({ netFlows: 200, gain: 10, unexplained: [] });
  });

  it("are the same whatever is paid in and out at the instants of snapshots", () => {
    const steps = fc.array(fc.record({ price: fc.integer({ min: 10, max: 1_000 }), paid: fc.integer({ min: 0, max: 50 }) }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(steps, (course) => {
        const walk = (pays: boolean) => {
          let held = 10;
          const snapshots = [snapshot(0, { BTC: "100" }, { main: { BTC: "10" } })];
          const flows = course.flatMap(({ price, paid }, i) => {
            if (pays) held += paid;
            snapshots.push(snapshot(i + 1, { BTC: String(price) }, { main: { BTC: String(held) } }));
            return pays && paid > 0 ? [{ source: "main", time: (i + 1) * DAY, asset: "BTC", quantity: String(paid) }] : [];
          });
          return portfolioReturns(snapshots, [], flows, none)!;
        };
        const [plain, paid] = [walk(false), walk(true)];
        expect(paid.unexplained).toEqual([]);
        expect(Math.abs(paid.timeWeighted! - plain.timeWeighted!)).toBeLessThan(1e-9 * (1 + plain.timeWeighted!));
      }),
    );
  });
});
