import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Funds, Holding, RebalanceRules } from "../../../src/core/rebalance/moves.ts";
import { type RebalancePlan, bandOf, planRebalance } from "../../../src/core/rebalance/plan.ts";

const FREE: RebalanceRules = { points: 0.05, to: "target", minOrder: 0, margin: 0 };
const FINE = { priceStep: 0.01, quantityStep: 0.0001, minQuantity: 0.0001, minNotional: 5 };

function holding(symbol: string, price: number, held: number, target: number, rest: Partial<Omit<Holding, "most">> & { readonly most?: number } = {}): Holding {
  const { most = Number.POSITIVE_INFINITY, ...others } = rest;
  return { symbol, price, held, target, mayBuy: true, fee: 0, filters: FINE, ...others, most: () => most };
}

function fundsOf(holdings: readonly Holding[], cash: number): Funds {
  return { equity: cash + worthOf(holdings), cash, room: Number.POSITIVE_INFINITY };
}

const worthOf = (holdings: readonly Holding[]): number => holdings.reduce((sum, { held, price }) => sum + (price > 0 ? held * price : 0), 0);
const told = ({ trades }: RebalancePlan): string[] => trades.map(({ side, symbol, quantity }) => `${side} ${Number(quantity.toFixed(6))} ${symbol}`);

/** What a plan leaves when everything of it is filled at the price, fees paid in quote. */
function carriedOut(holdings: readonly Holding[], cash: number, { trades }: RebalancePlan, fee: number): { holdings: Holding[]; cash: number } {
  let left = cash;
  const after = holdings.map((one) => {
    const trade = trades.find(({ symbol }) => symbol === one.symbol);
    if (!trade) return one;
    const sign = trade.side === "buy" ? 1 : -1;
    left -= sign * trade.quantity * one.price + fee * trade.quantity * one.price;
    return { ...one, held: one.held + sign * trade.quantity };
  });
  return { holdings: after, cash: left };
}

