import { describe, expect, it } from "vitest";
import { agents } from "../../agents/index.ts";
import { runBacktest } from "../../src/app/backtest/run.ts";
import type { RunRecord } from "../../src/app/backtest/record.ts";
import { resample } from "../../src/core/resample.ts";
import { RISK_PROFILES } from "../../src/core/risk-profiles.ts";
import type { StrategyView } from "../../src/core/strategy.ts";
import type { RunningStrategy } from "../../src/core/strategy-entry.ts";
import { createMarket } from "../../src/core/synthetic/market.ts";
import { strategies } from "../../strategies/index.ts";
import { instrument, plan } from "../plan.ts";
import { account, asset } from "./account.ts";
import { SURE_OF_A_RISE } from "./sure.ts";

const BTC = instrument("BTC/USDT", { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 });
const series = createMarket({ kind: "mix", seed: 8, days: 40, timeframe: 60_000, start: Date.UTC(2024, 0, 1), price: 42_000, priceStep: 0.01 }).series;

/** Parameters with which a strategy has something to do in these forty days, where its defaults leave it little. */
const BUSY: Readonly<Record<string, Record<string, unknown>>> = { rebalance: { band: { points: 0.005 } } };

function run(name: string): RunRecord {
  return runBacktest(
    plan({
      markets: [{ instrument: BTC, series, bars: resample(series, 3_600_000) }],
      strategies: { [name]: BUSY[name] ?? {} },
      agents: agents.map((agent) => agent.start({})),
      profile: RISK_PROFILES.balanced,
    }),
  );
}

/** A view in which nothing is held, for asking a strategy without an engine. */
function view(rest: Partial<StrategyView> = {}): StrategyView {
  return {
    symbol: "BTC/USDT", time: 0, price: 42_000, mode: "active", budget: 5_000, decision: SURE_OF_A_RISE, limits: null, makerFee: 0.001, takerFee: 0.001, filters: BTC.filters,
    lots: () => [], held: () => 0, cost: () => 0, totalCost: () => 0,
    portfolio: () => account(5_000, [asset("BTC/USDT", 42_000, BTC.filters, { mayBuy: (rest.mode ?? "active") === "active" })]), ...rest,
  };
}

/** A bar has closed, and with it that of every symbol. */
function wake(running: RunningStrategy): void {
  running.evolve({ type: "candle", time: 0, close: 42_000 });
  if (running.isForAccount) running.evolve({ type: "portfolio", time: 0, cause: "bars" });
}

const prices = (strategy: RunningStrategy): (number | undefined)[] => strategy.desired().map(({ price }) => price);

describe("the list of strategies", () => {
  it("is sorted by name, each name once", () => {
    const names = strategies.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].toSorted());
  });
});

describe("a strategy by hand", () => {
  it("does nothing of its own accord, whatever the market does, and takes no share of the others", () => {
    for (const { name, suits } of strategies.filter(({ byHand }) => byHand)) {
      expect(run(name).fills).toEqual([]);
      expect(suits).toEqual({});
    }
    expect(strategies.filter(({ byHand }) => byHand).map(({ name }) => name)).toEqual(["manual"]);
  });
});

describe.each(strategies.flatMap((strategy) => (strategy.byHand ? [] : [[strategy.name, strategy] as const])))("strategy %s", (name, strategy) => {
  it("never carries out a key twice, and has one order a key at most", () => {
    const { fills } = run(name);
    expect(fills.length).toBeGreaterThan(20);
    const complete = fills.filter((fill) => fill.complete).map(({ key }) => key);
    expect(new Set(complete).size).toBe(complete.length);
  });

  it("asks for different keys at one time, each with lots that add up to its quantity", () => {
    const running = strategy.start({}, view());
    wake(running);
    const desired = running.desired();
    expect(desired.length).toBeGreaterThan(0);
    expect(new Set(desired.map(({ key }) => key)).size).toBe(desired.length);
    for (const order of desired) {
      expect(order.lots.reduce((sum, part) => sum + part.quantity, 0)).toBeCloseTo(order.quantity, 12);
      expect(order.reason.length).toBeGreaterThan(3);
    }
  });

  it("says that nothing changed when nothing did, and keeps its orders the same objects", () => {
    const running = strategy.start({}, view());
    wake(running);
    const before = running.desired();
    expect(running.evolve({ type: "mode", time: 1 })).toBe(false);
    running.desired().forEach((order, i) => expect(order).toBe(before[i]));
  });

  it("opens nothing while it winds down or exits, and nothing without a budget", () => {
    for (const rest of [{ mode: "wind-down" as const }, { mode: "exit" as const }, { budget: 0 }]) {
      const running = strategy.start({}, view(rest));
      wake(running);
      expect(prices(running)).toEqual([]);
    }
  });

  it("does the same in every run", () => {
    const [one, two] = [run(name), run(name)];
    expect(JSON.stringify(one.fills)).toBe(JSON.stringify(two.fills));
  });

  it("puts every fill on the market's steps and forgets nothing: what was bought is sold, held, fee or dust", () => {
    const { fills, bot } = run(name);
    let net = 0n;
    for (const fill of fills) {
      expect(Number.isInteger(fill.ticks)).toBe(true);
      expect(Number.isInteger(fill.steps)).toBe(true);
      net += BigInt(fill.side === "buy" ? fill.steps : -fill.steps) * BigInt(BTC.stepUnits);
      if (fill.feeCurrency === "base") net -= BigInt(fill.feeUnits);
    }
    const [sleeve] = bot.ledger.sleeves;
    expect(BigInt(sleeve!.baseFree + sleeve!.baseReserved)).toBe(net);
    const lots = [...sleeve!.lots.values()].reduce((sum, { units }) => sum + units, 0);
    expect(lots + sleeve!.dustUnits).toBe(sleeve!.baseFree + sleeve!.baseReserved);
  });

  it("takes its defaults, refuses a parameter that it does not have, and has a title", () => {
    expect(strategy.params.safeParse({}).success).toBe(true);
    expect(strategy.params.safeParse({ nonsense: 1 }).success).toBe(false);
    expect(strategy.title.length).toBeGreaterThan(20);
  });
});
