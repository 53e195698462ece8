import { randomUUID } from "node:crypto";
import { candleText, feeText, priceText, quantityText, quoteText } from "../decimal-text.ts";
import type { Listing } from "../directory.ts";
import type { EngineEvent, ExchangeCandle } from "../engine/model.ts";
import { nextOpen } from "../market-candles.ts";
import { isWorking } from "./order.ts";

type OrderEvent = Extract<EngineEvent, { type: "order" }>;
type BalanceEvent = Extract<EngineEvent, { type: "balance" }>;
type BookEvent = Extract<EngineEvent, { type: "book" }>;

/** Something that a stream tells; `e` is Binance's name of the event. */
export type StreamEvent = Readonly<Record<string, unknown>>;

/** What happened to an order, for the account's own stream. */
export function executionReport(listing: Listing, { order, execution, trade, reason }: OrderEvent): StreamEvent {
  const instrument = listing.instrument();
  const canceled = execution === "CANCELED";
  const time = trade?.time ?? order.updated;
  return {
    e: "executionReport",
    E: time,
    s: listing.id,
    // A cancellation has an id of its own; the order's is then in C.
    c: canceled ? randomUUID().replaceAll("-", "").slice(0, 22) : order.clientOrderId,
    S: order.side.toUpperCase(),
    o: order.type,
    f: order.timeInForce,
    q: quantityText(instrument, order.steps),
    p: priceText(instrument, order.ticks),
    P: priceText(instrument, order.stopTicks),
    F: "0.00000000",
    g: -1,
    C: canceled ? order.clientOrderId : "",
    x: execution === "FILLED" || execution === "PARTIALLY_FILLED" ? "TRADE" : execution,
    X: order.status,
    r: reason ?? "NONE",
    i: order.id,
    l: quantityText(instrument, trade?.steps ?? 0),
    z: quantityText(instrument, order.filledSteps),
    L: priceText(instrument, trade?.ticks ?? 0),
    n: trade ? feeText(instrument, trade.feeAsset, trade.feeUnits) : "0",
    N: trade?.feeAsset ?? null,
    T: time,
    t: trade?.id ?? -1,
    I: order.id,
    w: isWorking(order) && (order.status === "NEW" || order.status === "PARTIALLY_FILLED"),
    m: trade?.maker ?? false,
    M: false,
    O: order.time,
    Z: quoteText(instrument, order.filledQuote),
    Y: quoteText(instrument, trade?.quoteUnits ?? 0),
    Q: "0.00000000",
    V: "NONE",
  };
}

/** The balances of an account that changed. */
export function accountPosition({ balances, time }: BalanceEvent): StreamEvent {
  return {
    e: "outboundAccountPosition",
    E: time,
    u: time,
    B: balances.map(({ asset, free, locked }) => ({ a: asset, f: free, l: locked })),
  };
}

/** A candle as the kline stream shows it. */
export function klineEvent(id: string, interval: string, candle: ExchangeCandle, time: number): StreamEvent {
  const { open, high, low, close, volume, closed } = candle;
  const quote = candleText(volume * close);
  return {
    e: "kline",
    E: time,
    s: id,
    k: {
      t: candle.time,
      T: nextOpen(interval, candle.time) - 1,
      s: id,
      i: interval,
      f: -1,
      L: -1,
      o: candleText(open),
      c: candleText(close),
      h: candleText(high),
      l: candleText(low),
      v: candleText(volume),
      n: 0,
      x: closed,
      q: quote,
      V: candleText(volume / 2),
      Q: candleText((volume * close) / 2),
      B: "0",
    },
  };
}

/** The best bid and ask. This stream has no name and no time in its events. */
export function bookTickerEvent(listing: Listing, { bid, ask, bidSteps, askSteps, time }: BookEvent): StreamEvent {
  const instrument = listing.instrument();
  return {
    u: time,
    s: listing.id,
    b: priceText(instrument, bid),
    B: quantityText(instrument, bidSteps),
    a: priceText(instrument, ask),
    A: quantityText(instrument, askSteps),
  };
}

/** The last 24 hours, from what ticker/24hr answers; the mini form has fewer fields. */
export function tickerEvent(day: Readonly<Record<string, unknown>>, mini: boolean): StreamEvent {
  const head = { e: mini ? "24hrMiniTicker" : "24hrTicker", E: day["closeTime"], s: day["symbol"] };
  const prices = { c: day["lastPrice"], o: day["openPrice"], h: day["highPrice"], l: day["lowPrice"], v: day["volume"], q: day["quoteVolume"] };
  if (mini) return { ...head, ...prices };
  return {
    ...head,
    ...prices,
    p: day["priceChange"],
    P: day["priceChangePercent"],
    w: day["weightedAvgPrice"],
    x: day["prevClosePrice"],
    Q: day["lastQty"],
    b: day["bidPrice"],
    B: day["bidQty"],
    a: day["askPrice"],
    A: day["askQty"],
    O: day["openTime"],
    C: day["closeTime"],
    F: -1,
    L: -1,
    n: 0,
  };
}

/** A print of the market: price in quote, volume in base. */
export function tradeEvent(id: string, tradeId: number, price: number, volume: number, time: number): StreamEvent {
  return { e: "trade", E: time, s: id, t: tradeId, p: candleText(price), q: candleText(volume), T: time, m: false, M: true };
}
