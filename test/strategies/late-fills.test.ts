import { describe, expect, it } from "vitest";
import type { StrategyView } from "../../src/core/strategy.ts";
import type { RunningStrategy } from "../../src/core/strategy-entry.ts";
import { strategies } from "../../strategies/index.ts";
import { ABC } from "./market.ts";
import { account } from "./account.ts";
import { SURE_OF_A_RISE } from "./sure.ts";

/** A view whose holdings and mode the test changes as the engine would. */
function world() {
  const holdings = new Map<string, number>();
  const seen: { -readonly [K in keyof StrategyView]: StrategyView[K] } = {
    symbol: "ABC/USD", time: 0, price: 100, mode: "active", budget: 1_000, decision: SURE_OF_A_RISE, limits: null, makerFee: 0, takerFee: 0, filters: ABC.filters,
    lots: () => [...holdings.keys()], held: (lot) => holdings.get(lot) ?? 0, cost: (lot) => 100 * (holdings.get(lot) ?? 0), totalCost: () => 0,
    portfolio: () => account(1_000, []),
  };
  return { holdings, seen };
}

const MINUTE = 60_000;

/** Sells that a strategy asks for, base, after it has seen one more bar. */
function offered(strategy: RunningStrategy, time: number): number {
  strategy.evolve({ type: "candle", time, close: 100 });
  return strategy.desired().filter(({ side }) => side === "sell").reduce((sum, { quantity }) => sum + quantity, 0);
}

// Who decides how much of everything has no exit of its own to offer while it winds down: see rebalance.test.ts.
// A venue may fill an order while its cancel is on the way: see "a replaced key waits" in reconcile.ts.
describe.each(strategies.flatMap((strategy) => (strategy.byHand || strategy.wholeAccount ? [] : [[strategy.name, strategy] as const])))("strategy %s, whose buy fills while its cancel is on the way", (_, entry) => {
  it.each(["wind-down", "exit"] as const)("offers in %s what that brought", (mode) => {
    const { holdings, seen } = world();
    const running = entry.start({}, seen);
    running.evolve({ type: "candle", time: 0, close: 100 });
    const bought = running.desired().find(({ side }) => side === "buy")!;
    seen.mode = mode;
    running.evolve({ type: "mode", time: MINUTE });
    expect(running.desired()).toEqual([]);
    for (const { lot, quantity } of bought.lots) holdings.set(lot, quantity);
    running.evolve({ type: "fill", time: 2 * MINUTE, key: bought.key, side: "buy", price: bought.price ?? 100, quantity: bought.quantity, complete: true });
    expect(offered(running, 3 * MINUTE)).toBeCloseTo(bought.quantity, 9);
  });
});
