import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/app/backtest/record.ts";
import { runBacktest } from "../../src/app/backtest/run.ts";
import type { Opinion, RunningAgent } from "../../src/core/agent.ts";
import { resample } from "../../src/core/resample.ts";
import { RISK_PROFILES } from "../../src/core/risk-profiles.ts";
import { strategies } from "../../strategies/index.ts";
import { instrument, plan } from "../plan.ts";
import { walk } from "../property/walk.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.0001, minQuantity: 0.0001, minNotional: 5 });
const DECISION = 300_000;
const SERIES = walk({ seed: 11, length: 4_000, price: 100, step: 0.01 });
const BARS = resample(SERIES, DECISION);
/** The council changes its mind at this bar of 800, when both strategies hold something. */
const TURN = 700;

/** Exits that this market reaches: in all of it the price moves by a twentieth. */
const NEAR: Readonly<Record<string, Record<string, unknown>>> = { signal: { stop: 0.01, takeProfit: 0.01 }, rebalance: { band: { points: 0.002 } } };

const says = (rest: Partial<Opinion>): Opinion => ({ score: 0, confidence: 1, reason: "as told, 1", evidence: {}, ...rest });
const UP = says({ score: 0.8, ranging: 0 });
const DOWN = says({ score: -0.8, ranging: 0 });

/** A council that leans up until the turn, and then does something else. */
function run(name: string, then: Opinion, options: { veto?: boolean; params?: Record<string, unknown>; currency?: "quote" | "received" } = {}): RunRecord {
  const leader: RunningAgent = { name: "leader", warmup: 1, vote: ({ candles }) => (candles.length < TURN ? UP : then) };
  const owner: RunningAgent = {
    name: "owner",
    warmup: 1,
    vote: ({ candles }) => says(options.veto && candles.length >= TURN ? { size: 0, veto: { maxExposure: 0, limit: "the stop" } } : { size: 0.8 }),
  };
  return runBacktest(
    plan({
      markets: [{ instrument: ABC, series: SERIES, bars: BARS }],
      strategies: { [name]: options.params ?? NEAR[name] ?? {} },
      agents: [leader, owner],
      profile: RISK_PROFILES["high-risk-high-reward"],
      fees: { currency: options.currency ?? "quote" },
    }),
  );
}

const turnTime = TURN * DECISION;
const after = (record: RunRecord) => record.fills.filter(({ time }) => time >= turnTime);
const held = (record: RunRecord): number => {
  const [sleeve] = record.bot.ledger.sleeves;
  return (sleeve!.baseFree + sleeve!.baseReserved) / ABC.baseScale;
};
const live = (record: RunRecord) => [...record.bot.symbols.values()].flatMap(({ sleeves }) => sleeves.flatMap(({ orders }) => [...orders.live.values()]));

describe.each(strategies.flatMap(({ name, byHand }) => (byHand ? [] : [name])))("strategy %s", (name) => {
  it("trades while the council leans up", () => {
    const { fills } = run(name, UP);
    expect(fills.length).toBeGreaterThan(10);
    expect(new Set(fills.map(({ side }) => side))).toEqual(new Set(["buy", "sell"]));
  });

  it("buys nothing more once the council leans down, and keeps an exit for all that it holds", ({ skip }) => {
    if (strategies.some((entry) => entry.name === name && entry.wholeAccount)) skip("it keeps a share of the account, and has no exit of its own: see rebalance.test.ts");
    const record = run(name, DOWN);
    expect(record.decisions.at(-1)!.stance).toBe("reduce");
    expect(after(record).filter(({ side }) => side === "buy")).toEqual([]);
    expect(live(record).every(({ desired }) => desired.side === "sell")).toBe(true);
    const offered = live(record).reduce((sum, order) => sum + order.reserved, 0) / ABC.baseScale;
    // What no order offers is less than a step of each order.
    expect(held(record) - offered).toBeLessThan(ABC.filters.quantityStep * (live(record).length + 1));
  });

  it.each(["quote", "received"] as const)("sells everything at a veto, and stays out, with fees taken from %s", (currency) => {
    const record = run(name, UP, { veto: true, currency });
    expect(record.decisions.at(-1)!.stance).toBe("halt");
    const [first, ...rest] = after(record);
    expect(first).toMatchObject({ side: "sell", liquidity: "taker", time: turnTime });
    expect(rest.filter(({ side }) => side === "buy")).toEqual([]);
    expect(live(record)).toEqual([]);
    expect(record.bot.ledger.quoteReserved).toBe(0);
    expect(held(record)).toBeLessThan(ABC.filters.quantityStep * record.bot.ledger.roundTrips.length + 1e-9);
    expect(record.bot.ledger.sleeves[0]!.lots.size).toBe(0);
  });

  it("never has more bought, at cost, than its budget allows", () => {
    // 80 % of equity, all of it for the one strategy that there is; equity stays within 10 % of the start.
    const record = run(name, UP);
    let cost = 0;
    let most = 0;
    for (const { side, ticks, steps } of record.fills) {
      cost += (side === "buy" ? 1 : -1) * (ticks / 100) * (steps / 10_000);
      most = Math.max(most, cost);
    }
    expect(most).toBeGreaterThan(500);
    expect(most).toBeLessThan(0.8 * 10_000 * 1.1);
  });
});
