import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DesiredOrder, Order, SteppedOrder } from "../../src/core/order.ts";
import { backOff, createOrderBook, type OrderBook, reconcile, takeOut } from "../../src/core/reconcile.ts";
import { instrument } from "../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });
let ids = 0;

function wish(key: string, price = 100, quantity = 1): DesiredOrder {
  return { key, side: "buy", type: "limit", price, quantity, lots: [{ lot: key, quantity }], reason: "test" };
}

/** What the engine does with an approved submit. */
function send(book: OrderBook, stepped: SteppedOrder): Order {
  const order: Order = { ...stepped, id: ++ids, sleeve: { symbol: "ABC/USD", strategy: "test" }, attempt: 1, status: "open", filled: 0, filledBefore: book.partial.get(stepped.desired.key) ?? 0, round: book.round, reserved: 0 };
  book.live.set(stepped.desired.key, order);
  return order;
}

/** Reconciles and sends what is asked for; cancels are noted as on their way. */
function settle(book: OrderBook, desired: readonly DesiredOrder[], decision = 0): { submits: string[]; cancels: string[] } {
  const { submits, cancels } = reconcile(book, desired, ABC, decision);
  for (const order of cancels) {
    order.status = "canceling";
    book.canceling += 1;
  }
  for (const stepped of submits) send(book, stepped);
  return { submits: submits.map(({ desired: one }) => one.key), cancels: cancels.map(({ desired: one }) => one.key) };
}

function confirmCancels(book: OrderBook): void {
  for (const order of book.live.values()) if (order.status === "canceling") takeOut(book, order);
  book.canceling = 0;
}

describe("reconciling what is desired with what is live", () => {
  it("submits what is missing, once", () => {
    const book = createOrderBook();
    expect(settle(book, [wish("a"), wish("b")])).toEqual({ submits: ["a", "b"], cancels: [] });
    expect(settle(book, [wish("a"), wish("b")])).toEqual({ submits: [], cancels: [] });
  });

  it("cancels what is no longer desired", () => {
    const book = createOrderBook();
    settle(book, [wish("a"), wish("b")]);
    expect(settle(book, [wish("b")])).toEqual({ submits: [], cancels: ["a"] });
  });

  it("cancels before it submits: nothing is sent while a cancel is not confirmed", () => {
    const book = createOrderBook();
    settle(book, [wish("a", 100)]);
    expect(settle(book, [wish("a", 101), wish("b")])).toEqual({ submits: [], cancels: ["a"] });
    expect(settle(book, [wish("a", 101), wish("b")])).toEqual({ submits: [], cancels: [] });
    confirmCancels(book);
    expect(settle(book, [wish("a", 101), wish("b")])).toEqual({ submits: ["a", "b"], cancels: [] });
  });

  it("leaves an order alone whose price and quantity are the same in whole steps", () => {
    const book = createOrderBook();
    settle(book, [wish("a", 100.001, 1.0001)]);
    expect(settle(book, [wish("a", 100.009, 1.0009)])).toEqual({ submits: [], cancels: [] });
  });

  it("never sends a key again that was filled", () => {
    const book = createOrderBook();
    book.spent.add("a");
    expect(settle(book, [wish("a")])).toEqual({ submits: [], cancels: [] });
  });

  it("asks only for the rest of a key that was canceled half filled", () => {
    const book = createOrderBook();
    book.partial.set("a", 400);
    const { submits } = reconcile(book, [wish("a", 100, 1)], ABC, 0);
    expect(submits.map(({ steps }) => steps)).toEqual([600]);
  });

  it("waits twice as long after every refusal, a day of hourly decisions at most", () => {
    const book = createOrderBook();
    const waits = Array.from({ length: 7 }, () => {
      backOff(book, "a", 0);
      return book.backoff.get("a")!.until;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 24, 24]);
    expect(settle(book, [wish("a")], 23)).toEqual({ submits: [], cancels: [] });
    expect(settle(book, [wish("a")], 24)).toEqual({ submits: ["a"], cancels: [] });
  });

  it("comes to rest at exactly what is desired, and asks for nothing more, whatever was live before", () => {
    const orders = fc.uniqueArray(fc.record({ key: fc.constantFrom("a", "b", "c", "d", "e"), price: fc.integer({ min: 90, max: 110 }), quantity: fc.integer({ min: 1, max: 3 }) }), { selector: ({ key }) => key, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(orders, { minLength: 1, maxLength: 6 }), (rounds) => {
        const book = createOrderBook();
        for (const round of rounds) {
          const desired = round.map(({ key, price, quantity }) => wish(key, price, quantity));
          settle(book, desired);
          confirmCancels(book);
          settle(book, desired);
          expect([...book.live.values()].map(({ desired: one, ticks, steps }) => [one.key, ticks, steps]).toSorted()).toEqual(
            desired.map(({ key, price, quantity }) => [key, (price ?? 0) * 100, quantity * 1_000]).toSorted(),
          );
          expect(settle(book, desired)).toEqual({ submits: [], cancels: [] });
        }
      }),
    );
  });
});
