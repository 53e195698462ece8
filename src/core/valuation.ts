import type { Bot, SymbolState } from "./bot.ts";
import { type Ledger, type SleeveAccount, baseUnitsOf } from "./ledger.ts";

/** Value in quote of the base that one symbol's sleeves hold, at `price`: the last that the bot has heard of unless told. */
export function inventoryOf(symbol: SymbolState, price = symbol.price): number {
  const units = unitsOf(symbol);
  return units === 0 ? 0 : (units / symbol.instrument.baseScale) * price;
}

/** The symbols of which something is held, and how much, base; as of the fills booked then. */
interface Held {
  booked: number;
  readonly symbols: SymbolState[];
  readonly base: number[];
}

/** By ledger: of many symbols few are held, and every order of any of them asks for the whole. */
const known = new WeakMap<Ledger, Held>();

function holdingsOf({ ledger, symbols }: Bot): Held {
  let held = known.get(ledger);
  if (held === undefined) {
    held = { booked: -1, symbols: [], base: [] };
    known.set(ledger, held);
  }
  if (held.booked === ledger.booked || (held.booked === ledger.booked - 1 && changed(held, ledger.lastBooked))) {
    held.booked = ledger.booked;
    return held;
  }
  held.booked = ledger.booked;
  let count = 0;
  for (const symbol of symbols.values()) {
    const units = unitsOf(symbol);
    if (units === 0) continue;
    held.symbols[count] = symbol;
    held.base[count] = units / symbol.instrument.baseScale;
    count += 1;
  }
  held.symbols.length = count;
  held.base.length = count;
  return held;
}

/** Takes over one fill of a symbol that was held before and still is; false when all have to be counted. */
function changed({ symbols, base }: Held, account: SleeveAccount | null): boolean {
  if (account === null) return false;
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i] as SymbolState;
    if (symbol.symbol !== account.symbol) continue;
    const units = unitsOf(symbol);
    base[i] = units / symbol.instrument.baseScale;
    return units !== 0;
  }
  return false;
}

function unitsOf({ sleeves }: SymbolState): number {
  let units = 0;
  for (const { account } of sleeves) units += baseUnitsOf(account);
  return units;
}

/** Value in quote of all base held, at the last prices. */
export function totalInventory(bot: Bot): number {
  const { symbols, base } = holdingsOf(bot);
  let value = 0;
  for (let i = 0; i < symbols.length; i++) value += (base[i] as number) * (symbols[i] as SymbolState).price;
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
