import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measure } from "../../../src/core/ranking/figures.ts";
import { type MarketFilters, refusals } from "../../../src/core/ranking/filters.ts";
import { type Candidate, rank, screen } from "../../../src/core/ranking/rank.ts";
import { DEFAULT_WEIGHTS, PARTS, type PartWeights, placesOf, scoresOf, totalOf } from "../../../src/core/ranking/score.ts";
import { DAY } from "../../../src/core/timeframe.ts";
import { days, START, walk } from "./candles.ts";

const END = START + 120 * DAY;
const candidates: readonly Candidate[] = Array.from({ length: 8 }, (_, i) => ({ symbol: `${"HGFEDCBA"[i] ?? ""}/USDT`, measured: measure(walk(i + 1, 120), DAY, END) }));
const FIGURES = { bars: 100, age: 100, gaps: 0.1, momentum: 1, volume: 1_000, illiquidity: 0.1, spread: 0.002, volatility: 0.8, correlation: 0.5 };
const NO_WEIGHT: PartWeights = { conviction: 0, momentum: 0, liquidity: 0, volatility: 0, correlation: 0, age: 0 };
const flat = { conviction: 0, momentum: 0, liquidity: 0, volatility: 0, correlation: 0, age: 0 };

describe("places", () => {
  it("are the share of the others that a value is above, equal ones by half, and the middle for who has none", () => {
    expect(placesOf([10, 20, null, 20, 40])).toEqual([0, 0.5, 0.5, 0.5, 1]);
    expect(placesOf([7])).toEqual([0.5]);
    expect(placesOf([3, 3, 3])).toEqual([0.5, 0.5, 0.5]);
  });
});

describe("a total", () => {
  it("is the weighted mean of the places, and a negative weight turns a part round", () => {
    const parts = { ...flat, conviction: 1, momentum: 0.5 };
    // (2 x 1 + 1 x 0.5) / 3, then (2 x 0 + 1 x 0.5) / 3.
    expect(totalOf(parts, { ...NO_WEIGHT, conviction: 2, momentum: 1 })).toBeCloseTo(2.5 / 3, 12);
    expect(totalOf(parts, { ...NO_WEIGHT, conviction: -2, momentum: 1 })).toBeCloseTo(0.5 / 3, 12);
    expect(totalOf(parts, NO_WEIGHT)).toBe(0.5);
  });

  it("takes the middle of volume, impact and spread for liquidity, and the lower of what is better low", () => {
    const better = { ...FIGURES, volume: 2_000, illiquidity: 0.01, spread: 0.003, volatility: 0.5, correlation: 0.1, age: 500 };
    const [a, b] = scoresOf([{ symbol: "A", figures: FIGURES, conviction: -0.1 }, { symbol: "B", figures: better, conviction: 0.2 }], DEFAULT_WEIGHTS);
    expect(b?.parts).toEqual({ conviction: 1, momentum: 0.5, liquidity: 2 / 3, volatility: 1, correlation: 1, age: 1 });
    expect(a?.parts.liquidity).toBeCloseTo(1 / 3, 12);
    // (1 + 0.5 + 2/3 + 0.5 + 0.5) / 4 with the weights 1, 1, 1, 0.5, 0.5.
    expect(b?.total).toBeCloseTo((1 + 0.5 + 2 / 3 + 0.5 + 0.5) / 4, 12);
  });
});

describe("filters", () => {
  it.each<[string, MarketFilters, RegExp]>([
    ["volume", { minVolume: 2_000 }, /^volume 1000 under 2000$/],
    ["spread", { maxSpread: 0.001 }, /^spread 0\.2 % over 0\.1 %$/],
    ["age", { minAge: 365 }, /^age 100 days under 365 days$/],
    ["least volatility", { minVolatility: 0.9 }, /^volatility 80 % under 90 %$/],
    ["most volatility", { maxVolatility: 0.7 }, /^volatility 80 % over 70 %$/],
    ["correlation", { maxCorrelation: 0.4 }, /^correlation 0\.5 over 0\.4$/],
    ["gaps", { maxGaps: 0.05 }, /^gaps 10 % over 5 %$/],
    ["blacklist", { blacklist: ["a/usdt"] }, /^on the blacklist$/],
  ])("say which limit a symbol does not meet: %s", (_name, filters, why) => {
    const found = refusals("A/USDT", FIGURES, filters);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(why);
  });

  it("let through what is just at the limit, and keep out what is not known", () => {
    expect(refusals("A/USDT", FIGURES, { minVolume: 1_000, maxSpread: 0.002, minAge: 100, minVolatility: 0.8, maxVolatility: 0.8, maxCorrelation: 0.5, maxGaps: 0.1, blacklist: ["B/USDT"] })).toEqual([]);
    expect(refusals("A/USDT", { ...FIGURES, spread: null, correlation: null }, { maxSpread: 1, maxCorrelation: 1 })).toEqual(["spread not known", "correlation not known"]);
    expect(refusals("A/USDT", { ...FIGURES, spread: null, correlation: null }, {})).toEqual([]);
  });

  it("never let anybody in by being stricter", () => {
    const limit = (least: number, most: number) => fc.option(fc.double({ min: least, max: most, noNaN: true }), { nil: undefined });
    const filters = fc.record({ minVolume: limit(0, 1e5), maxSpread: limit(0, 0.05), minAge: limit(0, 200), minVolatility: limit(0, 2), maxVolatility: limit(0, 2), maxCorrelation: limit(-1, 1), maxGaps: limit(0, 1) });
    const stricter = (a: number | undefined, b: number | undefined, pick: (...both: number[]) => number): number | undefined => (a === undefined ? b : b === undefined ? a : pick(a, b));
    fc.assert(
      fc.property(filters, filters, (a, b) => {
        const both: MarketFilters = {
          minVolume: stricter(a.minVolume, b.minVolume, Math.max), minAge: stricter(a.minAge, b.minAge, Math.max), minVolatility: stricter(a.minVolatility, b.minVolatility, Math.max),
          maxSpread: stricter(a.maxSpread, b.maxSpread, Math.min), maxVolatility: stricter(a.maxVolatility, b.maxVolatility, Math.min), maxCorrelation: stricter(a.maxCorrelation, b.maxCorrelation, Math.min), maxGaps: stricter(a.maxGaps, b.maxGaps, Math.min),
        };
        const names = (given: MarketFilters): string[] => screen(candidates, [], given).passed.map(({ symbol }) => symbol);
        const lax = names(a);
        expect(lax.filter((one) => names(b).includes(one))).toEqual(names(both));
      }),
      { numRuns: 60 },
    );
  });
});

