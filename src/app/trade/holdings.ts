import type { Bot } from "../../core/bot.ts";
import { addDecimals, decimalOfUnits } from "../../core/decimal.ts";
import { baseUnitsOf } from "../../core/ledger.ts";
import type { VenueBalance } from "../../ports/venue.ts";

/** What a bot's ledger holds by asset, decimal. */
export function holdingsOf(bot: Bot): ReadonlyMap<string, string> {
  const held = new Map<string, number>();
  const places = new Map<string, number>();
  for (const { instrument, sleeves } of bot.symbols.values()) {
    const quotePlaces = Math.round(Math.log10(instrument.quoteScale));
    held.set(instrument.quote, bot.ledger.quoteFree + bot.ledger.quoteReserved);
    places.set(instrument.quote, quotePlaces);
    places.set(instrument.base, Math.round(Math.log10(instrument.baseScale)));
    let base = held.get(instrument.base) ?? 0;
    for (const { account } of sleeves) base += baseUnitsOf(account);
    held.set(instrument.base, base);
  }
  return new Map([...held].map(([asset, units]) => [asset, decimalOfUnits(units, places.get(asset) ?? 8)]));
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
