import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DesiredOrder, Order } from "../../src/core/order.ts";
import { createOrderBook, type OrderBook, reconcile, takeOut, toSteps } from "../../src/core/reconcile.ts";
import { instrument } from "../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });

function wish(key: string, price: number, quantity: number): DesiredOrder {
  return { key, side: "buy", type: "limit", price, quantity, lots: [{ lot: key, quantity }], reason: "test" };
}

/** A venue of the simplest kind: it holds orders, fills them when told, and confirms cancels when told. */
interface Venue {
  readonly book: OrderBook;
  readonly resting: Order[];
  /** Steps filled so far of every key, and every key that was completely filled. */
  readonly filled: Map<string, number>;
  readonly done: Set<string>;
}

function ask(venue: Venue, desired: readonly DesiredOrder[]): void {
  const { book, resting } = venue;
  const { cancels, submits } = reconcile(book, desired, ABC, 0);
  if (cancels.length > 0) expect(submits).toEqual([]);
  for (const order of cancels) {
    expect(order.status).not.toBe("canceling");
    order.status = "canceling";
    book.canceling += 1;
  }
  for (const stepped of submits) {
    const { key } = stepped.desired;
    expect(venue.done.has(key)).toBe(false);
    if (stepped.steps <= 0) continue;
    const order: Order = { ...stepped, id: 0, sleeve: { symbol: "ABC/USD", strategy: "test" }, attempt: 1, status: "open", filled: 0, filledBefore: book.partial.get(key) ?? 0, round: book.round, reserved: 0 };
    book.live.set(key, order);
    resting.push(order);
  }
}

function gone({ book, resting }: Venue, order: Order): void {
  resting.splice(resting.indexOf(order), 1);
  takeOut(book, order);
  if (order.status === "canceling") book.canceling -= 1;
}

function fill(venue: Venue, order: Order, steps: number): void {
  const { key } = order.desired;
  order.filled += steps;
  venue.filled.set(key, (venue.filled.get(key) ?? 0) + steps);
  if (order.filled < order.steps) return;
  gone(venue, order);
  venue.book.spent.add(key);
  venue.done.add(key);
}

function confirm(venue: Venue, order: Order): void {
  gone(venue, order);
  const all = order.filledBefore + order.filled;
  if (all > 0) venue.book.partial.set(order.desired.key, all);
}

const KEYS = ["a", "b", "c", "d"];
const desiredLists = fc.uniqueArray(fc.record({ key: fc.constantFrom(...KEYS), price: fc.integer({ min: 95, max: 97 }), quantity: fc.integer({ min: 1, max: 3 }) }), { selector: ({ key }) => key, maxLength: 4 });
const happenings = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant("want" as const), list: desiredLists }),
    fc.record({ type: fc.constant("fill" as const), which: fc.nat(), share: fc.constantFrom(0.25, 0.5, 1) }),
    fc.record({ type: fc.constant("confirm" as const), which: fc.nat() }),
  ),
  { maxLength: 40 },
);

describe("the race of fills against cancels", () => {
  it("never has two orders of a key, never fills a key beyond the most that was wanted, never sends a filled key again", () => {
    fc.assert(
      fc.property(happenings, (list) => {
        const venue: Venue = { book: createOrderBook(), resting: [], filled: new Map(), done: new Set() };
        let desired: readonly DesiredOrder[] = [];
        const most = new Map<string, number>();
        for (const one of list) {
          if (one.type === "want") {
            desired = one.list.map(({ key, price, quantity }) => wish(key, price, quantity));
            for (const { key, quantity } of desired) most.set(key, Math.max(most.get(key) ?? 0, quantity * 1_000));
          } else if (one.type === "fill" && venue.resting.length > 0) {
            const order = venue.resting[one.which % venue.resting.length]!;
            fill(venue, order, Math.max(1, Math.floor((order.steps - order.filled) * one.share)));
          } else if (one.type === "confirm") {
            const waiting = venue.resting.filter(({ status }) => status === "canceling");
            if (waiting.length > 0) confirm(venue, waiting[one.which % waiting.length]!);
          }
          ask(venue, desired);
          const keys = venue.resting.map((order) => order.desired.key);
          expect(new Set(keys).size).toBe(keys.length);
          expect(new Set(venue.book.live.keys())).toEqual(new Set(keys));
          for (const [key, steps] of venue.filled) expect(steps).toBeLessThanOrEqual(most.get(key) ?? 0);
          // Asked again at once, nothing more is asked for.
          expect(reconcile(venue.book, desired, ABC, 0).cancels).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("leaves an order in peace that filled in part, as long as its total is what is wanted", () => {
    const venue: Venue = { book: createOrderBook(), resting: [], filled: new Map(), done: new Set() };
    ask(venue, [wish("a", 96, 2)]);
    fill(venue, venue.resting[0]!, 500);
    ask(venue, [wish("a", 96, 2)]);
    expect(venue.resting.map(({ status, filled }) => [status, filled])).toEqual([["open", 500]]);
  });

  it("keeps a resent remainder: 2 wanted, half a unit filled, 1.5 resent, and the total is still 2", () => {
    const venue: Venue = { book: createOrderBook(), resting: [], filled: new Map(), done: new Set() };
    ask(venue, [wish("a", 96, 2)]);
    fill(venue, venue.resting[0]!, 500);
    ask(venue, [wish("a", 97, 2)]);
    confirm(venue, venue.resting[0]!);
    ask(venue, [wish("a", 97, 2)]);
    ask(venue, [wish("a", 97, 2)]);
    expect(venue.resting.map(({ status, steps, filledBefore }) => [status, steps, filledBefore])).toEqual([["open", 1_500, 500]]);
  });
});

describe("rounding to steps", () => {
  it("puts a buy at or under its price, a sell at or over it, within one step, and never asks for more than was wished", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e5, noNaN: true }), fc.double({ min: 0.001, max: 1e3, noNaN: true }), (price, quantity) => {
        const buy = toSteps(ABC, wish("a", price, quantity));
        const sell = toSteps(ABC, { ...wish("a", price, quantity), side: "sell" });
        const slack = 1e-9 * Math.max(1, price);
        expect(buy.ticks / 100).toBeLessThanOrEqual(price + slack);
        expect(sell.ticks / 100).toBeGreaterThanOrEqual(price - slack);
        expect(sell.ticks - buy.ticks).toBeLessThanOrEqual(1);
        expect(buy.steps / 1_000).toBeLessThanOrEqual(quantity * (1 + 1e-12));
        expect(buy.steps).toBe(sell.steps);
      }),
    );
  });

  it("gives a market order no price", () => {
    expect(toSteps(ABC, { key: "m", side: "sell", type: "market", quantity: 0.0019, lots: [], reason: "test" })).toMatchObject({ ticks: 0, steps: 1 });
  });
});
