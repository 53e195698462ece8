import type { Bot } from "../../../core/bot.ts";
import type { PaperLevel } from "./market.ts";

/** The levels that the strategies of a symbol watch now, quote. */
export function watchedLevels(bot: Bot, symbol: string): readonly PaperLevel[] {
  const sleeves = bot.symbols.get(symbol)?.sleeves ?? [];
  return sleeves.map(({ strategy, account }) => ({ strategy: account.strategy, ...strategy.watch() }));
}
