import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { Listing } from "../directory.ts";
import { accepted, Refusal } from "../refusal.ts";
import type { ExchangeOrder, PlaceRequest } from "../engine/model.ts";
import { canceledOrder, orderRow, placedOrder, tradeRow } from "../shapes/order.ts";
import { missingParameter, PARAMETERS, placeParameters } from "./parameters.ts";
import { route, type Doors, type Route } from "./route.ts";

type Place = z.output<typeof placeParameters>;
type PlaceName = "timeInForce" | "quantity" | "price" | "stopPrice";

/** What each type of order needs; what is not here and not optional must not be sent. */
const NEEDED: Readonly<Record<Place["type"], readonly PlaceName[]>> = {
  LIMIT: ["timeInForce", "quantity", "price"],
  LIMIT_MAKER: ["quantity", "price"],
  MARKET: [],
  STOP_LOSS_LIMIT: ["timeInForce", "quantity", "price", "stopPrice"],
  TAKE_PROFIT_LIMIT: ["timeInForce", "quantity", "price", "stopPrice"],
};

function placeRequest(listing: Listing, sent: Place): PlaceRequest {
  const needed = NEEDED[sent.type];
  for (const name of needed) if (sent[name] === undefined) throw missingParameter(name);
  for (const name of ["timeInForce", "price", "stopPrice", "quoteOrderQty"] as const) {
    const allowed = name === "quoteOrderQty" ? sent.type === "MARKET" : needed.includes(name);
    if (sent[name] !== undefined && !allowed) throw new Refusal(-1106, `Parameter '${name}' sent when not required.`);
  }
  if (sent.type === "MARKET" && (sent.quantity === undefined) === (sent.quoteOrderQty === undefined)) {
    if (sent.quantity === undefined) throw missingParameter("quantity");
    throw new Refusal(-1106, "Parameter 'quoteOrderQty' sent when not required.");
  }
  return {
    symbol: listing.key,
    side: sent.side === "BUY" ? "buy" : "sell",
    type: sent.type,
    ...(sent.timeInForce === undefined ? {} : { timeInForce: sent.timeInForce }),
    ...(sent.quantity === undefined ? {} : { quantity: sent.quantity }),
    ...(sent.quoteOrderQty === undefined ? {} : { quoteOrderQty: sent.quoteOrderQty }),
    ...(sent.price === undefined ? {} : { price: sent.price }),
    ...(sent.stopPrice === undefined ? {} : { stopPrice: sent.stopPrice }),
    ...(sent.newClientOrderId === undefined ? {} : { clientOrderId: sent.newClientOrderId }),
  };
}

/** Market and limit orders answer in full, the others with an acknowledgement, when nothing else is asked for. */
function formOf({ newOrderRespType, type }: Place): "ACK" | "RESULT" | "FULL" {
  return newOrderRespType ?? (type === "MARKET" || type === "LIMIT" ? "FULL" : "ACK");
}

function place(doors: Doors, account: number, sent: Place, headers: Record<string, string>): unknown {
  const listing = doors.directory.listing(sent.symbol);
  const request = placeRequest(listing, sent);
  Object.assign(headers, doors.limiter.order(account));
  const { order, trades } = accepted(doors.engine.place(account, request));
  noteArrival(doors, order);
  return placedOrder(listing, order, trades, formOf(sent));
}

/** Orders whose arrival is remembered: those that a client may still be waiting to see. */
const ARRIVALS = 10_000;

function noteArrival({ arrivals, wall }: Doors, order: ExchangeOrder): void {
  arrivals.set(arrivalKey(order), wall());
  const [oldest] = arrivals.keys();
  if (arrivals.size > ARRIVALS && oldest !== undefined) arrivals.delete(oldest);
}

function arrivalKey({ symbol, id }: ExchangeOrder): string {
  return `${symbol}/${id}`;
}

function isVisible({ faults, arrivals, wall }: Doors, order: ExchangeOrder): boolean {
  const delay = faults.visibleAfter();
  return delay === 0 || wall() - (arrivals.get(arrivalKey(order)) ?? 0) >= delay;
}

interface Identity {
  readonly orderId?: number | undefined;
  readonly origClientOrderId?: string | undefined;
}

