import { describe, expect, it } from "vitest";
import type { PortfolioAsset } from "../../../src/core/portfolio-view.ts";
import { allot } from "../../../src/core/rebalance/allot.ts";
import type { RebalanceRules } from "../../../src/core/rebalance/moves.ts";
import type { Trade } from "../../../src/core/rebalance/plan.ts";
import { asset } from "../../strategies/account.ts";

const RULES: RebalanceRules = { points: 0.05, to: "target", minOrder: 10, margin: 0 };
const FINE = { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 5 };

const trade = (symbol: string, side: "buy" | "sell", quantity: number, rest: Partial<Trade> = {}): Trade => ({ symbol, side, quantity, from: 0, slices: 1, most: Number.POSITIVE_INFINITY, ...rest });
const at = (symbol: string, price: number, held = 0, rest: Parameters<typeof asset>[3] = {}): PortfolioAsset => asset(symbol, price, FINE, { ...rest, own: { held, ...rest.own } });

/** What may be ordered, as an object. */
function due(trades: readonly Trade[], assets: readonly PortfolioAsset[], cash: number, bar = 0, rules = RULES): Record<string, number> {
  return Object.fromEntries([...allot({ trades, bars: 1 }, assets, { bar, cash }, rules)].map(([symbol, quantity]) => [symbol, Number(quantity.toFixed(6))]));
}

describe("what is due of a plan", () => {
  it("is every sale, and every buy for which the cash is there, in the order of the plan", () => {
    const trades = [trade("A", "sell", 3, { from: 5 }), trade("B", "buy", 4), trade("C", "buy", 2), trade("D", "buy", 1)];
    const assets = [at("A", 100, 5), at("B", 100), at("C", 100), at("D", 100)];
    expect(due(trades, assets, 300)).toEqual({ A: 3, C: 2, D: 1 });
    expect(due(trades, assets, 1_000)).toEqual({ A: 3, B: 4, C: 2, D: 1 });
  });

  it("is a smaller buy when no sale is to come any more, if a venue takes it", () => {
    const trades = [trade("A", "sell", 3, { from: 5 }), trade("B", "buy", 4)];
    expect(due(trades, [at("A", 100, 2), at("B", 100)], 300)).toEqual({ B: 3 });
    expect(due(trades, [at("A", 100, 2), at("B", 100)], 9)).toEqual({});
    expect(due(trades, [at("A", 100, 2, { own: { openSells: 0.001 } }), at("B", 100)], 300)).toEqual({});
  });

  it("is paid for with its fee and with what a market order sets aside", () => {
    const rules = { ...RULES, margin: 0.02 };
    const dear = at("B", 100, 0, { fee: 0.01 });
    expect(due([trade("B", "buy", 4)], [dear], 400, 0, rules)).toEqual({ B: 3.882 });
    expect(due([trade("B", "buy", 4)], [dear], 4 * 100 * 1.01 * 1.02 + 1e-9, 0, rules)).toEqual({ B: 4 });
  });

  it("is one equal part a bar, what could not be sent earlier later, and never more than one order may be", () => {
    const spread = [trade("B", "buy", 10, { slices: 4, most: 3 })];
    expect(due(spread, [at("B", 100)], 1e6, 0)).toEqual({ B: 2.5 });
    expect(due(spread, [at("B", 100, 2.5)], 1e6, 1)).toEqual({ B: 2.5 });
    expect(due(spread, [at("B", 100, 0)], 1e6, 1)).toEqual({ B: 3 });
    expect(due(spread, [at("B", 100, 7.5)], 1e6, 5)).toEqual({ B: 2.5 });
  });

  it("is nothing where an order is out already, where it may not be bought, or where there is no market now", () => {
    const trades = [trade("B", "buy", 4)];
    expect(due(trades, [at("B", 100, 0, { own: { openBuys: 1 } })], 1e6)).toEqual({});
    expect(due(trades, [at("B", 100, 0, { mayBuy: false })], 1e6)).toEqual({});
    expect(due(trades, [at("B", 100, 0, { isLive: false })], 1e6)).toEqual({});
    expect(due(trades, [], 1e6)).toEqual({});
  });

  it("is not what a fee in base has taken of a buy that is done", () => {
    expect(due([trade("B", "buy", 400)], [at("B", 100, 400 * 0.999, { fee: 0.001 })], 1e6)).toEqual({});
  });
});
