import type { Bot, SymbolState } from "./bot.ts";
import { baseUnitsOf } from "./ledger.ts";

/** Value in quote of the base that one symbol's sleeves hold, at `price`: the last that the bot has heard of unless told. */
export function inventoryOf(symbol: SymbolState, price = symbol.price): number {
  let units = 0;
  for (const { account } of symbol.sleeves) units += baseUnitsOf(account);
  return units === 0 ? 0 : (units / symbol.instrument.baseScale) * price;
}

/** Value in quote of all base held, at the last prices. */
export function totalInventory(bot: Bot): number {
  let value = 0;
  for (const symbol of bot.symbols.values()) value += inventoryOf(symbol);
  return value;
}

/** Quote, free and reserved. */
export function cashOf(bot: Bot): number {
  const first = bot.plan.symbols[0];
  return first ? (bot.ledger.quoteFree + bot.ledger.quoteReserved) / first.instrument.quoteScale : 0;
}

/** Cash and inventory at the last prices, quote. */
export function equityOf(bot: Bot): number {
  return cashOf(bot) + totalInventory(bot);
}
