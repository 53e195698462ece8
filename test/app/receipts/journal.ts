import { hash } from "node:crypto";
import { canonicalJson } from "../../../src/core/canonical-json.ts";
import type { Journal, JournalEntry } from "../../../src/ports/journal.ts";

const START = Date.UTC(2024, 0, 1);

/** An event as a run journals it: time, type, payload. */
interface Event {
  readonly time: number;
  readonly type: string;
  readonly payload: unknown;
}

const genesis: Event = {
  time: START, type: "genesis",
  payload: {
    version: 1, botId: "bot", mode: "live", venue: "binance", baseline: {}, time: START, began: START,
    definition: { symbols: ["BTC/USDT"] },
    instruments: { "BTC/USDT": { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 } },
  },
};

const decisionAt = (time: number): unknown => ({
  symbol: "BTC/USDT", time, stance: "range", conviction: 0.25, exposure: 0.5, shares: { grid: 1 }, levels: [], reason: `sideways \u2028 at ${time}`,
  votes: [{ agent: "regime", symbol: "BTC/USDT", time, expires: time + 1, score: 0.1, confidence: 0.9, reason: "a range", evidence: { adx: 12 } }],
  vetoes: [{ agent: "risk-profile", maxExposure: 0.5, limit: "balanced" }],
});

/** The events of a run with so many fills: a decision, an order, and its fill in two parts or one. `price` gives the ticks of a fill. */
export function* events(fills: number, price: (fill: number) => number = (fill) => 4_000_000 + fill): Generator<Event> {
  yield genesis;
  let done = 0;
  for (let order = 1; done < fills; order++) {
    const time = START + order * 60_000;
    const key = { symbol: "BTC/USDT", strategy: "grid", key: `g1c${order}/1`, side: "buy", orderId: order };
    yield {
      time, type: "candle",
      payload: {
        event: { type: "candle", symbol: "BTC/USDT", time, candle: { time, open: 1, high: 1, low: 1, close: 1, volume: 1 } },
        requests: [{ type: "submit", clientOrderId: hash("md5", String(order)), ...key, orderType: "limit", ticks: 4_000_000, steps: 200, reserved: 0, reason: "cell buy" }],
        notices: [], decision: decisionAt(time),
      },
    };
    yield { time, type: "order-state", payload: { clientOrderId: "x", from: "INTENT", to: "OPEN", venueOrderId: "1", why: "it stands" } };
    const parts = order % 3 === 0 ? 2 : 1;
    for (let part = 1; part <= parts && done < fills; part++) {
      done += 1;
      const event = { type: "fill", id: done, ...key, time: time + part, ticks: price(done), steps: 200 / parts, liquidity: "maker", feeUnits: 20, feeCurrency: "base", complete: part === parts, tradeId: String(done) };
      yield { time: time + part, type: "fill", payload: { event, requests: [], notices: [], decision: null } };
    }
  }
}

/** Those events as a journal hands them out, each with the hash of what is before it; made as they are read. */
export function journalOf(list: () => Iterable<Event>): Pick<Journal, "entries"> {
  return {
    *entries(from): Generator<JournalEntry> {
      let [sequence, before] = [0, ""];
      for (const { time, type, payload } of list()) {
        sequence += 1;
        const text = canonicalJson(payload);
        before = hash("sha256", `${sequence}|${time}|${type}|${text}|${before}`);
        if (sequence >= from) yield { sequence, time, type, payload: text, hash: before };
      }
    },
  };
}
