import { hash } from "node:crypto";
import { z } from "zod";
import { decimalOfUnits } from "../../core/decimal.ts";
import { createInstrument, decimalsOf, type Instrument, notionalUnits, quoteDecimals } from "../../core/instrument.ts";
import { firstPreviousText, type Head, hashedText, type ReceiptBody } from "../../core/receipts/receipt.ts";
import { instrumentAfter } from "../../core/refilter.ts";
import { RunError } from "../../core/user-error.ts";
import type { JournalEntry } from "../../ports/journal.ts";
import { priceText, quantityText, unitsText } from "../trade/exact.ts";
import { genesisSchema } from "../trade/genesis.ts";
import { journaledEvent, type JournaledEvent } from "../trade/journaled.ts";
import { Plans } from "./plans.ts";

/** A receipt before it is signed. */
export interface Unsigned {
  readonly body: ReceiptBody;
  readonly hash: string;
}

type FillEvent = Extract<JournaledEvent, { type: "fill" }>;

/** Entries that tell what happened around the bot plan nothing: not every one of them is worth reading. */
const PLANNING: ReadonlySet<string> = new Set(journaledEvent.options.map(({ shape }) => shape.type.value));
const eventSchema = z.object({ event: journaledEvent });
const symbolsSchema = z.object({ symbols: z.array(z.string()) });

const sha256 = (text: string): string => hash("sha256", text, "hex");

/**
 * Makes the receipts of a journal from its entries, one after another: the same entries give the same chain, whether they
 * come at once or over months. It holds the orders that are open and not what is behind it.
 */
export class ReceiptFold {
  readonly #plans = new Plans();
  readonly #instruments = new Map<string, Instrument>();
  #journal: { readonly bot: string; readonly mode: "replay" | "paper" | "live"; readonly venue: string; readonly begin: string } | null = null;
  #head: Head = { count: 0, hash: "" };
  #sequence = 0;

  /** How far the chain goes; before the first entry its hash is empty. */
  get head(): Head {
    return this.#head;
  }

  /** The sequence of the last entry that was taken in. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Takes in the next entry; the receipt when it is a fill. */
  take(entry: JournalEntry): Unsigned | null {
    if (entry.sequence !== this.#sequence + 1) throw new RunError(`The journal has no entry ${this.#sequence + 1}: after it comes ${entry.sequence}. \`caucus ledger verify\` says what is wrong.`);
    this.#sequence = entry.sequence;
    if (this.#journal === null) {
      this.#begin(entry);
      return null;
    }
    if (!PLANNING.has(entry.type)) return null;
    const payload: unknown = JSON.parse(entry.payload);
    const made = entry.type === "fill" ? this.#receipt(entry, eventOf(entry, payload, "fill")) : null;
    // A fill plans what follows on it, so what came of it is learned after it is booked.
    this.#plans.learn(entry.sequence, entry.type, payload);
    if (entry.type === "order") this.#plans.end(eventOf(entry, payload, "order").orderId);
    if (entry.type === "filters") this.#refilter(eventOf(entry, payload, "filters"));
    return made;
  }

  #begin(entry: JournalEntry): void {
    const genesis = genesisSchema.safeParse(JSON.parse(entry.payload));
    if (!genesis.success) throw new RunError("The journal's first entry is none of this version's: there is nothing to make receipts of.");
    const { botId: bot, mode, venue, definition, instruments } = genesis.data;
    const { symbols } = symbolsSchema.parse(definition);
    const decimals = quoteDecimals(symbols.flatMap((symbol) => instruments[symbol] ?? []));
    for (const symbol of symbols) {
      const filters = instruments[symbol];
      const made = filters ? createInstrument(symbol, filters, decimals) : "the venue has no such symbol";
      if (typeof made === "string") throw new RunError(`${symbol}: ${made}.`);
      this.#instruments.set(symbol, made);
    }
    this.#journal = { bot, mode, venue, begin: entry.hash };
    this.#head = { count: 0, hash: sha256(firstPreviousText(entry.hash)) };
  }

  #receipt(entry: JournalEntry, fill: FillEvent): Unsigned {
    const plan = this.#plans.get(fill.orderId, fill);
    const instrument = this.#instrument(fill.symbol);
    if (plan === null || this.#journal === null) throw new RunError(`Entry ${entry.sequence} of the journal is a fill of order ${fill.orderId}, which it never planned. \`caucus ledger verify\` says what is wrong.`);
    if (fill.complete) this.#plans.filled(fill.orderId, fill);
    const { clientOrderId, orderId, strategy, key, orderType: type, reason, planned, cause, decision } = plan;
    const { bot, mode, venue, begin } = this.#journal;
    const { symbol, tradeId, time, side, liquidity, complete, feeCurrency } = fill;
    const body: ReceiptBody = {
      version: 1,
      number: this.#head.count + 1,
      previous: this.#head.hash,
      fill: {
        venue, symbol, tradeId, time, side, liquidity, complete,
        price: priceText(instrument, fill.ticks), quantity: quantityText(instrument, fill.steps), base: instrument.base,
        worth: decimalOfUnits(notionalUnits(instrument, fill.ticks, fill.steps), decimalsOf(instrument.quoteScale)), quote: instrument.quote,
        fee: unitsText(instrument, feeCurrency, fill.feeUnits), feeCurrency: instrument[feeCurrency],
      },
      order: { clientOrderId, orderId, strategy, key, type, price: type === "limit" ? priceText(instrument, plan.ticks) : null, quantity: quantityText(instrument, plan.steps), reason, planned, cause },
      decision,
      journal: { bot, mode, begin, sequence: entry.sequence, hash: entry.hash },
    };
    const made = { body, hash: sha256(hashedText(body)) };
    this.#head = { count: body.number, hash: made.hash };
    return made;
  }

  #refilter({ symbol, filters }: Extract<JournaledEvent, { type: "filters" }>): void {
    const made = instrumentAfter(this.#instrument(symbol), filters);
    if (typeof made === "string") throw new RunError(`${symbol}: ${made}.`);
    this.#instruments.set(symbol, made);
  }

  #instrument(symbol: string): Instrument {
    const known = this.#instruments.get(symbol);
    if (!known) throw new RunError(`The journal trades ${symbol}, which is not among the symbols that it began with.`);
    return known;
  }
}

function eventOf<T extends JournaledEvent["type"]>(entry: JournalEntry, payload: unknown, type: T): Extract<JournaledEvent, { type: T }> {
  const parsed = eventSchema.safeParse(payload);
  if (parsed.success && isOf(parsed.data.event, type)) return parsed.data.event;
  throw new RunError(`Entry ${entry.sequence} of the journal is no ${type} as it is written. \`caucus ledger verify\` says what is wrong.`);
}

const isOf = <T extends JournaledEvent["type"]>(event: JournaledEvent, type: T): event is Extract<JournaledEvent, { type: T }> => event.type === type;
