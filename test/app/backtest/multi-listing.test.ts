import { describe, expect, it } from "vitest";
import { z } from "zod";
import { figures } from "../../../src/app/backtest/figures.ts";
import { listingsOf } from "../../../src/app/backtest/listing.ts";
import { runBacktest } from "../../../src/app/backtest/run.ts";
import { agentEntry, defineAgent } from "../../../src/core/agent.ts";
import { RISK_PROFILES } from "../../../src/core/risk-profiles.ts";
import { defineStrategy } from "../../../src/core/strategy.ts";
import { strategyEntry } from "../../../src/core/strategy-entry.ts";
import { openOrders, plan } from "../../plan.ts";
import { DAY, HOUR, START, generated, hours, market, withEnds } from "./many-markets.ts";

const FLAT = Array.from({ length: 20 }, () => 100);
/** Two levels, the lower of them just under the price: one buy of five units rests there, its sell above. */
const GRID = { grid: { lower: 99, upper: 110, levels: 2, spacing: "arithmetic", quantity: 5, initialPurchase: false } };
const FREE = { maker: 0, taker: 0 };

/** Sure that everything rises. */
const bull = agentEntry(defineAgent({ name: "bull", title: "sure", params: z.strictObject({}), warmup: () => 0, vote: () => ({ score: 1, confidence: 1, reason: "", evidence: {} }) }));

/** Wants nothing, and notes its budget at every bar. */
function probe() {
  const budgets: { symbol: string; hour: number; budget: number }[] = [];
  const entry = strategyEntry(
    defineStrategy<Record<string, never>, null>({
      name: "probe",
      title: "notes what it is given",
      params: z.strictObject({}),
      suits: { range: 1, accumulate: 1, reduce: 1 },
      initial: () => null,
      evolve(state, event, view) {
        if (event.type === "candle") budgets.push({ symbol: view.symbol, hour: (event.time - START) / HOUR, budget: view.budget });
        return state;
      },
      desired: () => [],
      watch: () => null,
      ladder: () => [],
      warnings: () => [],
    }),
  );
  return { entry, budgets };
}

/** What each symbol is given at a bar, by the hour at which the bar closes. */
function givenTo(markets: Parameters<typeof plan>[0]["markets"], withCouncil: boolean) {
  const { entry, budgets } = probe();
  const one = plan({ markets, strategies: {}, capital: 1_200, ...(withCouncil ? { agents: [bull.start({})], profile: { ...RISK_PROFILES.growth, maxSymbolShare: 1, maxExposure: 1 } } : {}) });
  const whole = withEnds({ ...one, bot: { ...one.bot, strategies: [{ entry, params: {} }] }, markets: one.markets.map((each, i) => ({ ...each, bars: markets[i]!.bars ?? each.bars })) });
  runBacktest(whole);
  return (symbol: string, hour: number) => budgets.find((seen) => seen.symbol === symbol && seen.hour === hour)?.budget;
}

describe("a symbol that begins late", () => {
  it("is told of, and one that begins a few bars after the others is not", () => {
    const listings = listingsOf([market("A/USD", hours(FLAT)), market("B/USD", hours(FLAT.slice(0, 16), 4)), market("C/USD", hours(FLAT.slice(0, 17), 3))]);
    expect(listings.map(({ beganLate }) => beganLate)).toEqual([false, true, false]);
    expect(listings[1]).toMatchObject({ from: START + 4 * HOUR, to: START + 20 * HOUR, delisted: false });
  });

  it("leaves its part of the equity to the others until it is there, and takes an equal part then", () => {
    const given = givenTo([market("A/USD", hours(FLAT)), market("B/USD", hours(FLAT)), market("C/USD", hours(FLAT.slice(0, 10), 10))], true);
    const alone = given("A/USD", 9)!;
    expect(alone).toBeGreaterThan(0);
    expect(given("B/USD", 9)).toBe(alone);
    expect(given("C/USD", 9)).toBeUndefined();
    expect(given("C/USD", 11)! / alone).toBeCloseTo(2 / 3, 9);
    expect(given("A/USD", 11)! / alone).toBeCloseTo(2 / 3, 9);
  });

  it("keeps its part in cash where no council shares anew, and gets it with its first close", () => {
    const given = givenTo([market("A/USD", hours(FLAT)), market("B/USD", hours(FLAT.slice(0, 10), 10)), market("C/USD", hours(FLAT))], false);
    expect([given("A/USD", 1), given("C/USD", 1), given("B/USD", 10), given("B/USD", 11)]).toEqual([400, 400, undefined, 400]);
  });

  it("trades from its first candle on, whatever its place in the definition, and the others are not held up by it", () => {
    const dip = FLAT.map((close, i) => (i === 5 || i === 15 ? 98 : close));
    const early = market("A/USD", hours(dip));
    const late = market("B/USD", hours(dip.slice(10), 10));
    const fillsOf = (markets: (typeof early)[]) => runBacktest(withEnds(plan({ markets, strategies: GRID, fees: FREE }))).fills.map(({ symbol, side, time }) => [symbol, side, (time - START) / HOUR]);
    const expected = [["A/USD", "buy", 5], ["B/USD", "buy", 15]];
    expect(fillsOf([early, late])).toEqual(expected);
    expect(fillsOf([late, early])).toEqual(expected);
  });
});

