import type { Bot } from "../../core/bot.ts";
import { baseOf, priceOf, quantityOf, quoteOf } from "../../core/instrument.ts";
import type { Journal } from "../../ports/journal.ts";
import type { Page, TradeRow } from "../../ports/operator.ts";
import type { JournaledEvent } from "../trade/journaled.ts";
import { eventOf, newestFirst } from "./newest.ts";
import { pageAt } from "./page.ts";
import { symbolOf } from "./watched.ts";

/** Entries are in the order in which they were written; their times come from two clocks, so an older one among newer ends nothing, ms. */
const APART = 3_600_000;

type FillEvent = Extract<JournaledEvent, { type: "fill" }>;

/** The bot's fills back to a time (epoch milliseconds), newest first, read from the journal as far as they are asked for. */
export function* fillsBack(journal: Pick<Journal, "entries" | "lastSequence">, since: number): Generator<FillEvent> {
  for (const entry of newestFirst(journal, journal.lastSequence)) {
    if (entry.time < (entry.type === "fill" ? since : since - APART)) return;
    if (entry.type !== "fill") continue;
    const event = eventOf(JSON.parse(entry.payload));
    if (event?.type === "fill") yield event;
  }
}

/** A page of the bot's fills, newest first; without rows where it is further back than is walked. */
export function tradesPage(bot: Bot, journal: Pick<Journal, "entries" | "lastSequence">, page: number, size: number): Page<TradeRow> {
  const total = bot.ledger.sleeves.reduce((sum, { fills }) => sum + fills, 0);
  const at = pageAt(total, page, size);
  const rows: TradeRow[] = [];
  let index = 0;
  for (const fill of fillsBack(journal, 0)) {
    if (index >= at.from) rows.push(tradeRow(bot, fill));
    index += 1;
    if (index >= at.to) break;
  }
  return { rows, page: at.page, pages: at.pages, total };
}

/** A fill in quote and base. */
export function tradeRow(bot: Bot, fill: FillEvent): TradeRow {
  const { instrument } = symbolOf(bot, fill.symbol);
  const price = priceOf(instrument, fill.ticks);
  const quantity = quantityOf(instrument, fill.steps);
  const inBase = fill.feeCurrency === "base";
  return {
    time: fill.time,
    tradeId: fill.tradeId,
    symbol: fill.symbol,
    base: instrument.base,
    strategy: fill.strategy,
    side: fill.side,
    price,
    quantity,
    worth: price * quantity,
    fee: inBase ? baseOf(instrument, fill.feeUnits) : quoteOf(instrument, fill.feeUnits),
    feeCurrency: inBase ? instrument.base : instrument.quote,
  };
}

/** The same as `fillsBack`, in quote and base. */
export function* tradesBack(bot: Bot, journal: Pick<Journal, "entries" | "lastSequence">, since: number): Generator<TradeRow> {
  for (const fill of fillsBack(journal, since)) yield tradeRow(bot, fill);
}
