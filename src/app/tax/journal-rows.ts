import { z } from "zod";
import type { AgentEntry } from "../../core/agent.ts";
import type { Fill } from "../../core/fill.ts";
import { type Exact, exact, fromUnits, minus, negated, signOf, textOf, times } from "../../core/holdings/exact.ts";
import { decimalsOf, type Instrument } from "../../core/instrument.ts";
import { instrumentAfter } from "../../core/refilter.ts";
import type { StrategyEntry } from "../../core/strategy-entry.ts";
import { emptyRow, type TaxRow } from "../../core/tax/row.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import type { Journal } from "../../ports/journal.ts";
import { botOfGenesis, genesisSchema } from "../trade/genesis.ts";
import { journaledEvent } from "../trade/journaled.ts";

/** What a run's journal says about taxes. */
export interface JournalRows {
  readonly rows: readonly TaxRow[];
  readonly mode: "replay" | "paper" | "live";
  readonly venue: string;
}

const recordSchema = z.object({ event: z.unknown() });
/** Entries whose events this needs; the others are not even parsed. */
const WANTED = new Set(["fill", "filters"]);

/** The fills of a journal as trades, exact to the last unit. The account is the run's venue unless it is named. `path` is for origins. */
export function rowsOfJournal(journal: Pick<Journal, "entries">, path: string, account: string | null, agents: readonly AgentEntry[], strategies: readonly StrategyEntry[]): JournalRows {
  const entries = journal.entries(1)[Symbol.iterator]();
  const first = entries.next();
  if (first.done) throw new UserError(`${path}: nothing has been begun in this journal.`);
  const genesis = genesisSchema.parse(JSON.parse(first.value.payload));
  const { bot } = botOfGenesis(genesis, agents, strategies);
  const instruments = new Map([...bot.symbols].map(([symbol, { instrument }]) => [symbol, instrument]));
  const rows: TaxRow[] = [];
  for (let next = entries.next(); !next.done; next = entries.next()) {
    const { type, payload, sequence } = next.value;
    if (!WANTED.has(type)) continue;
    const event = journaledEvent.parse(recordSchema.parse(JSON.parse(payload)).event);
    if (event.type !== "fill" && event.type !== "filters") continue;
    const instrument = instruments.get(event.symbol);
    if (instrument === undefined) throw new RunError(`${path}: entry ${sequence} is of ${event.symbol}, which the run does not trade.`);
    if (event.type === "fill") {
      rows.push(...rowsOfFill(event, event.tradeId, instrument, `${path}#${sequence}`, account ?? genesis.venue));
      continue;
    }
    const made = instrumentAfter(instrument, event.filters);
    if (typeof made === "string") throw new RunError(`${path}: entry ${sequence}: ${made}.`);
    instruments.set(event.symbol, made);
  }
  return { rows, mode: genesis.mode, venue: genesis.venue };
}

function rowsOfFill(fill: Fill, tradeId: string, instrument: Instrument, origin: string, account: string): TaxRow[] {
  const { base, quote } = instrument;
  const quantity = fromUnits(BigInt(fill.steps) * BigInt(instrument.quantity.multiple), instrument.quantity.decimals);
  const price = fromUnits(BigInt(fill.ticks) * BigInt(instrument.price.multiple), instrument.price.decimals);
  const inBase = fill.feeCurrency === "base";
  const fee = fromUnits(BigInt(fill.feeUnits), decimalsOf(inBase ? instrument.baseScale : instrument.quoteScale));
  let [bases, quotes]: [Exact, Exact] = [quantity, times(price, quantity)];
  // A rebate is no fee below zero: it changes what was paid or received, as the venue books it.
  if (signOf(fee) < 0) {
    const gives = fill.side === "sell" ? -1 : 1;
    if (inBase) bases = gives === 1 ? minus(bases, fee) : minus(bases, negated(fee));
    else quotes = gives === 1 ? minus(quotes, negated(fee)) : minus(quotes, fee);
  }
  const [baseAmount, quoteAmount] = [{ asset: base, quantity: textOf(bases) }, { asset: quote, quantity: textOf(quotes) }];
  const row: TaxRow = {
    ...emptyRow(origin, fill.time, account, "trade"),
    ...(fill.side === "buy" ? { sent: quoteAmount, received: baseAmount } : { sent: baseAmount, received: quoteAmount }),
    fee: signOf(fee) > 0 ? { asset: inBase ? base : quote, quantity: textOf(fee) } : null,
    reference: tradeId,
    note: `${fill.strategy} ${fill.key}`,
  };
  return signOf(exact(quoteAmount.quantity)) > 0 && signOf(exact(baseAmount.quantity)) > 0 ? [row] : [];
}
