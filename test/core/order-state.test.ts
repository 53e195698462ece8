import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  advanceOrder,
  canReach,
  isEnded,
  ORDER_STATES,
  ORDER_TRANSITIONS,
  type OrderEvent,
  type OrderProgress,
  type OrderState,
} from "../../src/core/order-state.ts";

const at = (state: OrderState, filledSteps = 0): OrderProgress => ({ state, steps: 10, filledSteps });
const report = (status: "open" | "filled" | "canceled" | "expired" | "rejected", filledSteps = 0): OrderEvent => ({ type: "reported", status, filledSteps });
const after = (order: OrderProgress, ...events: OrderEvent[]): OrderProgress => events.reduce((now, event) => advanceOrder(now, event).order, order);
const filled = (steps: number): OrderEvent => ({ type: "filled", steps });

describe("an order's states", () => {
  it("go from intent to filled by the ordinary way", () => {
    const sent = after(at("INTENT"), { type: "submit-claimed" });
    expect(sent.state).toBe("SENDING");
    const open = after(sent, report("open"));
    expect(open.state).toBe("OPEN");
    const partial = after(open, filled(4));
    expect(partial).toEqual(at("PARTIAL", 4));
    expect(after(partial, filled(6))).toEqual(at("FILLED", 10));
  });

  it("go to canceled only when the venue says so", () => {
    const canceling = after(at("PARTIAL", 3), { type: "cancel-claimed" });
    expect(canceling.state).toBe("CANCELING");
    expect(after(canceling, report("open", 3)).state).toBe("CANCELING");
    expect(after(canceling, report("canceled", 3))).toEqual(at("CANCELED", 3));
  });

  it.each<OrderState>(["SENDING", "CANCELING"])("become unknown when %s gets no answer, and keep what is filled", (state) => {
    expect(after(at(state), { type: "unanswered" }).state).toBe("UNKNOWN");
    expect(after(at("UNKNOWN", 2), { type: "unanswered" })).toEqual(at("UNKNOWN", 2));
  });

  it("do not become unknown by a lost answer when the stream has shown the order already", () => {
    expect(after(at("SENDING"), report("open"), { type: "unanswered" }).state).toBe("OPEN");
  });

  it("become unknown, not canceled, when a cancel is refused", () => {
    expect(after(at("CANCELING"), { type: "cancel-refused" }).state).toBe("UNKNOWN");
    expect(after(at("CANCELING"), { type: "cancel-refused" }, filled(10)).state).toBe("FILLED");
  });

  it("book a late fill on a canceled order and say so", () => {
    expect(advanceOrder(at("CANCELED", 3), filled(2))).toEqual({ order: at("CANCELED", 5), missingSteps: 0, surprise: "late-fill" });
    expect(advanceOrder(at("CANCELED", 3), filled(7))).toEqual({ order: at("FILLED", 10), missingSteps: 0, surprise: "late-fill" });
  });

  it("wait for missing fills before an order counts as ended", () => {
    const early = advanceOrder(at("CANCELING", 1), report("canceled", 4));
    expect(early).toEqual({ order: at("UNKNOWN", 1), missingSteps: 3, surprise: null });
    expect(after(early.order, filled(3), report("canceled", 4))).toEqual(at("CANCELED", 4));
  });

  it("reach filled by the fills when the full report came before them and before the acknowledgement", () => {
    const early = advanceOrder(at("SENDING"), report("filled", 10));
    expect(early).toEqual({ order: at("OPEN"), missingSteps: 10, surprise: null });
    expect(after(early.order, filled(10), report("open"))).toEqual(at("FILLED", 10));
  });

  it("take a market order that filled short as ended with what it got", () => {
    expect(after(at("PARTIAL", 9), report("filled", 9))).toEqual(at("CANCELED", 9));
  });

  it("do not believe an order that is filled without a fill", () => {
    expect(advanceOrder(at("OPEN"), report("filled", 0))).toEqual({ order: at("UNKNOWN"), missingSteps: 0, surprise: "contradiction" });
  });

  it.each<OrderState>(["NOT_PLACED", "REJECTED", "INTENT"])("turn %s into unknown when the venue has the order after all", (state) => {
    expect(advanceOrder(at(state), report("open"))).toEqual({ order: at("UNKNOWN"), missingSteps: 0, surprise: "there-after-all" });
    expect(advanceOrder(at(state), filled(4))).toEqual({ order: at("UNKNOWN", 4), missingSteps: 0, surprise: "there-after-all" });
  });

  it("let an intent that was never sent be given up, and an unknown one only while nothing of it is filled", () => {
    expect(after(at("INTENT"), { type: "not-placed" }).state).toBe("NOT_PLACED");
    expect(after(at("UNKNOWN"), { type: "not-placed" }).state).toBe("NOT_PLACED");
    expect(advanceOrder(at("UNKNOWN", 1), { type: "not-placed" })).toEqual({ order: at("UNKNOWN", 1), missingSteps: 0, surprise: "contradiction" });
    expect(after(at("SENDING"), { type: "not-placed" }).state).toBe("SENDING");
  });

  it("do not believe a refusal of an order that is on the book", () => {
    expect(advanceOrder(at("OPEN"), { type: "submit-refused" })).toEqual({ order: at("OPEN"), missingSteps: 0, surprise: "contradiction" });
    expect(after(at("SENDING"), { type: "submit-refused" }).state).toBe("REJECTED");
  });

  it("change nothing when more is filled than was ordered", () => {
    const order = at("PARTIAL", 8);
    expect(advanceOrder(order, filled(3))).toEqual({ order, missingSteps: 0, surprise: "overfilled" });
    expect(advanceOrder(order, report("filled", 11))).toEqual({ order, missingSteps: 0, surprise: "overfilled" });
    expect(() => advanceOrder(order, filled(0))).toThrow(RangeError);
  });

  it("never lead back to an intent, and never out of filled", () => {
    for (const from of ORDER_STATES) {
      expect(canReach(from, "INTENT")).toBe(from === "INTENT");
      expect(canReach("FILLED", from)).toBe(from === "FILLED");
      expect(canReach("CANCELED", from)).toBe(from === "CANCELED" || from === "FILLED");
      expect(canReach(from, "SENDING")).toBe(from === "INTENT" || from === "SENDING");
    }
  });
});

