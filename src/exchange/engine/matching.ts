import { type Instrument, feeUnits, notionalUnits } from "../../core/instrument.ts";
import { exchange, lock } from "./accounts.ts";
import { bookOf, shown } from "./book.ts";
import { ASSET_DECIMALS } from "./decimal.ts";
import { type Level, type LiveOrder, type Market, isWaiting, rest, unrest } from "./market.ts";
import type { ExchangeOrder, ExchangeTrade } from "./model.ts";
import type { Venue } from "./venue.ts";

/** Quote units of an instrument in asset units. */
export function quoteAsset(instrument: Instrument, units: number): bigint {
  return BigInt(units) * (10n ** BigInt(ASSET_DECIMALS) / BigInt(instrument.quoteScale));
}

/** Base units of an instrument in asset units. */
export function baseAsset(instrument: Instrument, units: number): bigint {
  return BigInt(units) * (10n ** BigInt(ASSET_DECIMALS) / BigInt(instrument.baseScale));
}

/** What an order of this side, limit and open quantity locks. */
export function lockOf(instrument: Instrument, side: ExchangeOrder["side"], ticks: number, steps: number): { readonly asset: string; readonly units: bigint } {
  return side === "buy"
    ? { asset: instrument.quote, units: quoteAsset(instrument, notionalUnits(instrument, ticks, steps)) }
    : { asset: instrument.base, units: baseAsset(instrument, steps * instrument.stepUnits) };
}

/** What the rest of an open order locks; a market order locks nothing. */
export function lockOfOrder(instrument: Instrument, order: ExchangeOrder): { readonly asset: string; readonly units: bigint } {
  return lockOf(instrument, order.side, order.ticks, order.type === "MARKET" ? 0 : order.steps - order.filledSteps);
}

/** What a taker wants: up to `steps`, or as much as `quoteUnits` are worth; no worse than `ticks` (0: any price). */
export interface Want {
  readonly side: ExchangeOrder["side"];
  readonly ticks: number;
  readonly steps: number;
  readonly quoteUnits: number | null;
  /** Whether the order would rest at the very price of a deep book, as it does in a backtest, instead of taking there. */
  readonly restsAtPrice: boolean;
  /** Quote units traded by the order before. */
  readonly filledQuote: number;
}

/** Levels that a taker would take, each with its steps. Takes nothing yet. */
export function sweep(venue: Venue, market: Market, want: Want): readonly { readonly level: Level; readonly steps: number }[] {
  const book = bookOf(market, venue.rules);
  const isBuy = want.side === "buy";
  const strict = venue.rules.deep && want.restsAtPrice;
  const { instrument, lot } = market;
  const taken: { level: Level; steps: number }[] = [];
  let wanted = want.steps;
  let money = want.quoteUnits ?? Number.POSITIVE_INFINITY;
  // Counts are exact below 2^53 only; what would lie beyond is not filled.
  let room = Number.MAX_SAFE_INTEGER - want.filledQuote;
  for (const level of isBuy ? book.asks : book.bids) {
    if (want.ticks > 0 && (isBuy ? level.ticks > want.ticks : level.ticks < want.ticks)) break;
    if (strict && level.ticks === want.ticks) break;
    const unit = notionalUnits(instrument, level.ticks, 1);
    let steps = Math.min(wanted, level.steps, Math.floor(Math.min(money, room) / unit));
    if (want.quoteUnits !== null) steps -= steps % lot;
    if (steps > 0) taken.push({ level, steps });
    wanted -= steps;
    money -= steps * unit;
    room -= steps * unit;
    if (wanted <= 0 || steps < level.steps) break;
  }
  return taken;
}

/** Executes a part of an order and books it. The order's lock must be in place (a market order has none). */
export function fill(venue: Venue, market: Market, order: LiveOrder, ticks: number, steps: number, maker: boolean): ExchangeTrade {
  const { instrument } = market;
  const isBuy = order.side === "buy";
  const quoteUnits = notionalUnits(instrument, ticks, steps);
  const baseUnits = steps * instrument.stepUnits;
  const fee = feeUnits(isBuy ? baseUnits : quoteUnits, maker ? venue.makerRate : venue.takerRate);
  if (order.type !== "MARKET") {
    const { asset, units } = lockOf(instrument, order.side, order.ticks, steps);
    lock(venue.accounts, order.account, asset, -units);
  }
  const quote = { asset: instrument.quote, units: quoteAsset(instrument, quoteUnits) };
  const base = { asset: instrument.base, units: baseAsset(instrument, baseUnits) };
  if (isBuy) exchange(venue.accounts, order.account, quote, base, baseAsset(instrument, fee));
  else exchange(venue.accounts, order.account, base, quote, quoteAsset(instrument, fee));
  order.filledSteps += steps;
  order.filledQuote += quoteUnits;
  order.updated = venue.now;
  const complete = order.filledSteps === order.steps;
  order.status = complete ? "FILLED" : "PARTIALLY_FILLED";
  if (complete) unrest(market, order);
  venue.tradeIds += 1;
  const trade: ExchangeTrade = {
    id: venue.tradeIds,
    orderId: order.id,
    account: order.account,
    symbol: market.symbol,
    side: order.side,
    ticks,
    steps,
    quoteUnits,
    feeUnits: fee,
    feeAsset: isBuy ? instrument.base : instrument.quote,
    maker,
    time: venue.now,
  };
  market.trades[order.account]?.push(trade);
  venue.announcer.order(order, "TRADE", { trade });
  announceBalances(venue, market, order.account);
  return trade;
}

