import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PortfolioView } from "../../src/core/portfolio-view.ts";
import type { StrategyView } from "../../src/core/strategy.ts";
import { DAY } from "../../src/core/timeframe.ts";
import { signalParams, type SignalParams } from "../../strategies/signal/params.ts";
import { annualVolatility, entryNotional, sizeOf } from "../../strategies/signal/size.ts";
import { signalOf } from "../../strategies/signal/source.ts";
import { account, asset } from "./account.ts";
import { ABC } from "./market.ts";
import { WIDE } from "./signal-bench.ts";
import { deciding } from "./sure.ts";

const HOUR = 3_600_000;
const YEAR = 365 * DAY;

/** A view of a market whose hourly bars span so much on average, at a price of 100. */
function view(range: number, rest: Partial<StrategyView> = {}): StrategyView {
  return {
    symbol: "ABC/USD", time: 0, price: 100, mode: "active", budget: 1_000, decision: deciding(0.5), limits: null, makerFee: 0, takerFee: 0.001, filters: ABC.filters,
    bars: { timeframe: HOUR, atr: () => range }, lots: () => [], held: () => 0, cost: () => 0, totalCost: () => 0,
    portfolio: () => { throw new Error("nobody asks without limits"); }, ...rest,
  };
}

const params = (rest: Partial<SignalParams>): SignalParams => signalParams.parse(rest);

/** Average true range of hourly bars at a price of 100 whose year has this standard deviation. */
const rangeOf = (volatility: number): number => 100 * (volatility / Math.sqrt(YEAR / HOUR)) * Math.sqrt(8 / Math.PI);

describe("the size of an entry", () => {
  it("knows the volatility of a year from the bars' own range", () => {
    expect(annualVolatility(view(rangeOf(0.8)), 14)).toBeCloseTo(0.8, 12);
    expect(annualVolatility(view(Number.NaN), 14)).toBeNaN();
  });

  it("of a volatility target is the target over the market's, and never more than all", () => {
    const target = params({ size: "volatility", volatilityTarget: 0.4 });
    expect(sizeOf(1, view(rangeOf(0.8)), target)).toBeCloseTo(0.5, 12);
    expect(sizeOf(1, view(rangeOf(1.6)), target)).toBeCloseTo(0.25, 12);
    expect(sizeOf(1, view(rangeOf(0.2)), target)).toBe(1);
  });

  it("of a Kelly bet is its share x signal x mean move / variance over the horizon, and never more than all", () => {
    const kelly = params({ size: "kelly", kelly: 0.5, horizon: 24 });
    const move = (0.8 / Math.sqrt(YEAR / HOUR)) * Math.sqrt(24);
    expect(sizeOf(0.02, view(rangeOf(0.8)), kelly)).toBeCloseTo((0.5 * 0.02 * Math.sqrt(2 / Math.PI)) / move, 12);
    expect(sizeOf(0.9, view(rangeOf(0.8)), kelly)).toBe(1);
    expect(sizeOf(-0.1, view(rangeOf(0.8)), kelly)).toBe(0);
  });

  it.each(["volatility", "kelly"] as const)("is nothing by %s while the market's moves are not known", (size) => {
    for (const range of [Number.NaN, 0]) expect(sizeOf(1, view(range), params({ size }))).toBe(0);
    const { bars, ...blind } = view(1);
    expect(bars).toBeDefined();
    expect(sizeOf(1, blind, params({ size }))).toBe(0);
  });

  it.each([
    ["nothing, when all is free", {}, 1_000],
    ["the largest order", { maxOrderShare: 0.05 }, 500],
    ["what is in the market and set aside for it, by all strategies", { maxExposure: 0.5 }, 5_000 - 3_000 - 1_500],
    ["what is held and asked for of this symbol, by all strategies", { maxSymbolShare: 0.2 }, 2_000 - 1_000 - 400],
    ["the cash over the reserve", { reserve: 0.5 }, 500],
  ] as const)("is held down by %s", (_, given, most) => {
    const limits = { ...WIDE, ...given };
    const assets = [asset("XYZ/USD", 100, ABC.filters, { held: 20, openBuys: 11 }), asset("ABC/USD", 100, ABC.filters, { held: 10, openBuys: 4 })];
    const portfolio = (): PortfolioView => account(5_500, assets, { equity: 10_000, setAside: 1_500, reserve: 10_000 * limits.reserve });
    const notional = entryNotional(0.5, view(1, { limits, portfolio, takerFee: 0 }), params({ entry: "limit" }));
    expect(notional).toBeLessThanOrEqual(most);
    expect(notional).toBeGreaterThan(most * 0.99999);
  });

  it("with its fee, and with its margin at the market, is never worth more than is left of its share of the budget", () => {
    const any = fc.record({
      size: fc.constantFrom("fixed", "volatility", "kelly"), entry: fc.constantFrom("market", "limit"), budget: fc.double({ min: 0.01, max: 1, noNaN: true }),
      signal: fc.double({ min: -1, max: 1, noNaN: true }), range: fc.double({ min: 0, max: 50 }), spent: fc.double({ min: 0, max: 1_200, noNaN: true }),
    });
    fc.assert(fc.property(any, ({ size, entry, budget, signal, range, spent }) => {
      const notional = entryNotional(signal, view(range, { totalCost: () => spent }), params({ size, entry, budget } as Partial<SignalParams>));
      expect(notional).toBeGreaterThanOrEqual(0);
      expect(notional * 1.001 * (entry === "market" ? 1.02 : 1)).toBeLessThanOrEqual(Math.max(0, Math.min(1_000 * budget, 1_000 - spent)) + 1e-9);
    }));
  });
});

describe("a source", () => {
  const decision = deciding(0.5);
  const [vote] = decision.votes;

  it("that has voted says score x confidence; the council says its conviction", () => {
    const votes = [{ ...vote!, score: -0.8, confidence: 0.5 }];
    expect(signalOf({ ...decision, conviction: 0.3, votes }, "trend", 0)).toBeCloseTo(-0.4, 12);
    expect(signalOf({ ...decision, conviction: 0.3, votes }, "council", 0)).toBe(0.3);
  });

  it("says nothing once its vote has expired, when it abstained, when it only sizes, or without a council", () => {
    const until = { ...decision, votes: [{ ...vote!, expires: 1_000 }] };
    for (const source of ["trend", "council"]) {
      expect(signalOf(until, source, 999)).toBe(0.5);
      expect(signalOf(until, source, 1_000)).toBeNull();
      expect(signalOf({ ...decision, votes: [] }, source, 0)).toBeNull();
      expect(signalOf({ ...decision, votes: [{ ...vote!, size: 1 }] }, source, 0)).toBeNull();
      expect(signalOf(null, source, 0)).toBeNull();
    }
    expect(signalOf(decision, "mood", 0)).toBeNull();
  });
});

describe("the parameters of the signal strategy", () => {
  it.each([
    [{ enter: 0.1, leave: 0.1 }, /must be under enter \(0\.1\).*got 0\.1/],
    [{ stop: 3 }, /must be at most 0\.99.*stopUnit: atr/],
    [{ enter: 2 }, /<=1|2/],
  ])("refuse %j", (given, message) => {
    const parsed = signalParams.safeParse(given);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.map((issue) => issue.message).join()).toMatch(message);
  });

  it("take a stop of three average true ranges", () => {
    expect(params({ stop: 3, stopUnit: "atr" }).stop).toBe(3);
  });
});
