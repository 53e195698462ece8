import { notionalUnits } from "../../core/instrument.ts";
import { holding } from "./accounts.ts";
import { triggersBelow } from "./candle-walk.ts";
import { ERRORS, filterFailure, isError } from "./errors.ts";
import { type LiveOrder, type Market, isWaiting, openOrdersOf } from "./market.ts";
import { accept, activate, baseAsset, lockOf, quoteAsset, sweep, wantOf } from "./matching.ts";
import type { ApiError, ExchangeTrade, PlaceRequest } from "./model.ts";
import { type Draft, draftOf, isStop } from "./validate.ts";
import { type Venue, marketOf } from "./venue.ts";

/** A request that everything has been checked of. */
interface Checked {
  readonly market: Market;
  readonly draft: Draft;
}

/** Everything that can be wrong with a request, in Binance's order: symbol, parameters, filters, account. Changes nothing. */
export function checkRequest(venue: Venue, account: number, request: PlaceRequest): Checked | ApiError {
  const market = marketOf(venue, request.symbol);
  if (!market) return ERRORS.symbol;
  if (market.halted || market.last === null) return ERRORS.closed;
  const draft = draftOf(market, request);
  if (isError(draft)) return draft;
  const mine = openOrdersOf(market, account);
  if (draft.type !== "MARKET" && mine.length >= market.plan.maxOrders) return filterFailure("MAX_NUM_ORDERS");
  if (mine.some(({ clientOrderId }) => clientOrderId === request.clientOrderId)) return ERRORS.duplicate;
  const sized = draft.quoteUnits === null ? draft : { ...draft, steps: affordable(venue, market, draft, draft.quoteUnits) };
  if (sized.steps === 0) return filterFailure("LOT_SIZE");
  return checkPrice(venue, market, sized) ?? checkFunds(venue, market, account, sized) ?? { market, draft: sized };
}

/** Steps that an amount of quote is worth in the book of now. */
function affordable(venue: Venue, market: Market, draft: Draft, quoteUnits: number): number {
  const taken = sweep(venue, market, { ...wantOf({ ...draft, filledSteps: 0, filledQuote: 0 }), steps: Number.MAX_SAFE_INTEGER, quoteUnits });
  return taken.reduce((sum, { steps }) => sum + steps, 0);
}

function checkPrice(venue: Venue, market: Market, draft: Draft): ApiError | null {
  const last = market.last ?? 0;
  if (isStop(draft.type)) {
    const reached = triggersBelow(draft) ? last <= draft.stopTicks : last >= draft.stopTicks;
    return reached ? ERRORS.wouldTrigger : null;
  }
  if (draft.type !== "LIMIT_MAKER") return null;
  const taken = sweep(venue, market, wantOf({ ...draft, filledSteps: 0, filledQuote: 0 }));
  return taken.length > 0 ? ERRORS.wouldTake : null;
}

function checkFunds(venue: Venue, market: Market, account: number, draft: Draft): ApiError | null {
  const { instrument } = market;
  let need = lockOf(instrument, draft.side, draft.ticks, draft.steps);
  if (draft.type === "MARKET") {
    const taken = sweep(venue, market, wantOf({ ...draft, filledSteps: 0, filledQuote: 0 }));
    const cost = taken.reduce((sum, { level, steps }) => sum + notionalUnits(instrument, level.ticks, steps), 0);
    need =
      draft.side === "buy"
        ? { asset: instrument.quote, units: quoteAsset(instrument, cost) }
        : { asset: instrument.base, units: baseAsset(instrument, draft.steps * instrument.stepUnits) };
  }
  return holding(venue.accounts, account, need.asset).free < need.units ? ERRORS.insufficient : null;
}

/** Places an order: checks it, accepts it, executes what can be executed at once. */
export function place(venue: Venue, account: number, request: PlaceRequest): { readonly order: LiveOrder; readonly trades: readonly ExchangeTrade[] } | ApiError {
  const checked = checkRequest(venue, account, request);
  if (isError(checked)) return checked;
  const { market, draft } = checked;
  venue.orderIds += 1;
  const order: LiveOrder = {
    id: venue.orderIds,
    clientOrderId: request.clientOrderId ?? freeClientId(market, account, venue.orderIds),
    account,
    symbol: market.symbol,
    side: draft.side,
    type: draft.type,
    timeInForce: draft.timeInForce,
    ticks: draft.ticks,
    stopTicks: draft.stopTicks,
    steps: draft.steps,
    time: venue.now,
    status: "NEW",
    filledSteps: 0,
    filledQuote: 0,
    triggered: false,
    updated: venue.now,
  };
  accept(venue, market, order);
  const trades = isWaiting(order) ? [] : activate(venue, market, order);
  return { order, trades };
}

function freeClientId(market: Market, account: number, id: number): string {
  const taken = market.byClientId[account];
  let name = `exchange-${id}`;
  while (taken?.has(name)) name += "-";
  return name;
}

/** The order of an account by its id, else the newest by its client order id. */
export function findOrder(market: Market, venue: Venue, account: number, by: { readonly id?: number; readonly clientOrderId?: string }): LiveOrder | null {
  const found = by.id !== undefined ? venue.byId.get(by.id) : market.byClientId[account]?.get(by.clientOrderId ?? "");
  if (!found || found.account !== account || found.symbol !== market.symbol) return null;
  return by.clientOrderId === undefined || by.clientOrderId === found.clientOrderId ? found : null;
}