describe("a plan", () => {
  it("buys its shares of an account that is all cash, the farthest from its target first", () => {
    const holdings = [holding("A", 100, 0, 0.2), holding("B", 50, 0, 0.5), holding("C", 10, 0, 0)];
    expect(told(planRebalance(holdings, fundsOf(holdings, 1_000), FREE))).toEqual(["buy 10 B", "buy 2 A"]);
  });

  it("leaves alone what lies inside its band, to the very edge", () => {
    const holdings = [holding("A", 100, 4.5, 0.4), holding("B", 100, 5.5, 0.5)];
    expect(planRebalance(holdings, { equity: 1_000, cash: 0, room: 1e9 }, FREE).trades).toEqual([]);
  });

  it("brings what is outside to its target, or to the edge of the band", () => {
    const holdings = [holding("A", 100, 6, 0.4), holding("B", 100, 2, 0.2)];
    expect(told(planRebalance(holdings, fundsOf(holdings, 200), FREE))).toEqual(["sell 2 A"]);
    expect(told(planRebalance(holdings, fundsOf(holdings, 200), { ...FREE, to: "edge" }))).toEqual(["sell 1.5 A"]);
  });

  it("sells of what is most over its target, inside its band, only as much as a buy is short of", () => {
    const holdings = [holding("A", 100, 3.4, 0.3), holding("B", 100, 3.2, 0.3), holding("C", 100, 3.2, 0.4)];
    // C wants 80; 20 are there, so that 60 are missing: 40 of A, and 20 of B.
    expect(told(planRebalance(holdings, fundsOf(holdings, 20), FREE))).toEqual(["sell 0.4 A", "sell 0.2 B", "buy 0.8 C"]);
  });

  it("takes the cash for a buy from a sell that is made anyway before it makes another", () => {
    const holdings = [holding("A", 100, 5.8, 0.5), holding("B", 100, 3.4, 0.3), holding("C", 100, 0.8, 0.2)];
    // To its edge A sells 30, and C wants 70: the other 40 come from A as well.
    expect(told(planRebalance(holdings, fundsOf(holdings, 0), { ...FREE, to: "edge" }))).toEqual(["sell 0.7 A", "buy 0.7 C"]);
  });

  it("makes buys smaller, all in the same proportion, when not even that pays for them", () => {
    const holdings = [holding("A", 100, 0, 0.6), holding("B", 100, 0, 0.3)];
    const funds = { equity: 1_000, cash: 450, room: 1e9 };
    expect(told(planRebalance(holdings, funds, FREE))).toEqual(["buy 3 A", "buy 1.5 B"]);
  });

  it("adds no more to the market than there is room for", () => {
    const holdings = [holding("A", 100, 0, 0.6), holding("B", 100, 0, 0.3)];
    expect(told(planRebalance(holdings, { equity: 1_000, cash: 1_000, room: 450 }, FREE))).toEqual(["buy 3 A", "buy 1.5 B"]);
  });

  it("makes no trade that costs more than it is worth: the mean distance on its way must be over the fee rate", () => {
    // 0.5 % of 10,000 away, on average half of that on the way: worth a fee of 0.24 %, not one of 0.26 %.
    const paying = (fee: number) => [holding("A", 100, 50.5, 0.5, { fee })];
    const rules = { ...FREE, points: 0.004 };
    expect(planRebalance(paying(0.0024), { equity: 10_000, cash: 4_950, room: 1e9 }, rules).trades).toHaveLength(1);
    expect(planRebalance(paying(0.0026), { equity: 10_000, cash: 4_950, room: 1e9 }, rules).trades).toEqual([]);
  });

  it("asks of each symbol that its trade is worth its own fee", () => {
    const two = (a: number, b: number) => [holding("A", 100, 50.5, 0.5, { fee: a }), holding("B", 100, 48.5, 0.48, { fee: b })];
    const rules = { ...FREE, points: 0.004 };
    expect(told(planRebalance(two(0.0024, 0.0026), { equity: 10_000, cash: 100, room: 1e9 }, rules))).toEqual(["sell 0.5 A"]);
    expect(told(planRebalance(two(0.0026, 0.0024), { equity: 10_000, cash: 100, room: 1e9 }, rules))).toEqual(["sell 0.5 B"]);
  });

  it("sells, to pay for a buy, as much as that symbol's own fee leaves enough of", () => {
    // 50 are bought to the edge of C's band, and what is sold of A, the most overweight, has to bring that.
    const some = (a: number, b: number) => [holding("B", 100, 2, 0.15, { fee: b }), holding("A", 100, 8, 0.6, { fee: a }), holding("C", 100, 0, 0.25)];
    const trades = (a: number, b: number) => told(planRebalance(some(a, b), { equity: 1_000, cash: 0, room: 1e9 }, { ...FREE, points: 0.2, to: "edge" }));
    expect(trades(0, 0.05)).toEqual(["sell 0.5 A", "buy 0.5 C"]);
    expect(trades(0.01, 0.05)).toEqual(["sell 0.5051 A", "buy 0.5 C"]);
    expect(trades(0.05, 0.01)).toEqual(["sell 0.5264 A", "buy 0.5 C"]);
  });

  it("sells all of what is not wanted at all, whatever the band, and leaves the dust", () => {
    const filters = { ...FINE, minNotional: 5 };
    expect(told(planRebalance([holding("A", 100, 0.3, 0, { filters })], { equity: 1_000, cash: 970, room: 1e9 }, FREE))).toEqual(["sell 0.3 A"]);
    expect(planRebalance([holding("A", 100, 0.04, 0, { filters })], { equity: 1_000, cash: 996, room: 1e9 }, FREE).trades).toEqual([]);
  });

  it("buys nothing where it may not, and sells there all the same", () => {
    const holdings = [holding("A", 100, 0, 0.5, { mayBuy: false }), holding("B", 100, 5, 0.2, { mayBuy: false })];
    expect(told(planRebalance(holdings, fundsOf(holdings, 500), FREE))).toEqual(["sell 3 B"]);
  });

  it.each([Number.NaN, 0, -1, Number.POSITIVE_INFINITY])("leaves a symbol alone whose price is %d, and plans the others", (price) => {
    const holdings = [holding("A", price, 0, 0.5), holding("B", 100, 0, 0.5)];
    expect(told(planRebalance(holdings, { equity: 1_000, cash: 1_000, room: 1e9 }, FREE))).toEqual(["buy 5 B"]);
  });

  it("plans nothing for an account that is worth nothing, or for no symbols", () => {
    expect(planRebalance([holding("A", 100, 0, 1)], { equity: 0, cash: 0, room: 0 }, FREE)).toEqual({ trades: [], bars: 0 });
    expect(planRebalance([], { equity: 1_000, cash: 1_000, room: 1e9 }, FREE)).toEqual({ trades: [], bars: 0 });
  });

  it("puts all of the account into one symbol when its weight is 1, less what the order sets aside", () => {
    const [trade] = planRebalance([holding("A", 100, 0, 1, { fee: 0.001 })], { equity: 1_000, cash: 1_000, room: 1e9 }, { ...FREE, margin: 0.02 }).trades;
    expect(trade!.quantity).toBeCloseTo(1_000 / 100 / 1.001 / 1.02, 3);
  });

  it("spreads what one order may not carry over bars, and is looked at anew after a day of hourly ones", () => {
    const spread = planRebalance([holding("A", 100, 0, 0.5, { most: 1.5 })], { equity: 1_000, cash: 1_000, room: 1e9 }, FREE);
    expect(spread).toMatchObject({ bars: 4, trades: [{ quantity: 5, slices: 4, most: 1.5 }] });
    expect(planRebalance([holding("A", 100, 0, 0.5, { most: 0.06 })], { equity: 1_000, cash: 1_000, room: 1e9 }, FREE).bars).toBe(24);
    expect(planRebalance([holding("A", 100, 0, 0.5, { most: 0 })], { equity: 1_000, cash: 1_000, room: 1e9 }, FREE).trades).toEqual([]);
  });

  it("has the narrower of two bands", () => {
    expect(bandOf(0.4, { points: 0.05, relative: 0.25 })).toBe(0.05);
    expect(bandOf(0.1, { points: 0.05, relative: 0.25 })).toBe(0.025);
    expect(bandOf(0.1, { relative: 0.25 })).toBe(0.025);
    expect(bandOf(0, { points: 0.05 })).toBe(0);
  });
});

