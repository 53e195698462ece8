import { describe, expect, it } from "vitest";
import type { Opinion } from "../../src/core/agent.ts";
import { createBot } from "../../src/core/bot.ts";
import { seriesFrom } from "../../src/core/candle.ts";
import type { DesiredOrder } from "../../src/core/order.ts";
import { RISK_PROFILES } from "../../src/core/risk-profiles.ts";
import { step } from "../../src/core/step.ts";
import type { Decision } from "../../src/core/decision.ts";
import type { StrategyEntry } from "../../src/core/strategy-entry.ts";
import type { Treasury } from "../../src/core/treasury.ts";
import { reachOf } from "../../src/core/treasury-claims.ts";
import { strategies } from "../../strategies/index.ts";
import { instrument } from "../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });
const HOUR = 3_600_000;
const LEANS = { up: { score: 1 }, down: { score: -1 }, sideways: { score: 0, ranging: 1 }, none: { score: 0, ranging: -1 }, stop: { score: 0, veto: { maxExposure: 0, limit: "a stop" } } } as const;

/** A thousand dollars at a price of 100; `trend` has what an upward council gives, `saver` nothing but idle cash. */
function bench(treasury?: Treasury, hasCouncil = true) {
  const voice: { says: keyof typeof LEANS } = { says: "up" };
  const wishes = new Map<string, readonly DesiredOrder[]>();
  const entry = (name: string, suits: Decision["shares"]): StrategyEntry => ({
    name, title: name, params: strategies[0]!.params, suits,
    start: () => ({ name, suits, evolve: () => true, desired: () => wishes.get(name) ?? [], watch: () => null, ladder: () => [], warnings: () => [] }),
  });
  const bot = createBot({
    capitalUnits: 1_000 * ABC.quoteScale,
    fees: { maker: 0, taker: 0, currency: "quote", slippage: 0 },
    symbols: [{ instrument: ABC, bars: seriesFrom(Array.from({ length: 60 }, (_, i) => ({ time: i * HOUR, open: 100, high: 101, low: 99, close: 100, volume: 1 })), HOUR) }],
    agents: hasCouncil ? [{ name: "voice", warmup: 1, vote: (): Opinion => ({ confidence: 1, reason: "", evidence: {}, ...LEANS[voice.says] }) }] : [],
    coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 0 },
    profile: hasCouncil ? RISK_PROFILES.balanced : null,
    ...(treasury ? { treasury } : {}),
    strategies: [{ entry: entry("trend", { accumulate: 1 }), params: {} }, { entry: entry("saver", {}), params: {} }],
  });
  const state = bot.symbols.get("ABC/USD")!;
  const of = (name: string) => state.sleeves.find(({ account }) => account.strategy === name)!;
  return {
    bot,
    begin: () => step(bot, { type: "begin", symbol: "ABC/USD", time: 0, close: 100 }),
    bar(says: keyof typeof LEANS) {
      voice.says = says;
      return step(bot, { type: "candle", symbol: "ABC/USD", time: (state.candles.length + 1) * HOUR, close: 100 });
    },
    /** Mode and whole dollars of budget of each. */
    budgets: () => ["trend", "saver"].map((name) => [of(name).view.mode, Math.round(of(name).view.budget)]),
    wants(name: string, worth: number) {
      wishes.set(name, [{ key: "k", side: "buy", type: "limit", price: 100, quantity: worth / 100, lots: [{ lot: "a", quantity: worth / 100 }], reason: "test" }]);
    },
  };
}

const allows = (most: number, reserve: Treasury["reserve"] = {}): Treasury => ({ reserve, idle: [{ strategy: "saver", most }] });

describe("the treasury", () => {
  it("does nothing where nothing is allowed: budgets are the council's", () => {
    for (const treasury of [undefined, { reserve: {}, idle: [] }]) {
      const one = bench(treasury);
      one.bar("up");
      expect(one.budgets()).toEqual([["active", 650], ["wind-down", 0]]);
      one.bar("none");
      expect(one.budgets()).toEqual([["active", 650], ["wind-down", 0]]);
    }
  });

  it("gives what nobody has a claim on, and no more than the profile lets into the market", () => {
    const one = bench(allows(1));
    one.bar("none");
    // Nothing was decided yet: all that balanced lets into the market is idle.
    expect(one.budgets()).toEqual([["wind-down", 0], ["active", 650]]);
    one.bar("up");
    // The council gives it to another now, and nothing is idle any more.
    expect(one.budgets()).toEqual([["active", 650], ["wind-down", 0]]);
  });

  it("gives no more than the owner's cap, and keeps the reserve out of it", () => {
    const capped = bench(allows(0.2));
    capped.bar("sideways");
    expect(capped.budgets()[1]).toEqual(["active", 200]);
    const poor = bench(allows(1, { amount: 900 }));
    poor.bar("sideways");
    expect(poor.budgets()[1]).toEqual(["active", 100]);
  });

  it("puts nothing to work while the council leans down, vetoes, or its owner holds the bot", () => {
    const one = bench(allows(0.5));
    one.bar("sideways");
    expect(one.budgets()[1]).toEqual(["active", 500]);
    one.bar("down");
    expect(one.budgets()[1]![0]).toBe("wind-down");
    one.bar("stop");
    expect(one.budgets()[1]![0]).toBe("exit");
    one.bar("sideways");
    expect(one.budgets()[1]).toEqual(["active", 500]);
    step(one.bot, { type: "command", command: "flatten", time: 1, by: "test" });
    one.bar("none");
    expect(one.budgets()[1]![0]).toBe("exit");
    step(one.bot, { type: "command", command: "run", time: 2, by: "test" });
    expect(one.budgets()[1]).toEqual(["active", 500]);
  });

  it("leaves what it has bought with idle cash when the council wants the rest for another", () => {
    const one = bench(allows(1));
    one.wants("saver", 300);
    one.bar("none");
    expect(one.bot.ledger.quoteReserved).toBe(300 * ABC.quoteScale);
    one.bar("up");
    expect(one.budgets()).toEqual([["active", 650], ["active", 300]]);
  });

  it("scales budgets to what a large reserve leaves, with a council and without", () => {
    const one = bench({ reserve: { amount: 800 }, idle: [] });
    expect(reachOf(one.bot, 1_000)).toBeCloseTo(0.2, 12);
    one.bar("up");
    expect(one.budgets()[0]).toEqual(["active", 200]);
    expect(reachOf(bench().bot, 1_000)).toBe(1);
    const alone = bench({ reserve: { share: 0.3 }, idle: [] }, false);
    alone.begin();
    expect(alone.budgets()).toEqual([["active", 350], ["active", 350]]);
  });
});