describe("a ranking", () => {
  const ranked = (list: readonly Candidate[], weights = DEFAULT_WEIGHTS) => {
    const { passed, leftOut } = screen(list, [], { maxVolatility: 0.56 });
    return { ranked: rank(passed, new Map([["A/USDT", 0.3], ["C/USDT", -0.2]]), weights), leftOut };
  };

  it("is the same whatever the order of the list", () => {
    const usual = ranked(candidates);
    expect(usual.ranked.length).toBeGreaterThan(2);
    expect(usual.leftOut.length).toBeGreaterThan(0);
    // Places, so that a counterexample is readable.
    fc.assert(
      fc.property(fc.shuffledSubarray(candidates.map((_, i) => i), { minLength: candidates.length }), (order) => {
        expect(ranked(order.map((i) => candidates[i] as Candidate))).toEqual(usual);
      }),
      { numRuns: 40 },
    );
  });

  it("has totals from 0 to 1 that fall, and each candidate once, ranked or left out", () => {
    const weight = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(fc.record(Object.fromEntries(PARTS.map((part) => [part, weight]))), (weights) => {
        const found = ranked(candidates, weights as PartWeights);
        const totals = found.ranked.map(({ total }) => total);
        expect(totals).toEqual(totals.toSorted((a, b) => b - a));
        for (const total of totals) expect(total >= 0 && total <= 1 + 1e-12).toBe(true);
        expect([...found.ranked, ...found.leftOut].map(({ symbol }) => symbol).toSorted()).toEqual(candidates.map(({ symbol }) => symbol).toSorted());
      }),
      { numRuns: 60 },
    );
  });

  it("puts equal ones by name", () => {
    const twin = measure(walk(1, 120), DAY, END);
    const { passed } = screen(["C/USDT", "A/USDT", "B/USDT"].map((symbol) => ({ symbol, measured: twin })), [], {});
    expect(rank(passed, new Map(), DEFAULT_WEIGHTS).map(({ symbol, total }) => [symbol, total])).toEqual([["A/USDT", 0.5], ["B/USDT", 0.5], ["C/USDT", 0.5]]);
  });

  it("measures correlation to what is held, where something is", () => {
    const saw = (sign: number) => measure(days(Array.from({ length: 60 }, (_, i) => 100 + sign * (i % 2) + (i % 3 === 0 ? 0.01 : 0))), DAY, START + 60 * DAY);
    const [up, down] = [saw(1), saw(-1)];
    const list = [{ symbol: "UP/USDT", measured: up }, { symbol: "DOWN/USDT", measured: down }];
    const held = screen(list, up.returns === null ? [] : [up.returns], {}).passed;
    expect(held.find(({ symbol }) => symbol === "UP/USDT")?.figures.correlation).toBeCloseTo(1, 9);
    expect(held.find(({ symbol }) => symbol === "DOWN/USDT")?.figures.correlation).toBeLessThan(-0.9);
    const rest = screen(list, [], {}).passed;
    expect(rest.find(({ symbol }) => symbol === "UP/USDT")?.figures.correlation).toBeLessThan(-0.9);
  });

  it("tells why a candidate without candles is left out, with the blacklist before it", () => {
    const short = { symbol: "NEW/USDT", measured: measure(walk(9, 5), DAY, START + 5 * DAY) };
    expect(screen([short], [], { blacklist: ["NEW/USDT"] }).leftOut).toEqual([{ symbol: "NEW/USDT", why: ["on the blacklist", "5 bars of 1d had closed, 30 are needed"], figures: null }]);
  });
});
