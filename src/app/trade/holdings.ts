import type { Bot } from "../../core/bot.ts";
import { addDecimals } from "../../core/decimal.ts";
import { baseUnitsOf } from "../../core/ledger.ts";
import type { VenueBalance } from "../../ports/venue.ts";
import { unitsText } from "./exact.ts";

/** What a bot's ledger holds by asset, decimal. */
export function holdingsOf(bot: Bot): ReadonlyMap<string, string> {
  const held = new Map<string, string>();
  for (const { instrument, sleeves } of bot.symbols.values()) {
    held.set(instrument.quote, unitsText(instrument, "quote", bot.ledger.quoteFree + bot.ledger.quoteReserved));
    const base = unitsText(instrument, "base", sleeves.reduce((units, { account }) => units + baseUnitsOf(account), 0));
    held.set(instrument.base, addDecimals(held.get(instrument.base) ?? "0", base));
  }
  return held;
}

/** A difference between what a venue says is there and what the books say, in the asset. */
export interface Discrepancy {
  readonly asset: string;
  readonly venue: string;
  readonly books: string;
}

/**
 * Compares totals: what was there before the bot began (the baseline) and what its ledger holds must be what the
 * venue says, exactly. Amounts finer than can be counted are a discrepancy too.
 */
export function discrepancies(
  bot: Bot,
  balances: ReadonlyMap<string, VenueBalance>,
  baseline: Readonly<Record<string, string>>,
): readonly Discrepancy[] {
  const found: Discrepancy[] = [];
  for (const [asset, own] of holdingsOf(bot)) {
    const total = balances.get(asset)?.total ?? "0";
    const books = addDecimals(baseline[asset] ?? "0", own);
    if (addDecimals(total, books, -1) !== "0") found.push({ asset, venue: total, books });
  }
  return found;
}
