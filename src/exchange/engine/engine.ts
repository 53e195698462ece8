import { balancesOf, deposit, holding } from "./accounts.ts";
import { advance } from "./advance.ts";
import { bookOf, shown } from "./book.ts";
import { candlesOf } from "./candles.ts";
import { checkVenue } from "./check.ts";
import { ASSET_DECIMALS, DECIMAL_RANGE, parseDecimal, scaled } from "./decimal.ts";
import { ERRORS, bothMissing, illegal, isError, tooPrecise } from "./errors.ts";
import { changeFilters } from "./filters.ts";
import { type LiveOrder, isOpen, openOrdersOf } from "./market.ts";
import { announceBook, finish } from "./matching.ts";
import type { AccountKey, ApiError, Engine, ExchangeOrder, ExchangePlan } from "./model.ts";
import { checkRequest, findOrder, place } from "./place.ts";
import { type Venue, marketOf, openVenue } from "./venue.ts";

/** How the market maker quotes: `thin` has seeded sizes one tick apart, `deep` fills everything at the price itself. */
export interface EngineOptions {
  readonly book?: "thin" | "deep";
}

const ASSET = /^[A-Za-z0-9]{1,20}$/;

type Lookup = { readonly id?: number; readonly clientOrderId?: string };

/** An exchange at the open of its earliest candle. Names of markets are the venue's ids; symbols are understood too. */
export function createEngine(plan: ExchangePlan, options: EngineOptions = {}): Engine {
  const venue = openVenue(plan, options.book === "deep");
  advance(venue, venue.now, false);
  /** Tells what a change has caused once it is complete. */
  const settled = <T>(result: T): T => {
    venue.announcer.flush();
    return result;
  };
  return {
    plan,
    get now() {
      return venue.now;
    },
    end: venue.end,
    advance: (to, stopAtTrade = false) => advance(venue, to, stopAtTrade),
    accountOf: (apiKey) => accountOf(venue, apiKey),
    place: (account, request) => {
      const placed = place(venue, account, request);
      // Copied before listeners hear of it: one of them may cancel the order at once.
      return settled(isError(placed) ? placed : { order: copy(placed.order), trades: placed.trades });
    },
    test: (account, request) => {
      const checked = checkRequest(venue, account, request);
      return isError(checked) ? checked : null;
    },
    cancel: (account, symbol, by) => settled(cancel(venue, account, symbol, by)),
    cancelAll: (account, symbol) => settled(cancelAll(venue, account, symbol)),
    order: (account, symbol, by) => orderOf(venue, account, symbol, by),
    openOrders: (account, symbol) => openOrders(venue, account, symbol),
    orders: (account, symbol) => marketOf(venue, symbol)?.orders[account]?.map(copy) ?? ERRORS.symbol,
    trades: (account, symbol) => marketOf(venue, symbol)?.trades[account]?.slice() ?? ERRORS.symbol,
    balances: (account) => balancesOf(venue.accounts, account),
    book: (symbol, depth) => {
      const market = marketOf(venue, symbol);
      if (!market) return ERRORS.symbol;
      const { bids, asks } = bookOf(market, venue.rules);
      return { bids: shown(bids, depth), asks: shown(asks, depth) };
    },
    candles: (symbol, timeframe, since, limit) => {
      const market = marketOf(venue, symbol);
      return market ? candlesOf(market, timeframe, since, limit, venue.now) : ERRORS.symbol;
    },
    lastTicks: (symbol) => marketOf(venue, symbol)?.last ?? null,
    instrument: (symbol) => marketOf(venue, symbol)?.instrument ?? null,
    transfer: (account, asset, amount) => settled(transfer(venue, account, asset, amount)),
    expireOrders: (symbol) => settled(expireOrders(venue, symbol)),
    setFilters: (symbol, filters) => {
      const market = marketOf(venue, symbol);
      if (!market) return ERRORS.symbol;
      const refused = changeFilters(market, filters);
      if (!refused) announceBook(venue, market);
      return settled(refused);
    },
    setHalted: (symbol, halted) => {
      const market = marketOf(venue, symbol);
      if (market) market.halted = halted;
    },
    setKey: (account, key) => setKey(venue, account, key),
    hasKey: (apiKey) => venue.keys.has(apiKey),
    setRevoked: (apiKey, revoked) => {
      if (revoked) venue.revoked.add(apiKey);
      else venue.revoked.delete(apiKey);
    },
    check: () => checkVenue(venue),
    subscribe: (listener) => venue.announcer.subscribe(listener),
  };
}