const assets = fc.array(
  fc.record({
    price: fc.constantFrom(0.01, 0.7, 3, 100, 42_000),
    worth: fc.integer({ min: 0, max: 5_000 }),
    weight: fc.integer({ min: 0, max: 100 }),
    mayBuy: fc.constantFrom(true, true, true, false),
    step: fc.constantFrom(0.00001, 0.001, 1),
    share: fc.constantFrom(1, 1, 0.1),
    fee: fc.constantFrom(0, 0.001, 0.01),
  }),
  { minLength: 1, maxLength: 7 },
);
const worlds = fc.record({ assets, cash: fc.integer({ min: 0, max: 10_000 }), cashWeight: fc.integer({ min: 0, max: 100 }), room: fc.constantFrom(Number.POSITIVE_INFINITY, 2_000) });
const someRules = fc.record({
  points: fc.constantFrom(0.01, 0.05, undefined),
  relative: fc.constantFrom(0.1, 0.25),
  to: fc.constantFrom("target" as const, "edge" as const),
  minOrder: fc.constantFrom(0, 10, 100),
  margin: fc.constantFrom(0, 0.02),
});
interface World {
  readonly assets: readonly { readonly price: number; readonly worth: number; readonly weight: number; readonly mayBuy: boolean; readonly step: number; readonly share: number; readonly fee: number }[];
  readonly cash: number;
  readonly cashWeight: number;
  readonly room: number;
}

function made({ assets: given, cash, cashWeight, room }: World): { holdings: Holding[]; funds: Funds } {
  const all = cashWeight + given.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const holdings = given.map(({ price, worth, weight, mayBuy, step, share, fee }, i) =>
    holding(`S${i}`, price, Math.floor(worth / price / step) * step, weight / all, { mayBuy, fee, filters: { priceStep: 0.01, quantityStep: step, minQuantity: step, minNotional: 5 }, most: share === 1 ? Number.POSITIVE_INFINITY : (share * 5_000) / price }),
  );
  return { holdings, funds: { ...fundsOf(holdings, cash), room } };
}