function identity({ orderId, origClientOrderId }: Identity): { readonly id?: number; readonly clientOrderId?: string } {
  if (orderId === undefined && origClientOrderId === undefined) {
    throw new Refusal(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
  }
  return {
    ...(orderId === undefined ? {} : { id: orderId }),
    ...(origClientOrderId === undefined ? {} : { clientOrderId: origClientOrderId }),
  };
}

function queryOrder(doors: Doors, account: number, sent: Identity & { readonly symbol: string }): unknown {
  const listing = doors.directory.listing(sent.symbol);
  const order = accepted(doors.engine.order(account, listing.key, identity(sent)));
  if (!isVisible(doors, order)) throw new Refusal(-2013, "Order does not exist.");
  return orderRow(listing, order);
}

interface Span {
  readonly orderId?: number | undefined;
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
  readonly limit: number;
}

const DAY = 86_400_000;

function within({ startTime, endTime }: Span): (time: number) => boolean {
  if (startTime !== undefined && endTime !== undefined && endTime - startTime > DAY) {
    throw new Refusal(-1127, "More than 24 hours between startTime and endTime.");
  }
  return (time) => time >= (startTime ?? 0) && time <= (endTime ?? Number.POSITIVE_INFINITY);
}

/** From a known start the oldest come first; without one the newest are meant. */
function page<T>(items: readonly T[], limit: number, fromStart: boolean): readonly T[] {
  return fromStart ? items.slice(0, limit) : items.slice(-limit);
}

function allOrders(doors: Doors, account: number, sent: Span & { readonly symbol: string }): unknown {
  const listing = doors.directory.listing(sent.symbol);
  const inTime = within(sent);
  const from = sent.orderId;
  const found = accepted(doors.engine.orders(account, listing.key)).filter(
    (order) => isVisible(doors, order) && (from === undefined ? inTime(order.time) : order.id >= from),
  );
  return page(found, sent.limit, from !== undefined || sent.startTime !== undefined).map((order) => orderRow(listing, order));
}

function myTrades(doors: Doors, account: number, sent: Span & { readonly symbol: string; readonly fromId?: number | undefined }): unknown {
  const { fromId, orderId, startTime, endTime } = sent;
  if (fromId !== undefined && (startTime !== undefined || endTime !== undefined)) {
    throw new Refusal(-1128, "Combination of optional parameters invalid.");
  }
  const listing = doors.directory.listing(sent.symbol);
  const inTime = within(sent);
  const found = accepted(doors.engine.trades(account, listing.key)).filter(
    (trade) => inTime(trade.time) && trade.id >= (fromId ?? 0) && (orderId === undefined || trade.orderId === orderId),
  );
  return page(found, sent.limit, fromId !== undefined || startTime !== undefined).map((trade) => tradeRow(listing, trade));
}

function accountInfo({ engine }: Doors, account: number, may: Readonly<Record<string, unknown>>, omitZero: boolean): unknown {
  const rate = (fraction: number): string => fraction.toFixed(8);
  const { maker, taker } = engine.plan.fees;
  const isZero = (amount: string): boolean => /^[0.]*$/.test(amount);
  const balances = engine.balances(account).filter(({ free, locked }) => !omitZero || !isZero(free) || !isZero(locked));
  return {
    makerCommission: Math.round(maker * 10_000),
    takerCommission: Math.round(taker * 10_000),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: rate(maker), taker: rate(taker), buyer: "0.00000000", seller: "0.00000000" },
    canTrade: may["enableSpotAndMarginTrading"] === true,
    canWithdraw: may["enableWithdrawals"] === true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: Math.round(engine.now),
    accountType: "SPOT",
    balances,
    permissions: ["SPOT"],
    uid: account,
  };
}

function restrictions({ engine, restrictions: said }: Doors, apiKey: string): unknown {
  return { createTime: Math.round(engine.plan.markets[0]?.series.time[0] ?? 0), ...said.of(apiKey) };
}

/** Binance makes up an id for a cancellation that names none. */
function cancellationId(): string {
  return randomUUID().replaceAll("-", "").slice(0, 22);
}

/** The routes that need a key and a signature. */
export const ACCOUNT_ROUTES: readonly Route[] = [
  route("GET", "/api/v3/account", 20, PARAMETERS.account, (doors, { account, apiKey, parameters }) =>
    accountInfo(doors, account, doors.restrictions.of(apiKey), parameters.omitZeroBalances ?? false),
  ),
  route("GET", "/sapi/v1/account/apiRestrictions", 1, PARAMETERS.restrictions, (doors, { apiKey }) => restrictions(doors, apiKey)),
  route("GET", "/sapi/v1/asset/tradeFee", 1, PARAMETERS.tradeFee, ({ engine, directory }, { parameters: { symbol } }) => {
    const { maker, taker } = engine.plan.fees;
    const listings = symbol === undefined ? directory.listings : [directory.listing(symbol)];
    return listings.map(({ id }) => ({ symbol: id, makerCommission: String(maker), takerCommission: String(taker) }));
  }),
  route("POST", "/api/v3/order", 1, placeParameters, (doors, { account, parameters, headers }) => place(doors, account, parameters, headers)),
  route("POST", "/api/v3/order/test", 1, placeParameters, (doors, { account, parameters }) => {
    const error = doors.engine.test(account, placeRequest(doors.directory.listing(parameters.symbol), parameters));
    if (error) throw new Refusal(error.code, error.msg);
    return {};
  }),
  route("GET", "/api/v3/order", 4, PARAMETERS.order, (doors, { account, parameters }) => queryOrder(doors, account, parameters)),
  route("DELETE", "/api/v3/order", 1, PARAMETERS.cancel, (doors, { account, parameters }) => {
    const listing = doors.directory.listing(parameters.symbol);
    const order = accepted(doors.engine.cancel(account, listing.key, identity(parameters)));
    return canceledOrder(listing, order, parameters.newClientOrderId ?? cancellationId());
  }),
  route("GET", "/api/v3/openOrders", ({ symbol }) => (symbol === undefined ? 80 : 6), PARAMETERS.openOrders, (doors, { account, parameters }) => {
    const key = parameters.symbol === undefined ? undefined : doors.directory.listing(parameters.symbol).key;
    const orders = accepted(key === undefined ? doors.engine.openOrders(account) : doors.engine.openOrders(account, key));
    return orders.filter((order) => isVisible(doors, order)).map((order) => orderRow(doors.directory.byKey(order.symbol), order));
  }),
  route("DELETE", "/api/v3/openOrders", 1, PARAMETERS.cancelAll, (doors, { account, parameters }) => {
    const listing = doors.directory.listing(parameters.symbol);
    const orders = accepted(doors.engine.cancelAll(account, listing.key));
    return orders.map((order) => canceledOrder(listing, order, cancellationId()));
  }),
  route("GET", "/api/v3/allOrders", 20, PARAMETERS.allOrders, (doors, { account, parameters }) => allOrders(doors, account, parameters)),
  route("GET", "/api/v3/myTrades", ({ orderId }) => (orderId === undefined ? 20 : 5), PARAMETERS.myTrades, (doors, { account, parameters }) =>
    myTrades(doors, account, parameters),
  ),
];