const anyEvent: fc.Arbitrary<OrderEvent> = fc.oneof(
  fc.constantFrom<OrderEvent>({ type: "submit-claimed" }, { type: "cancel-claimed" }, { type: "submit-refused" }, { type: "cancel-refused" }, { type: "unanswered" }, { type: "not-placed" }),
  fc.record({ type: fc.constant("filled" as const), steps: fc.integer({ min: 1, max: 5 }) }),
  fc.record({
    type: fc.constant("reported" as const),
    status: fc.constantFrom("open" as const, "filled" as const, "canceled" as const, "expired" as const, "rejected" as const),
    filledSteps: fc.integer({ min: 0, max: 12 }),
  }),
);

describe("any sequence of events", () => {
  it("takes allowed transitions only, never lowers the fill, never exceeds the quantity, and ends for good", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        let order = at("INTENT");
        for (const event of events) {
          const next = advanceOrder(order, event).order;
          if (next.state !== order.state) expect(ORDER_TRANSITIONS[order.state]).toContain(next.state);
          expect(next.filledSteps).toBeGreaterThanOrEqual(order.filledSteps);
          expect(next.filledSteps).toBeLessThanOrEqual(order.steps);
          if (event.type !== "filled") expect(next.filledSteps).toBe(order.filledSteps);
          expect(next.state === "FILLED").toBe(next.filledSteps === next.steps);
          if (["INTENT", "SENDING", "OPEN", "REJECTED", "NOT_PLACED"].includes(next.state)) expect(next.filledSteps).toBe(0);
          if (next.state === "PARTIAL") expect(next.filledSteps).toBeGreaterThan(0);
          order = next;
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("of one venue's order, shuffled and doubled, ends as the venue has it once the trades and a last look-up are in", () => {
    const life = fc.record({
      fills: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }),
      end: fc.constantFrom("canceled" as const, "expired" as const, "open" as const),
      cancel: fc.boolean(),
    });
    fc.assert(
      fc.property(life, fc.infiniteStream(fc.nat()), fc.boolean(), ({ fills, end, cancel }, dice, lost) => {
        const trades: { id: number; steps: number }[] = [];
        let total = 0;
        for (const steps of fills) {
          const fits = Math.min(steps, 10 - total);
          if (fits > 0) trades.push({ id: trades.length, steps: fits });
          total += fits;
        }
        const last = total === 10 ? report("filled", 10) : report(end, total);
        const told: { event: OrderEvent; trade?: number }[] = [{ event: report("open") }, { event: last }];
        let sum = 0;
        for (const trade of trades) {
          sum += trade.steps;
          told.push({ event: filled(trade.steps), trade: trade.id }, { event: report("open", sum) });
        }
        if (lost) told.push({ event: { type: "unanswered" } });
        if (cancel) told.push({ event: { type: "cancel-claimed" } }, { event: { type: "cancel-refused" } });
        const doubled = [...told, ...told].map((entry) => ({ entry, rank: dice.next().value as number })).sort((a, b) => a.rank - b.rank).map(({ entry }) => entry);

        const booked = new Set<number>();
        let order = after(at("INTENT"), { type: "submit-claimed" });
        const apply = (entry: { event: OrderEvent; trade?: number }): void => {
          if (entry.trade !== undefined && booked.has(entry.trade)) return;
          if (entry.trade !== undefined) booked.add(entry.trade);
          const { order: next, surprise } = advanceOrder(order, entry.event);
          expect(surprise).not.toBe("overfilled");
          order = next;
        };
        doubled.forEach(apply);
        // The look-up after a cancel that got no definite answer.
        if (order.state === "CANCELING") apply({ event: { type: "cancel-refused" } });
        apply({ event: last });
        const expected = total === 10 ? "FILLED" : end === "open" ? (total > 0 ? "PARTIAL" : "OPEN") : end === "canceled" ? "CANCELED" : "EXPIRED";
        expect(order).toEqual(at(expected, total));
        expect(isEnded(order.state)).toBe(expected !== "OPEN" && expected !== "PARTIAL");
      }),
      { numRuns: 1_000 },
    );
  });
});
