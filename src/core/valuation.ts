import type { Bot, SymbolState } from "./bot.ts";
import { type Ledger, baseUnitsOf } from "./ledger.ts";

/** Value in quote of the base that one symbol's sleeves hold, at `price`: the last that the bot has heard of unless told. */
export function inventoryOf(symbol: SymbolState, price = symbol.price): number {
  let units = 0;
  for (const { account } of symbol.sleeves) units += baseUnitsOf(account);
  return units === 0 ? 0 : (units / symbol.instrument.baseScale) * price;
}

/** What one symbol's sleeves hold, base. */
interface Holding {
  readonly symbol: SymbolState;
  readonly base: number;
}

/** By ledger, as of the fills booked then: of many symbols few are held, and every order of any of them asks for the whole. */
const known = new WeakMap<Ledger, { readonly booked: number; readonly held: readonly Holding[] }>();

function holdingsOf({ ledger, symbols }: Bot): readonly Holding[] {
  const before = known.get(ledger);
  if (before?.booked === ledger.booked) return before.held;
  const held: Holding[] = [];
  for (const symbol of symbols.values()) {
    let units = 0;
    for (const { account } of symbol.sleeves) units += baseUnitsOf(account);
    if (units !== 0) held.push({ symbol, base: units / symbol.instrument.baseScale });
  }
  known.set(ledger, { booked: ledger.booked, held });
  return held;
}

/** Value in quote of all base held, at the last prices. */
export function totalInventory(bot: Bot): number {
  let value = 0;
  for (const { symbol, base } of holdingsOf(bot)) value += base * symbol.price;
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
