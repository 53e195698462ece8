import type { Bot } from "../../core/bot.ts";
import { baseOf } from "../../core/instrument.ts";
import type { Journal } from "../../ports/journal.ts";
import type { ClosedTrip, ReceiptView, TradeRow } from "../../ports/operator.ts";
import { tradesBack } from "./fills.ts";
import { MOST_BACK } from "./newest.ts";
import { money, symbolOf } from "./watched.ts";

/** Lots that closed from a time (inclusive) to another (exclusive), oldest first. */
export function closedTrips(bot: Bot, from: number, to: number): readonly ClosedTrip[] {
  return bot.ledger.roundTrips
    .filter(({ closeTime }) => closeTime >= from && closeTime < to)
    .map((trip): ClosedTrip => {
      const { instrument } = symbolOf(bot, trip.symbol);
      const [cost, profit] = [money(bot, trip.cost), money(bot, trip.profit)];
      return {
        symbol: trip.symbol,
        base: instrument.base,
        strategy: trip.strategy,
        opened: trip.openTime,
        closed: trip.closeTime,
        quantity: baseOf(instrument, trip.soldBase),
        cost,
        proceeds: money(bot, trip.cost + trip.profit),
        fees: money(bot, trip.fees),
        profit,
      };
    })
    .sort((a, b) => a.closed - b.closed);
}

/** What was executed from a time to another, and the journal's last hash then. */
export function receiptView(bot: Bot, journal: Pick<Journal, "entries" | "lastSequence">, from: number, to: number, chain: ReceiptView["chain"]): ReceiptView {
  const fills: TradeRow[] = [];
  for (const fill of tradesBack(bot, journal, from)) if (fill.time >= from) fills.push(fill);
  const sequence = journal.lastSequence;
  return { from, to, fills: fills.reverse(), complete: sequence <= MOST_BACK || oldestTime(journal, sequence - MOST_BACK) < from, sequence, hash: hashAt(journal, sequence), chain };
}

function oldestTime(journal: Pick<Journal, "entries">, sequence: number): number {
  for (const { time } of journal.entries(sequence)) return time;
  return Number.NEGATIVE_INFINITY;
}

function hashAt(journal: Pick<Journal, "entries">, sequence: number): string {
  for (const { hash } of journal.entries(sequence)) return hash;
  return "";
}
