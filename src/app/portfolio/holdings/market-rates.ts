import { type Exact, exact, ONE, over, textOf, times } from "../../../core/holdings/exact.ts";
import type { BasisFlow, BasisTrade, PastRate } from "../../../core/holdings/basis.ts";
import { type Leg, type Rate, type Rates, ratesOf } from "../../../core/holdings/rates.ts";
import type { PastWorth, PriceSource } from "../../../ports/account.ts";
import { whyOf } from "./gather.ts";

const DAY = 86_400_000;
/** A market may have had no trade for some days. */
const LOOK_BACK = 7;

/** Prices of now, and who could not be asked. */
export interface MarketRates {
  readonly rates: Rates;
  readonly answered: number;
  readonly problems: readonly string[];
}

/** Asks all price sources for their markets. The first source's price counts where several have one. */
export async function readRates(sources: readonly PriceSource[], signal: AbortSignal, redact: (text: string) => string): Promise<MarketRates> {
  const problems: string[] = [];
  const answers = await Promise.all(
    sources.map(async (source) => {
      try {
        return await source.prices(signal);
      } catch (error) {
        signal.throwIfAborted();
        problems.push(`Prices of ${source.venue} could not be read: ${redact(whyOf(error))}`);
        return null;
      }
    }),
  );
  return { rates: ratesOf(answers.flatMap((one) => one ?? [])), answered: answers.filter((one) => one !== null).length, problems };
}

/** On which days the worth of which assets is needed to know what trades and flows were worth: opens of UTC days. */
export function pastNeeds(trades: readonly BasisTrade[], flows: readonly BasisFlow[], currency: string): ReadonlyMap<string, ReadonlySet<number>> {
  const needs = new Map<string, Set<number>>();
  const need = (asset: string, time: number): void => {
    if (asset !== currency) needs.set(asset, (needs.get(asset) ?? new Set()).add(dayOf(time)));
  };
  for (const { quote, base, fee, time } of trades) {
    need(quote, time);
    if (fee && fee.asset !== base && fee.asset !== quote) need(fee.asset, time);
  }
  for (const { asset, time, value } of flows) if (value === undefined) need(asset, time);
  return needs;
}

/** Worth of assets on past days, and what was found anew. */
export interface PastRates {
  readonly past: PastRate;
  readonly found: readonly PastWorth[];
  readonly problems: readonly string[];
}

/** What past rates are read with. */
export interface PastReading {
  readonly known: readonly PastWorth[];
  /** What an asset is worth now: the past follows the same way. */
  readonly rateOf: (asset: string) => Rate | null;
  readonly sources: readonly PriceSource[];
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
}

/** Worth of assets on the days needed: what is known, else the closes of the markets that lead to the currency today. */
export async function readPastRates(needs: ReadonlyMap<string, ReadonlySet<number>>, { known, rateOf, sources, signal, redact }: PastReading): Promise<PastRates> {
  const problems: string[] = [];
  const found: PastWorth[] = [];
  const worths = new Map<string, Map<number, Exact>>();
  const note = ({ asset, day, worth }: PastWorth): void => {
    worths.set(asset, (worths.get(asset) ?? new Map<number, Exact>()).set(day, exact(worth)));
  };
  known.forEach(note);
  for (const [asset, days] of needs) {
    const missing = [...days].filter((day) => worths.get(asset)?.has(day) !== true);
    const legs = rateOf(asset)?.legs ?? null;
    if (missing.length === 0 || legs === null) continue;
    const way: { readonly leg: Leg; readonly closes: ReadonlyMap<number, string> }[] = [];
    for (const leg of legs) way.push({ leg, closes: await closesOf(leg, Math.min(...missing) - LOOK_BACK * DAY, Math.max(...missing)) });
    for (const day of missing) {
      const worth = worthOn(way, day);
      if (worth === null) continue;
      const row = { asset, day, worth: textOf(worth) };
      found.push(row);
      note(row);
    }
  }
  return { past: (asset, time) => worths.get(asset)?.get(dayOf(time)) ?? null, found, problems };

  async function closesOf({ base, quote, venue }: Leg, from: number, to: number): Promise<ReadonlyMap<number, string>> {
    try {
      return (await sources.find((one) => one.venue === venue)?.dailyCloses(base, quote, from, to, signal)) ?? new Map();
    } catch (error) {
      signal.throwIfAborted();
      problems.push(`Past prices of ${base}/${quote} could not be read from ${venue}: ${redact(whyOf(error))}`);
      return new Map();
    }
  }
}

const dayOf = (time: number): number => Math.floor(time / DAY) * DAY;

function worthOn(way: readonly { readonly leg: Leg; readonly closes: ReadonlyMap<number, string> }[], day: number): Exact | null {
  let worth = ONE;
  for (const { leg, closes } of way) {
    const close = closeOn(closes, day);
    if (close === null) return null;
    worth = leg.reverse ? over(worth, close) : times(worth, close);
  }
  return worth;
}

function closeOn(closes: ReadonlyMap<number, string>, day: number): Exact | null {
  for (let back = 0; back <= LOOK_BACK; back++) {
    const close = closes.get(day - back * DAY);
    if (close !== undefined) return exact(close);
  }
  return null;
}
