import { type Instrument, notionalUnits } from "../../core/instrument.ts";
import type { Posting } from "../../ports/journal.ts";
import type { JournaledEvent } from "./journaled.ts";

type FillEvent = Extract<JournaledEvent, { type: "fill" }>;

/** Double entry of the first deposit: what the bot may use, quote units. */
export function capitalPostings(venue: string, quote: string, units: number): readonly Posting[] {
  return [
    { account: `cash:${venue}`, currency: quote, units },
    { account: "capital", currency: quote, units: -units },
  ];
}

/**
 * Double entry of one fill. What is paid leaves the cash of its currency for `trading`, what is received comes from
 * there; the fee leaves cash for `fees`. Each currency sums to zero, so cash at any time is what the venue must hold.
 */
export function fillPostings(venue: string, instrument: Instrument, fill: FillEvent): readonly Posting[] {
  const { base, quote } = instrument;
  const sign = fill.side === "buy" ? 1 : -1;
  const notional = notionalUnits(instrument, fill.ticks, fill.steps);
  const quantity = fill.steps * instrument.stepUnits;
  const cash = `cash:${venue}`;
  const postings: Posting[] = [
    { account: cash, currency: base, units: sign * quantity },
    { account: `trading:${fill.strategy}:${fill.symbol}`, currency: base, units: -sign * quantity },
    { account: cash, currency: quote, units: -sign * notional },
    { account: `trading:${fill.strategy}:${fill.symbol}`, currency: quote, units: sign * notional },
  ];
  if (fill.feeUnits === 0) return postings;
  const currency = fill.feeCurrency === "base" ? base : quote;
  return [...postings, { account: cash, currency, units: -fill.feeUnits }, { account: `fees:${venue}`, currency, units: fill.feeUnits }];
}
