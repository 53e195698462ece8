import type { Bot } from "../../core/bot.ts";
import { priceOf, quantityOf } from "../../core/instrument.ts";
import type { OrderRow } from "../../ports/journal.ts";
import type { OpenOrder } from "../../ports/operator.ts";
import { symbolOf } from "./watched.ts";

/** Open orders, nearest to the price first; those at the market before them. */
export function openOrders(bot: Bot, rows: readonly OrderRow[]): readonly OpenOrder[] {
  return rows.map((row) => openOrder(bot, row)).sort((a, b) => a.symbol.localeCompare(b.symbol) || Math.abs(a.distance ?? 0) - Math.abs(b.distance ?? 0));
}

function openOrder(bot: Bot, row: OrderRow): OpenOrder {
  const { instrument, price: last } = symbolOf(bot, row.symbol);
  const price = row.type === "limit" ? priceOf(instrument, row.ticks) : null;
  return {
    symbol: row.symbol,
    base: instrument.base,
    strategy: row.strategy,
    key: row.key,
    side: row.side,
    price,
    quantity: quantityOf(instrument, row.steps),
    filled: quantityOf(instrument, row.filledSteps),
    state: row.state.toLowerCase(),
    distance: price !== null && Number.isFinite(last) && last > 0 ? price / last - 1 : null,
  };
}
