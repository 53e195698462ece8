import { type Instrument, baseOf, quoteOf } from "../../core/instrument.ts";
import { baseUnitsOf } from "../../core/ledger.ts";
import type { Bot, SymbolState } from "../../core/bot.ts";
import type { OrderRow } from "../../ports/journal.ts";
import type { Operator, ReceiptView } from "../../ports/operator.ts";
import type { SessionParts } from "../trade/parts.ts";
import type { Session } from "../trade/session.ts";

/** A running bot as its operator sees it. */
export interface Watched {
  readonly session: Session;
  readonly parts: Pick<SessionParts, "botId" | "mode" | "definition" | "venue" | "journal" | "clock" | "outside">;
  readonly version: string;
  /** The chain of receipts: how far it goes as far as that is known, and a receipt of it. */
  readonly receipts?: { readonly known: () => ReceiptView["chain"]; readonly signed: Operator["signedReceipt"] };
  /** Asks the process to end the run. */
  readonly stop: (by: string) => void;
}

/** The currency in which everything is counted; empty for a bot without symbols. */
export function quoteName(bot: Bot): string {
  return bot.plan.symbols[0]?.instrument.quote ?? "";
}

/** Quote of a count of quote units: all symbols of a bot share one scale. */
export function money(bot: Bot, units: number): number {
  const instrument = bot.plan.symbols[0]?.instrument;
  return instrument ? quoteOf(instrument, units) : 0;
}

/** Base that all strategies together hold of a symbol. */
export function heldOf({ instrument, sleeves }: SymbolState): number {
  return baseOf(instrument, sleeves.reduce((units, { account }) => units + baseUnitsOf(account), 0));
}

/** The last price, quote; null before the first. */
export function priceOrNull({ price }: { readonly price: number }): number | null {
  return Number.isFinite(price) ? price : null;
}

/** The symbol's state; throws for one that the bot does not trade. */
export function symbolOf(bot: Bot, symbol: string): SymbolState {
  const state = bot.symbols.get(symbol);
  if (!state) throw new RangeError(`this bot does not trade ${symbol}`);
  return state;
}

/** Instrument of an open order. */
export function instrumentOf(bot: Bot, row: Pick<OrderRow, "symbol">): Instrument {
  return symbolOf(bot, row.symbol).instrument;
}