/** Takes from the book what an order can get at once; returns its trades. */
export function take(venue: Venue, market: Market, order: LiveOrder, want: Want): ExchangeTrade[] {
  const trades: ExchangeTrade[] = [];
  for (const { level, steps } of sweep(venue, market, want)) {
    level.steps -= steps;
    trades.push(fill(venue, market, order, level.ticks, steps, false));
  }
  if (trades.length > 0 && !venue.rules.deep) {
    const book = bookOf(market, venue.rules);
    for (const side of [book.bids, book.asks]) while (side[0]?.steps === 0) side.shift();
    announceBook(venue, market);
  }
  return trades;
}

/** What an order that has become active does: it takes what it may, then rests, or expires with what is left. */
export function activate(venue: Venue, market: Market, order: LiveOrder): ExchangeTrade[] {
  const want: Want = wantOf(order);
  if (order.timeInForce === "FOK" && order.type !== "MARKET") {
    const available = sweep(venue, market, want).reduce((sum, { steps }) => sum + steps, 0);
    if (available < order.steps) {
      finish(venue, market, order, "EXPIRED");
      return [];
    }
  }
  const trades = take(venue, market, order, want);
  if (order.status === "FILLED") return trades;
  if (order.type === "MARKET" || order.timeInForce !== "GTC") finish(venue, market, order, "EXPIRED");
  else rest(market, order);
  return trades;
}

/** What an order takes once it is active. */
export function wantOf(order: Pick<ExchangeOrder, "side" | "ticks" | "steps" | "filledSteps" | "filledQuote" | "timeInForce" | "type">): Want {
  return {
    side: order.side,
    ticks: order.ticks,
    steps: order.steps - order.filledSteps,
    quoteUnits: null,
    restsAtPrice: order.timeInForce === "GTC" && order.type !== "MARKET",
    filledQuote: order.filledQuote,
  };
}

/** A stop order whose price was reached: from now on a limit. Returns what it took at once. */
export function trigger(venue: Venue, market: Market, order: LiveOrder): ExchangeTrade[] {
  unrest(market, order);
  order.triggered = true;
  order.updated = venue.now;
  venue.announcer.order(order, "NEW");
  return activate(venue, market, order);
}

/** Ends an open order: releases its lock and tells of it. */
export function finish(venue: Venue, market: Market, order: LiveOrder, status: "CANCELED" | "EXPIRED", reason?: string): void {
  const { asset, units } = lockOfOrder(market.instrument, order);
  unrest(market, order);
  order.status = status;
  order.updated = venue.now;
  if (units > 0n) lock(venue.accounts, order.account, asset, -units);
  venue.announcer.order(order, status, reason === undefined ? {} : { reason });
  if (units > 0n) announceBalances(venue, market, order.account);
}

/** Puts a checked order into the exchange and tells of it; its lock with it. */
export function accept(venue: Venue, market: Market, order: LiveOrder): void {
  venue.byId.set(order.id, order);
  market.orders[order.account]?.push(order);
  market.byClientId[order.account]?.set(order.clientOrderId, order);
  const { asset, units } = lockOfOrder(market.instrument, order);
  if (units > 0n) lock(venue.accounts, order.account, asset, units);
  venue.announcer.order(order, "NEW");
  if (units > 0n) announceBalances(venue, market, order.account);
  if (isWaiting(order)) rest(market, order);
}

function announceBalances(venue: Venue, market: Market, account: number): void {
  venue.announcer.balances(account, [market.instrument.base, market.instrument.quote], venue.now);
}

/** Tells of the best bid and ask of a market. */
export function announceBook(venue: Venue, market: Market): void {
  if (!venue.announcer.heard() || market.last === null) return;
  const { bids, asks } = bookOf(market, venue.rules);
  const bid = shown(bids, 1)[0] ?? [0, 0];
  const ask = shown(asks, 1)[0] ?? [0, 0];
  venue.announcer.say({ type: "book", symbol: market.symbol, bid: bid[0], ask: ask[0], bidSteps: bid[1], askSteps: ask[1], time: venue.now });
}
