import type { Instrument } from "../../core/instrument.ts";
import { feeText, priceText, quantityText, quoteText } from "../decimal-text.ts";
import type { Listing } from "../directory.ts";
import type { ExchangeOrder, ExchangeTrade } from "../engine/model.ts";

/** No order list: this exchange has none. */
const NO_LIST = -1;
const SELF_TRADES = "NONE";

function core(listing: Listing, order: ExchangeOrder): Record<string, unknown> {
  const instrument = listing.instrument();
  return {
    symbol: listing.id,
    orderId: order.id,
    orderListId: NO_LIST,
    clientOrderId: order.clientOrderId,
    price: priceText(instrument, order.ticks),
    origQty: quantityText(instrument, order.steps),
    executedQty: quantityText(instrument, order.filledSteps),
    origQuoteOrderQty: "0.00000000",
    cummulativeQuoteQty: quoteText(instrument, order.filledQuote),
    status: order.status,
    timeInForce: order.timeInForce,
    type: order.type,
    side: order.side.toUpperCase(),
    ...(order.stopTicks > 0 ? { stopPrice: priceText(instrument, order.stopTicks) } : {}),
    selfTradePreventionMode: SELF_TRADES,
  };
}

/** An order as GET order, openOrders and allOrders show it. */
export function orderRow(listing: Listing, order: ExchangeOrder): Record<string, unknown> {
  return {
    ...core(listing, order),
    stopPrice: priceText(listing.instrument(), order.stopTicks),
    icebergQty: "0.00000000",
    time: order.time,
    updateTime: order.updated,
    isWorking: isWorking(order),
    workingTime: isWorking(order) ? order.time : -1,
  };
}

/** Whether an order is in the book: a stop order waits outside of it. */
export function isWorking(order: ExchangeOrder): boolean {
  return order.stopTicks === 0 || order.triggered;
}

/** The answer to POST order: ACK, RESULT or FULL. */
export function placedOrder(listing: Listing, order: ExchangeOrder, trades: readonly ExchangeTrade[], form: "ACK" | "RESULT" | "FULL"): Record<string, unknown> {
  const { symbol, orderId, orderListId, clientOrderId, ...rest } = core(listing, order);
  const ack = { symbol, orderId, orderListId, clientOrderId, transactTime: order.updated };
  if (form === "ACK") return ack;
  const result = { ...ack, ...rest, workingTime: isWorking(order) ? order.time : -1 };
  if (form === "RESULT") return result;
  const instrument = listing.instrument();
  return { ...result, fills: trades.map((trade) => fill(instrument, trade)) };
}

/** The answer to DELETE order. */
export function canceledOrder(listing: Listing, order: ExchangeOrder, newClientOrderId: string): Record<string, unknown> {
  return { ...core(listing, order), origClientOrderId: order.clientOrderId, clientOrderId: newClientOrderId, transactTime: order.updated };
}

function fill(instrument: Instrument, trade: ExchangeTrade): Record<string, unknown> {
  return {
    price: priceText(instrument, trade.ticks),
    qty: quantityText(instrument, trade.steps),
    commission: feeText(instrument, trade.feeAsset, trade.feeUnits),
    commissionAsset: trade.feeAsset,
    tradeId: trade.id,
  };
}

/** A trade as myTrades shows it. */
export function tradeRow(listing: Listing, trade: ExchangeTrade): Record<string, unknown> {
  const instrument = listing.instrument();
  return {
    symbol: listing.id,
    id: trade.id,
    orderId: trade.orderId,
    orderListId: NO_LIST,
    price: priceText(instrument, trade.ticks),
    qty: quantityText(instrument, trade.steps),
    quoteQty: quoteText(instrument, trade.quoteUnits),
    commission: feeText(instrument, trade.feeAsset, trade.feeUnits),
    commissionAsset: trade.feeAsset,
    time: trade.time,
    isBuyer: trade.side === "buy",
    isMaker: trade.maker,
    isBestMatch: true,
  };
}
