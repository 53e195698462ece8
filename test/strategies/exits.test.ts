import { describe, expect, it } from "vitest";
import type { Mode, StrategyEvent, StrategyView } from "../../src/core/strategy.ts";
import { strategies } from "../../strategies/index.ts";
import { account } from "./account.ts";
import { ABC } from "./market.ts";
import { SURE_OF_A_RISE } from "./sure.ts";

/** The smallest order is worth 1 at a price of 100: 0.01 base. */
const TOO_LITTLE = 0.009;
const ENOUGH = 0.02;

/** A strategy without an engine whose one lot holds what `position` says, at a price of 100. */
function alone(name: string, params: unknown, lot: string) {
  const position = { held: 0, mode: "active" as Mode };
  const view: StrategyView = {
    symbol: "ABC/USD", time: 0, price: 100, get mode() { return position.mode; }, budget: 1_000, decision: SURE_OF_A_RISE, limits: null, makerFee: 0, takerFee: 0, filters: ABC.filters,
    lots: () => (position.held > 0 ? [lot] : []), held: (asked) => (asked === lot ? position.held : 0), cost: () => 0, totalCost: () => 0, portfolio: () => account(1_000, []),
  };
  const running = strategies.find((strategy) => strategy.name === name)!.start(params, view);
  const sees = (event: StrategyEvent): readonly string[] => {
    running.evolve(event);
    return running.desired().map(({ side, type }) => `${type} ${side}`);
  };
  return { position, sees, quantity: () => running.desired()[0]?.quantity };
}

const candle = (time: number): StrategyEvent => ({ type: "candle", time, close: 100 });
const mode = (time: number): StrategyEvent => ({ type: "mode", time });

const CASES = [
  { name: "grid", params: { lower: 98, upper: 102, levels: 3, spacing: "arithmetic", quantity: 1, cooldown: 0, initialPurchase: false }, lot: "g1c0", opens: ["limit buy"] },
  { name: "dca", params: { mode: "deal", cooldown: 0 }, lot: "d1", opens: ["market buy"] },
  { name: "signal", params: { cooldown: 0 }, lot: "s1", opens: ["market buy"] },
];

describe.each(CASES)("an exit of $name", ({ name, params, lot, opens }) => {
  it("asks for no sale that no venue takes, and begins anew when it may", () => {
    const { position, sees } = alone(name, params, lot);
    expect(sees(candle(0))).toEqual(opens);
    position.held = TOO_LITTLE;
    position.mode = "exit";
    expect(sees(mode(1))).toEqual([]);
    position.mode = "active";
    sees(mode(2));
    expect(sees(candle(3))).toEqual(opens);
  });

  it("asks for what is held when another order has filled before its cancel", () => {
    const { position, sees, quantity } = alone(name, params, lot);
    sees(candle(0));
    position.held = 2;
    position.mode = "exit";
    sees(mode(1));
    expect(quantity()).toBe(2);
    position.held = 1.5;
    sees({ type: "fill", time: 2, key: "another", side: "sell", price: 100, quantity: 0.5, complete: false });
    expect(quantity()).toBe(1.5);
  });

  it("is over when all but what no venue takes has been sold", () => {
    const { position, sees } = alone(name, params, lot);
    sees(candle(0));
    position.held = ENOUGH;
    position.mode = "exit";
    expect(sees(mode(1))).toEqual(["market sell"]);
    expect(sees(candle(2))).toEqual(["market sell"]);
    position.held = TOO_LITTLE;
    expect(sees(candle(3))).toEqual([]);
    position.mode = "active";
    sees(mode(4));
    expect(sees(candle(5))).toEqual(opens);
  });
});