function copy(order: LiveOrder): ExchangeOrder {
  return { ...order };
}

function accountOf(venue: Venue, apiKey: string): { readonly id: number; readonly secret: string; readonly mayTrade: boolean } | null {
  const key = venue.keys.get(apiKey);
  return key && !venue.revoked.has(apiKey) ? { id: key.account, secret: key.secret, mayTrade: key.mayTrade } : null;
}

function setKey(venue: Venue, account: number, key: AccountKey): boolean {
  const owner = venue.keys.get(key.apiKey)?.account ?? account;
  if (owner !== account || venue.plan.accounts[account] === undefined) return false;
  venue.keys.set(key.apiKey, { ...key, account });
  return true;
}

function orderOf(venue: Venue, account: number, symbol: string, by: Lookup): ExchangeOrder | ApiError {
  const market = marketOf(venue, symbol);
  if (!market) return ERRORS.symbol;
  if (by.id === undefined && by.clientOrderId === undefined) return bothMissing("origClientOrderId", "orderId");
  const found = findOrder(market, venue, account, by);
  return found ? copy(found) : ERRORS.noOrder;
}

function cancel(venue: Venue, account: number, symbol: string, by: Lookup): ExchangeOrder | ApiError {
  const market = marketOf(venue, symbol);
  if (!market) return ERRORS.symbol;
  if (by.id === undefined && by.clientOrderId === undefined) return bothMissing("origClientOrderId", "orderId");
  const order = findOrder(market, venue, account, by);
  if (!order || !isOpen(order)) return ERRORS.unknownOrder;
  finish(venue, market, order, "CANCELED");
  return copy(order);
}

function cancelAll(venue: Venue, account: number, symbol: string): readonly ExchangeOrder[] | ApiError {
  const market = marketOf(venue, symbol);
  if (!market) return ERRORS.symbol;
  const mine = openOrdersOf(market, account);
  if (mine.length === 0) return ERRORS.unknownOrder;
  for (const order of mine) finish(venue, market, order, "CANCELED");
  return mine.map(copy);
}

function openOrders(venue: Venue, account: number, symbol?: string): readonly ExchangeOrder[] | ApiError {
  if (symbol === undefined) return venue.markets.flatMap((market) => openOrdersOf(market, account)).sort((a, b) => a.id - b.id).map(copy);
  const market = marketOf(venue, symbol);
  return market ? openOrdersOf(market, account).map(copy) : ERRORS.symbol;
}

function expireOrders(venue: Venue, symbol: string): readonly ExchangeOrder[] {
  const market = marketOf(venue, symbol);
  if (!market) return [];
  const open = openOrdersOf(market);
  for (const order of open) finish(venue, market, order, "EXPIRED");
  return open.map(copy);
}

function transfer(venue: Venue, account: number, asset: string, amount: string): ApiError | null {
  if (!ASSET.test(asset)) return illegal("asset", ASSET.source);
  const out = amount.startsWith("-");
  const value = parseDecimal(out ? amount.slice(1) : amount);
  if (!value) return illegal("amount", DECIMAL_RANGE);
  const units = scaled(value, ASSET_DECIMALS);
  if (units === null) return tooPrecise("amount");
  if (out && holding(venue.accounts, account, asset).free < units) return ERRORS.insufficient;
  deposit(venue.accounts, account, asset, out ? -units : units);
  venue.announcer.balances(account, [asset], venue.now);
  return null;
}
