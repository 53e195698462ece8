import type { Bot, SymbolState } from "../bot.ts";
import { percent } from "../trading-limits.ts";
import { inventoryOf } from "../valuation.ts";
import type { Stake } from "./risk-book.ts";

/** Stable words for what the limits of the whole portfolio refuse. */
export type PortfolioReason = "symbol-limit" | "group-limit" | "var-limit" | "cvar-limit";

/** Why they refuse an order, with its numbers. */
export interface PortfolioRefusal {
  readonly reason: PortfolioReason;
  readonly detail: string;
}

/**
 * Whether a buy of `notional` of a symbol would break a limit of the portfolio: what is held at the prices of now, what open buys
 * have set aside, and this order. `equity` and `committed` (of all symbols) in quote units, as is `notional`. Null when it would not.
 */
export function portfolioRefusal(bot: Bot, symbol: SymbolState, equity: number, committed: number, notional: number): PortfolioRefusal | null {
  const { profile } = bot;
  if (profile === null) return null;
  const { maxSymbolShare, maxVar, maxCvar, groups } = profile;
  const all = committed + notional;
  // What holds for everything together holds for every part of it, and no loss is more than all: most orders need no more than this.
  if (all > maxSymbolShare * equity) {
    const share = (bot.symbols.size === 1 ? all : committedTo(symbol) + notional) / equity;
    if (share > maxSymbolShare) return { reason: "symbol-limit", detail: `would put ${percent(share)} of equity into ${symbol.symbol}; the limit is ${percent(maxSymbolShare)}` };
  }
  for (const { name, symbols, most } of groups ?? []) {
    if (!symbols.includes(symbol.symbol) || all <= most * equity) continue;
    let sum = notional;
    for (const member of symbols) {
      const held = bot.symbols.get(member);
      if (held) sum += committedTo(held);
    }
    if (sum > most * equity) return { reason: "group-limit", detail: `would put ${percent(sum / equity)} of equity into ${name} (${symbols.join(", ")}); the limit is ${percent(most)}` };
  }
  if (all <= Math.min(maxVar ?? Number.POSITIVE_INFINITY, maxCvar ?? Number.POSITIVE_INFINITY) * equity || (maxVar === undefined && maxCvar === undefined)) return null;
  return tailRefusal(bot, symbol, equity, notional, maxVar, maxCvar);
}

function tailRefusal(bot: Bot, symbol: SymbolState, equity: number, notional: number, maxVar: number | undefined, maxCvar: number | undefined): PortfolioRefusal | null {
  const { valueAtRisk, shortfall, basis, unknown } = bot.riskBook.tail(stakesOf(bot, symbol, notional));
  const names = unknown.join(", ");
  const grounds = unknown.length > 0 ? `; too few bars of ${names} are known, so all of it counts as lost` : basis === "sum" ? "; too few bars are shared, so single risks are added up" : "";
  if (maxVar !== undefined && valueAtRisk > maxVar * equity) {
    return { reason: "var-limit", detail: `one day in twenty would lose more than ${percent(valueAtRisk / equity)} of equity; the limit is ${percent(maxVar)}${grounds}` };
  }
  if (maxCvar !== undefined && shortfall > maxCvar * equity) {
    return { reason: "cvar-limit", detail: `the worst day in twenty would lose ${percent(shortfall / equity)} of equity on average; the limit is ${percent(maxCvar)}${grounds}` };
  }
  return null;
}

/** What is in the market or on its way there, symbol by symbol, with so much more (quote units) of one of them. */
export function stakesOf(bot: Bot, more: SymbolState | null = null, notional = 0): Stake[] {
  const stakes: Stake[] = [];
  for (const place of bot.symbols.values()) {
    // By name: who looks ahead asks with a copy of the symbol at another price.
    const worth = more?.symbol === place.symbol ? committedTo(more) + notional : committedTo(place);
    if (worth > 0) stakes.push({ symbol: place.symbol, candles: place.candles, worth });
  }
  return stakes;
}

/** Quote units that a symbol's inventory is worth and that its open buys have set aside. */
function committedTo(symbol: SymbolState): number {
  let reserved = 0;
  for (const { orders } of symbol.sleeves) {
    for (const order of orders.live.values()) if (order.desired.side === "buy") reserved += order.reserved;
  }
  const inventory = inventoryOf(symbol);
  return (Number.isFinite(inventory) ? inventory * symbol.instrument.quoteScale : 0) + reserved;
}
