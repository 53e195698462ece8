import type { Bot, SymbolState } from "./bot.ts";
import { type Instrument, type InstrumentFilters, createInstrument, decimalsOf } from "./instrument.ts";
import type { OrderBook } from "./reconcile.ts";
import { type RefreshOutput, refresh } from "./refresh.ts";

/**
 * The instrument of a symbol after its venue changed the filters. Money goes on being counted in the units of the
 * bot's first day; steps that these units cannot hold exactly are refused with a sentence.
 */
export function instrumentAfter(old: Instrument, filters: InstrumentFilters): Instrument | string {
  const made = createInstrument(old.symbol, filters, decimalsOf(old.quoteScale));
  if (typeof made === "string") return made;
  if (made.baseScale !== old.baseScale) return `quantityStep ${filters.quantityStep} is finer than the ${decimalsOf(old.baseScale)} decimals in which ${old.base} is counted`;
  return made;
}

/** Whether orders of one instrument mean something else in the other: its prices or quantities are counted in other steps. */
export function hasOtherSteps(a: InstrumentFilters, b: InstrumentFilters): boolean {
  return a.priceStep !== b.priceStep || a.quantityStep !== b.quantityStep;
}

/** Stops a symbol until its new filters are taken: what is open in it is canceled, nothing is submitted. */
export function suspend(bot: Bot, symbol: SymbolState, time: number, output: RefreshOutput): void {
  symbol.suspended = true;
  refreshAll(bot, symbol, time, output);
}

/** Takes new filters and rounds everything anew. Other steps need a symbol without open orders: theirs are counted in the old ones. */
export function takeFilters(bot: Bot, symbol: SymbolState, filters: InstrumentFilters, time: number, output: RefreshOutput): void {
  const old = symbol.instrument;
  const made = instrumentAfter(old, filters);
  if (typeof made === "string") throw new Error(`${symbol.symbol}: ${made}`);
  const otherSteps = hasOtherSteps(old.filters, filters);
  if (otherSteps && symbol.sleeves.some(({ orders }) => orders.live.size > 0)) throw new Error(`${symbol.symbol} has open orders in its old steps`);
  symbol.instrument = made;
  symbol.suspended = false;
  for (const { account, view, orders } of symbol.sleeves) {
    account.instrument = made;
    view.filters = filters;
    if (otherSteps) recount(orders, old, made);
    // What was turned down by the old filters may pass the new ones.
    orders.backoff.clear();
  }
  refreshAll(bot, symbol, time, output);
}

function refreshAll(bot: Bot, symbol: SymbolState, time: number, output: RefreshOutput): void {
  for (const sleeve of symbol.sleeves) {
    sleeve.view.time = time;
    if (Number.isFinite(symbol.price)) refresh(bot, symbol, sleeve, output);
  }
}

/** What earlier attempts filled, in new steps; a broken step counts whole, so that nothing is bought twice. */
function recount(orders: OrderBook, old: Instrument, made: Instrument): void {
  for (const [key, steps] of orders.partial) orders.partial.set(key, Math.ceil((steps * old.stepUnits) / made.stepUnits));
  // A late fill of theirs would be counted in steps that are gone: whoever books it finds no order.
  orders.retired.clear();
}
