import type { Answer, Venue, VenueEvent } from "../../ports/venue.ts";
import type { Metrics } from "./metrics.ts";

/** A venue whose calls are counted and timed and whose streams are noted; it does what the venue does. */
export interface MeasuredVenue {
  readonly venue: Venue;
  /** When the candle that is being taken in arrived, by the clock; null outside of it. */
  readonly candleSince: () => number | null;
}

/** Measures a venue; `clock` rises in milliseconds. */
export function measureVenue(venue: Venue, metrics: Pick<Metrics, "request" | "heard">, clock: () => number): MeasuredVenue {
  let since: number | null = null;
  const timed = async <T>(call: string, ask: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const start = clock();
    const answer = await ask();
    metrics.request(call, answer.ok ? "ok" : answer.failure.kind, (clock() - start) / 1_000);
    return answer;
  };
  const hear = (event: VenueEvent, listener: (event: VenueEvent) => void): void => {
    note(event, metrics);
    if (event.type === "candle") since = clock();
    try {
      listener(event);
    } finally {
      since = null;
    }
  };
  return {
    candleSince: () => since,
    venue: {
      name: venue.name,
      now: () => venue.now(),
      syncClock: () => timed("syncClock", () => venue.syncClock()),
      instruments: (symbols) => timed("instruments", () => venue.instruments(symbols)),
      permissions: () => timed("permissions", () => venue.permissions()),
      balances: () => timed("balances", () => venue.balances()),
      submit: (order) => timed("submit", () => venue.submit(order)),
      cancel: (symbol, clientOrderId) => timed("cancel", () => venue.cancel(symbol, clientOrderId)),
      order: (symbol, clientOrderId) => timed("order", () => venue.order(symbol, clientOrderId)),
      openOrders: (symbol) => timed("openOrders", () => venue.openOrders(symbol)),
      trades: (symbol, from) => timed("trades", () => venue.trades(symbol, from)),
      candles: (symbol, timeframe, from, limit) => timed("candles", () => venue.candles(symbol, timeframe, from, limit)),
      listen: (symbols, timeframe, listener) => venue.listen(symbols, timeframe, (event) => hear(event, listener)),
      close: () => venue.close(),
    },
  };
}

function note(event: VenueEvent, metrics: Pick<Metrics, "heard">): void {
  if (event.type === "trade") metrics.heard("private", event.trade.symbol);
  else if (event.type === "order") metrics.heard("private", event.order.symbol);
  else if (event.type === "candle") metrics.heard("candles", event.symbol);
  else if (event.type === "price") metrics.heard("prices", event.symbol);
}