describe("a symbol that is delisted", () => {
  /** The open at which the buy arrives. */
  const BOUGHT = 98;
  // Last seen at 40 after the tenth hour; the other goes on for ten hours more.
  const gone = () => market("B/USD", hours([100, 98, 90, 80, 70, 60, 50, 45, 42, 40]));
  const run = (delisting: "last-close" | "worthless") => {
    const one = withEnds(plan({ markets: [market("A/USD", hours(FLAT)), gone()], strategies: GRID, fees: FREE, capital: 2_000 }), delisting);
    const record = runBacktest(one);
    return { record, result: figures(record, one) };
  };

  it("gives its orders back, and what is held of it is neither sold nor bought any more", () => {
    const { record, result } = run("last-close");
    const state = record.bot.symbols.get("B/USD")!;
    expect(state.sleeves.map(({ orders }) => orders.live.size)).toEqual([0]);
    expect(state.sleeves[0]!.account).toMatchObject({ baseReserved: 0 });
    expect(result.symbols[1]).toMatchObject({ symbol: "B/USD", delisted: true, to: START + 10 * HOUR, held: 5, value: 200, fills: 1 });
    // The order of the symbol that goes on still rests.
    expect(openOrders(record.bot)).toBe(1);
  });

  it("counts at its last close unless the definition says otherwise, but what selling would bring leaves it out", () => {
    const { result } = run("last-close");
    expect(result.finalEquity).toBe(2_000 - 5 * (BOUGHT - 40));
    expect(result.liquidationEquity).toBe(2_000 - 5 * BOUGHT);
  });

  it("counts for nothing from its end on where the definition says so: in the equity, its fall, and what is unrealised", () => {
    const { record, result } = run("worthless");
    expect(result.finalEquity).toBe(2_000 - 5 * BOUGHT);
    expect(result.unrealisedProfit).toBe(-5 * BOUGHT);
    expect(result.symbols[1]).toMatchObject({ value: 0, held: 5, buyAndHold: -1 });
    expect(record.marker.equity).toBe(2_000 - 5 * BOUGHT);
    expect(result.maxDrawdown).toBeCloseTo(-(5 * BOUGHT) / 2_000, 12);
    expect(record.samples.at(-1)).toMatchObject({ inventory: 0 });
  });

  it("leaves its part of the equity to the others", () => {
    const given = givenTo([market("A/USD", hours(FLAT)), market("B/USD", hours(FLAT.slice(0, 10)))], true);
    expect(given("A/USD", 12)! / given("A/USD", 9)!).toBeCloseTo(2, 9);
  });

  it("is not one with a gap, however long, and not one whose candles end a few bars before the others'", () => {
    const gap = [...FLAT.slice(0, 3), ...Array.from({ length: 12 }, () => null), ...FLAT.slice(0, 5)];
    const one = withEnds(plan({ markets: [market("A/USD", hours(FLAT)), market("B/USD", hours(gap)), market("C/USD", hours(FLAT.slice(0, 17)))], strategies: GRID, fees: FREE }));
    expect(one.markets.map(({ delisted }) => delisted)).toEqual([undefined, undefined, undefined]);
    expect(openOrders(runBacktest(one).bot)).toBe(3);
  });

  it("ends nothing for the only symbol of a run", () => {
    expect(withEnds(plan({ markets: [gone()], strategies: GRID })).markets[0]!.delisted).toBeUndefined();
  });
});

it("has a share of the equity by symbol that adds up to the whole exposure", () => {
  const one = withEnds(plan({ markets: [generated("A/USD", 1, 30), generated("B/USD", 2, 30, { late: 200 }), generated("C/USD", 3, 30, { early: 200 })], strategies: { grid: {}, dca: {} } }));
  const result = figures(runBacktest(one), one);
  expect(result.fills).toBeGreaterThan(50);
  expect(result.symbols.reduce((sum, { exposure }) => sum + exposure, 0)).toBeCloseTo(result.exposure, 9);
  expect(result.symbols.reduce((sum, { profit }) => sum + profit, 0)).toBeCloseTo(result.finalEquity - result.startEquity, 5);
  expect(result.symbols.map(({ fills }) => fills).reduce((a, b) => a + b)).toBe(result.fills);
  expect((result.symbols[1]!.from - START) / DAY).toBeCloseTo(200 / 24, 9);
});