describe("every plan", () => {
  it("is paid for by what is there after its sells, sells no more than is held, and is made of orders that a venue takes", () => {
    fc.assert(
      fc.property(worlds, someRules, (world, rules) => {
        const { holdings, funds } = made(world);
        const { trades } = planRebalance(holdings, funds, rules);
        const of = (side: string): number => trades.filter((trade) => trade.side === side).reduce((sum, { symbol, quantity }) => sum + quantity * holdings.find((one) => one.symbol === symbol)!.price, 0);
        const feesOf = (side: string): number => trades.filter((trade) => trade.side === side).reduce((sum, { symbol, quantity }) => {
          const { price, fee } = holdings.find((one) => one.symbol === symbol)!;
          return sum + quantity * price * fee;
        }, 0);
        const needed = (of("buy") + feesOf("buy")) * (1 + rules.margin);
        expect(needed).toBeLessThanOrEqual((funds.cash + of("sell") - feesOf("sell")) * (1 + 1e-12) + 1e-9);
        expect(needed).toBeLessThanOrEqual((funds.room + of("sell")) * (1 + 1e-12) + 1e-9);
        expect(new Set(trades.map(({ symbol }) => symbol)).size).toBe(trades.length);
        for (const { symbol, side, quantity } of trades) {
          const { price, held, filters, mayBuy } = holdings.find((one) => one.symbol === symbol)!;
          if (side === "sell") expect(quantity).toBeLessThanOrEqual(held);
          else expect(mayBuy).toBe(true);
          expect(quantity).toBeGreaterThanOrEqual(filters.minQuantity);
          expect(quantity * price).toBeGreaterThanOrEqual(Math.max(rules.minOrder, filters.minNotional));
          const steps = quantity / filters.quantityStep;
          expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-9 * Math.max(1, steps));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("trades what is outside its band, and of the rest no more than it takes to pay for that", () => {
    fc.assert(
      fc.property(worlds, someRules, fc.constantFrom(0, 0.001, 0.01), (world, rules, fee) => {
        const { holdings, funds } = made({ ...world, assets: world.assets.map((one) => ({ ...one, fee })) });
        const { trades } = planRebalance(holdings, funds, rules);
        const gap = ({ held, price, target }: Holding): number => (held * price) / funds.equity - target;
        const isOut = (one: Holding): boolean => Math.abs(gap(one)) > bandOf(one.target, rules);
        const funding = trades.filter(({ symbol }) => !isOut(holdings.find((one) => one.symbol === symbol)!));
        expect(funding.every(({ side }) => side === "sell")).toBe(true);
        expect(trades.length - funding.length).toBeLessThanOrEqual(holdings.filter(isOut).length);
        // Without the last of them there would not be enough.
        const worth = (list: typeof trades): number => list.reduce((sum, { symbol, quantity }) => sum + quantity * holdings.find((one) => one.symbol === symbol)!.price, 0);
        const smallest = Math.min(...funding.map((one) => worth([one])));
        const sells = worth(trades.filter(({ side }) => side === "sell"));
        const full = holdings.filter((one) => one.mayBuy && gap(one) < 0 && isOut(one)).reduce((sum, one) => sum - gap(one) * funds.equity + one.filters.quantityStep * one.price, 0);
        if (funding.length > 0) expect(Math.min(funds.cash + (sells - smallest) * (1 - fee), funds.room + sells - smallest)).toBeLessThan(full * (1 + fee) ** 2 * (1 + rules.margin));
        for (const { symbol, side, quantity } of trades) {
          const one = holdings.find((held) => held.symbol === symbol)!;
          // Towards the target, and never past it by more than a step and the fee that an edge is bought with.
          expect(Math.sign(gap(one))).toBe(side === "sell" ? 1 : -1);
          expect(quantity * one.price).toBeLessThanOrEqual(Math.abs(gap(one)) * funds.equity * (1 + fee) + one.filters.quantityStep * one.price * 1.001);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("leads to where there is nothing left to plan, and every symbol is in its band, when the price stands still", () => {
    const generous = fc.record({ points: fc.constantFrom(0.02, 0.05), to: fc.constantFrom("target" as const, "edge" as const), fee: fc.constantFrom(0, 0.001), margin: fc.constantFrom(0, 0.02) });
    fc.assert(
      fc.property(worlds, generous, (world, { fee, ...some }) => {
        const rules: RebalanceRules = { ...some, minOrder: 0 };
        let { holdings } = made({ ...world, room: Number.POSITIVE_INFINITY, assets: world.assets.map((one) => ({ ...one, mayBuy: true, share: 1, fee, step: 0.00001, price: Math.max(one.price, 0.7) })) });
        let { cash } = world;
        if (cash + worthOf(holdings) < 1_000) return;
        let plans = 0;
        for (; plans < 6; plans++) {
          const plan = planRebalance(holdings, fundsOf(holdings, cash), rules);
          if (plan.trades.length === 0) break;
          ({ holdings, cash } = carriedOut(holdings, cash, plan, fee));
          expect(cash).toBeGreaterThan(-1e-6);
        }
        expect(plans).toBeLessThan(6);
        const equity = cash + worthOf(holdings);
        for (const { held, price, target, filters } of holdings) {
          const least = filters.minNotional / equity;
          // What is left is under the smallest order, or not worth its fee.
          expect(Math.abs((held * price) / equity - target)).toBeLessThanOrEqual(bandOf(target, rules) + Math.max(least, 2 * fee) + 0.001);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("against every way there is, in whole units", () => {
  const UNIT = { priceStep: 1, quantityStep: 1, minQuantity: 1, minNotional: 0 };
  const small = fc.record({
    held: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 2, maxLength: 3 }),
    cash: fc.integer({ min: 0, max: 12 }),
    targets: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 3, maxLength: 3 }),
    band: fc.integer({ min: 1, max: 3 }),
  });

  /** The smallest sum of |trades| that leaves every symbol where it is allowed, without debts; infinity when there is none. */
  function smallestSum(held: readonly number[], cash: number, allowed: (after: number, i: number) => boolean): number {
    let best = Number.POSITIVE_INFINITY;
    const visit = (i: number, spent: number, sum: number): void => {
      if (i === held.length) {
        if (spent <= cash) best = Math.min(best, sum);
        return;
      }
      const all = cash + held.reduce((total, one) => total + one, 0);
      for (let after = 0; after <= all; after++) if (allowed(after, i)) visit(i + 1, spent + after - held[i]!, sum + Math.abs(after - held[i]!));
    };
    visit(0, 0, 0);
    return best;
  }

  it.each(["target", "edge"] as const)("no smaller sum of trades brings all to the %s", (to) => {
    fc.assert(
      fc.property(small, ({ held, cash, targets, band }) => {
        const equity = cash + held.reduce((sum, one) => sum + one, 0);
        const wanted = held.map((_, i) => targets[i]!);
        const sum = wanted.reduce((total, one) => total + one, 0);
        if (equity === 0 || sum > equity) return;
        const holdings = held.map((one, i) => holding(`S${i}`, 1, one, wanted[i]! / equity, { filters: UNIT }));
        const { trades } = planRebalance(holdings, { equity, cash, room: Number.POSITIVE_INFINITY }, { points: band / equity, to, minOrder: 0, margin: 0 });
        const half = (i: number): number => (wanted[i] === 0 ? 0 : band);
        const isOut = (i: number): boolean => Math.abs(held[i]! - wanted[i]!) > half(i);
        const best = smallestSum(held, cash, (after, i) => (to === "target" && isOut(i) ? after === wanted[i] : Math.abs(after - wanted[i]!) <= half(i)));
        expect(trades.reduce((total, { quantity }) => total + quantity, 0)).toBe(best);
      }),
      { numRuns: 300 },
    );
  });
});
