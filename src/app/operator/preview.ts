import type { Bot, SleeveState, SymbolState } from "../../core/bot.ts";
import { RATE_SCALE, baseOf, quantityOf, quoteOf, stepsDown } from "../../core/instrument.ts";
import { baseUnitsOf } from "../../core/ledger.ts";
import { cashOf, equityOf } from "../../core/valuation.ts";
import type { OrderRow } from "../../ports/journal.ts";
import type { CancelPreview, FlattenPreview, ResumePreview } from "../../ports/operator.ts";
import { trippedLimits } from "./limits.ts";
import { openOrders } from "./orders.ts";
import { money, priceOrNull, quoteName } from "./watched.ts";

/**
 * What selling everything at the market would come to at the last prices; `open` are the orders that would be taken back,
 * `lastOf` gives the newest price known of a symbol, quote, null for none.
 */
export function flattenPreview(bot: Bot, open: readonly OrderRow[], lastOf: (symbol: string) => number | null): FlattenPreview {
  const sells: FlattenPreview["sells"][number][] = [];
  const rest: FlattenPreview["rest"][number][] = [];
  for (const state of bot.symbols.values()) {
    for (const sleeve of state.sleeves) {
      const held = heldBy(state, sleeve);
      const price = lastOf(state.symbol) ?? priceOrNull(state);
      const sold = price === null ? 0 : sellable(state, sleeve, price);
      if (sold > 0 && price !== null) sells.push(sell(bot, state, sleeve, sold, price));
      const left = held - sold;
      if (left > 1e-12) rest.push({ base: state.instrument.base, quantity: left, worth: left * (price ?? 0) });
    }
  }
  const worth = sells.reduce((sum, one) => sum + one.worth, 0);
  const fee = sells.reduce((sum, one) => sum + one.fee, 0);
  const kept = rest.reduce((sum, one) => sum + one.worth, 0);
  const after = cashOf(bot) + worth - fee + kept;
  return { quote: quoteName(bot), cancels: open.length, sells, rest, worth, fee, exposureBefore: exposureOf(bot), exposureAfter: after > 0 ? kept / after : 0 };
}

const heldBy = ({ instrument }: SymbolState, { account }: SleeveState): number => baseOf(instrument, baseUnitsOf(account));

/** Base that a venue takes for sale of what a strategy holds in lots; 0 when it is under the smallest order. */
function sellable({ instrument }: SymbolState, { account }: SleeveState, price: number): number {
  const inLots = [...account.lots.values()].reduce((sum, { units }) => sum + units, 0);
  const steps = stepsDown(instrument, baseOf(instrument, inLots));
  const quantity = quantityOf(instrument, steps);
  return steps < instrument.minSteps || quantity * price < quoteOf(instrument, instrument.minNotionalUnits) ? 0 : quantity;
}

function sell(bot: Bot, state: SymbolState, { account }: SleeveState, quantity: number, price: number): FlattenPreview["sells"][number] {
  const { instrument, symbol } = state;
  const worth = quantity * price;
  const fee = (worth * state.takerRate) / RATE_SCALE;
  const inLots = baseOf(instrument, [...account.lots.values()].reduce((sum, { units }) => sum + units, 0));
  const cost = inLots > 0 ? (money(bot, account.cost) * quantity) / inLots : 0;
  return { symbol, base: instrument.base, quantity, price, worth, fee, profit: worth - fee - cost };
}

/** Share of equity in the market at the last prices. */
function exposureOf(bot: Bot): number {
  const equity = equityOf(bot);
  return equity > 0 ? (equity - cashOf(bot)) / equity : 0;
}

/** What taking all orders back would come to. */
export function cancelPreview(bot: Bot, open: readonly OrderRow[]): CancelPreview {
  const equity = equityOf(bot);
  return {
    quote: quoteName(bot),
    orders: openOrders(bot, open),
    freed: money(bot, open.reduce((sum, { side, reserved }) => sum + (side === "buy" ? reserved : 0), 0)),
    held: Number.isFinite(equity) ? equity - cashOf(bot) : 0,
    exposure: exposureOf(bot),
  };
}

/** What letting the bot trade again would come to, at a time (epoch milliseconds). */
export function resumePreview(bot: Bot, troubles: readonly string[], time: number): ResumePreview {
  const equity = equityOf(bot);
  return {
    quote: quoteName(bot),
    hold: bot.hold,
    exposure: exposureOf(bot),
    maxExposure: bot.profile?.maxExposure ?? null,
    cash: cashOf(bot),
    equity: Number.isFinite(equity) ? equity : cashOf(bot),
    troubles,
    rearms: trippedLimits(bot, time),
    stances: [...bot.symbols.values()].map(({ symbol, decision }) => ({ symbol, stance: decision?.stance ?? null })),
  };
}
