import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Execution, feeSchedule } from "../../../src/core/simulator/execute.ts";
import { createMarket, rest } from "../../../src/core/simulator/market.ts";
import { candleAt } from "../../../src/core/candle.ts";
import { walkCandle } from "../../../src/core/simulator/walk.ts";
import type { Order, Side } from "../../../src/core/order.ts";
import { type Row, exchange, limit, market, must, placed } from "./exchange.ts";

interface Wish {
  readonly side: Side;
  /** Ticks away from the first open, away from a fill. */
  readonly distance: number;
  readonly steps: number;
  /** Ticks between an order and the one on the other side that its fill gives birth to. */
  readonly counter: number;
}

interface Case {
  readonly rows: readonly Row[];
  readonly wishes: readonly Wish[];
  readonly volumeShare: number;
}

const FIRST_OPEN = 10_000;
/** Fills that a case may lead to at most, so that a grid in a wild candle ends. */
const ENOUGH = 500;

const wish = fc.record({
  side: fc.constantFrom<Side>("buy", "sell"),
  distance: fc.integer({ min: 0, max: 12 }),
  steps: fc.integer({ min: 1, max: 40 }),
  counter: fc.integer({ min: 1, max: 6 }),
});
const bar = fc.record({
  gap: fc.constantFrom(0, 0, 0, -4, 5),
  up: fc.integer({ min: 0, max: 10 }),
  down: fc.integer({ min: 0, max: 10 }),
  close: fc.integer({ min: 0, max: 100 }),
  volume: fc.constantFrom(0, 0.001, 0.017, 0.05, 10),
});
const cases: fc.Arbitrary<Case> = fc.record({
  rows: fc.array(bar, { minLength: 1, maxLength: 8 }).map((bars): Row[] => {
    let last = FIRST_OPEN;
    return bars.map(({ gap, up, down, close, volume }, index): Row => {
      const open = index === 0 ? last : last + gap;
      last = open - down + Math.round(((up + down) * close) / 100);
      return [open / 100, (open + up) / 100, (open - down) / 100, last / 100, volume];
    });
  }),
  wishes: fc.array(wish, { minLength: 1, maxLength: 8 }),
  volumeShare: fc.constantFrom(1, 0.5, 0.1),
});

function ticksOf({ side, distance }: Wish): number {
  return FIRST_OPEN + (side === "buy" ? -distance : distance);
}

function counterOf(side: Side, ticks: number, counter: number): { side: Side; ticks: number } {
  return side === "buy" ? { side: "sell", ticks: ticks + counter } : { side: "buy", ticks: ticks - counter };
}

/** Fills of the backtest's simulator, one line each. */
function simulated({ rows, wishes, volumeShare }: Case): string[] {
  const plan = market("BTC/USDT", rows);
  const venue = createMarket(plan.instrument, { path: "nearest", limitTest: "touch", counter: "same", gap: "limit", volumeShare });
  const fees = feeSchedule({ maker: 0.001, taker: 0.002, currency: "received", slippage: 0 });
  const fills: string[] = [];
  let ids = 0;
  const send = (side: Side, ticks: number, steps: number, counter: number): void => {
    ids += 1;
    const desired = { key: String(counter), side, type: "limit", price: ticks / 100, quantity: steps / 1_000, lots: [], reason: "" } as const;
    rest(venue, { desired, ticks, steps, id: ids, sleeve: { symbol: "BTC/USDT", strategy: "" }, attempt: 0, status: "pending", filled: 0, filledBefore: 0, round: 0, reserved: 0 } as Order);
  };
  const never = (): never => {
    throw new Error("only resting limits are compared");
  };
  const events = {
    filled: (_: unknown, { order, ticks, steps, liquidity, feeUnits, complete, time }: Execution) => {
      order.filled += steps;
      fills.push(`${order.id} ${order.desired.side} ${steps}@${ticks} ${liquidity} fee ${feeUnits} candle ${time}`);
      if (!complete || fills.length > ENOUGH) return;
      const next = counterOf(order.desired.side, order.ticks, Number(order.desired.key));
      send(next.side, next.ticks, order.steps, Number(order.desired.key));
    },
    rejected: never,
    canceled: never,
    touched: never,
  };
  for (const one of wishes) send(one.side, ticksOf(one), one.steps, one.counter);
  rows.forEach((_, index) => walkCandle(venue, fees, index, candleAt(plan.series, index), events));
  return fills;
}

/** Fills of the exchange with a deep book, counter orders placed while the clock stands at each execution. */
function exchanged({ rows, wishes, volumeShare }: Case): string[] {
  const engine = exchange({ rows, filters: { minNotional: 0.001 }, maxOrders: 1_000, more: { volumeShare, accounts: [{ apiKey: "a", secret: "b", balances: { USDT: "1000000", BTC: "1000" } }] } });
  const fills: string[] = [];
  const counters = new Map<number, number>();
  const send = (side: Side, ticks: number, steps: number, counter: number): void => {
    const { order, trades } = placed(engine, limit(side, (ticks / 100).toFixed(2), (steps / 1_000).toFixed(3)));
    expect(trades).toEqual([]);
    counters.set(order.id, counter);
  };
  for (const one of wishes) send(one.side, ticksOf(one), one.steps, one.counter);
  let known = 0;
  for (;;) {
    engine.advance(engine.end, true);
    const trades = must(engine.trades(0, "BTCUSDT"));
    if (trades.length === known) break;
    expect(trades.length - known).toBeLessThanOrEqual(1);
    for (const { orderId, side, ticks, steps, maker, feeUnits, time } of trades.slice(known)) {
      // A fill at a candle's very end belongs to it, one at the same millisecond's open to the next: told by the candle being walked.
      const candle = must(engine.candles("BTCUSDT", 60_000, 0, 100)).find(({ closed }) => !closed);
      fills.push(`${orderId} ${side} ${steps}@${ticks} ${maker ? "maker" : "taker"} fee ${feeUnits} candle ${candle?.time ?? time}`);
      const order = must(engine.order(0, "BTCUSDT", { id: orderId }));
      if (order.status !== "FILLED" || fills.length > ENOUGH) continue;
      const next = counterOf(side, order.ticks, counters.get(orderId)!);
      send(next.side, next.ticks, order.steps, counters.get(orderId)!);
    }
    known = trades.length;
  }
  engine.check();
  return fills;
}

describe("the exchange with a deep book", () => {
  it("fills resting orders exactly as the backtest's simulator does, counter orders and partial fills included", () => {
    let compared = 0;
    fc.assert(
      fc.property(cases, (one) => {
        const expected = simulated(one);
        compared += expected.length;
        expect(exchanged(one)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
    // Cases without fills would prove nothing.
    expect(compared).toBeGreaterThan(1_000);
  });
});
