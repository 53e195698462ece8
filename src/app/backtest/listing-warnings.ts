import { cashOf } from "../../core/valuation.ts";
import type { Definition } from "../definition/schema.ts";
import { type Listing, listingsOf, spanOf } from "./listing.ts";
import type { BacktestPlan } from "./plan.ts";
import type { RunRecord } from "./record.ts";

const MOST_NAMED = 8;
const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Says which symbols were not there all the time, and what became of their part and of what was held of them. */
export function listingWarnings(record: RunRecord, plan: BacktestPlan): string[] {
  const listings = listingsOf(plan.markets);
  const late = listings.filter(({ beganLate }) => beganLate);
  const gone = listings.filter(({ delisted }) => delisted);
  const warnings: string[] = [];
  if (late.length > 0) {
    const until = plan.bot.profile === null ? "until then their parts of the capital lay in cash" : "until then the others shared the whole equity";
    warnings.push(`${named(late, ({ symbol, from }) => `${symbol} (${dayOf(from)})`)} began after the run (${dayOf(spanOf(plan.markets).startTime)}): ${until}`);
  }
  if (gone.length > 0) warnings.push(`${named(gone, ({ symbol, to }) => `${symbol} (${dayOf(to)})`)} ended before the run (${dayOf(record.endTime)}): taken for delisted, its orders given back; where candles are only missing, load them, or let the run end before by its key to`);
  return [...warnings, ...strandedWarnings(record, plan, gone)];
}

/** What is held of symbols that are gone decides a part of the result, so its size is told. */
function strandedWarnings({ bot, endTime }: RunRecord, plan: BacktestPlan, gone: readonly Listing[]): string[] {
  let cost = 0;
  let value = 0;
  let equity = cashOf(bot);
  const held: Listing[] = [];
  for (const { symbol, sleeves, instrument, price } of bot.symbols.values()) {
    const base = sleeves.reduce((sum, { account }) => sum + account.baseFree + account.baseReserved, 0) / instrument.baseScale;
    if (base > 0) equity += base * price;
    const listing = gone.find((one) => one.symbol === symbol);
    if (base <= 0 || listing === undefined || listing.to > endTime) continue;
    held.push(listing);
    value += base * price;
    cost += sleeves.reduce((sum, { account }) => sum + account.cost + account.dustCost, 0) / instrument.quoteScale;
  }
  if (held.length === 0) return [];
  const quote = plan.markets[0]?.instrument.quote ?? "";
  const what = `what was held of ${named(held, ({ symbol }) => symbol)} could not be sold any more (it had cost ${round(cost)} ${quote})`;
  if (plan.delisting === "worthless") return [`${what} and counts for nothing in this result`];
  return [`${what} and counts at its last close: ${round(value)} ${quote}, ${round((100 * value) / equity)} % of the final equity; delisting: worthless counts it for nothing`];
}

/** Candles of several exchanges meet in one account that no owner has. */
export function exchangeWarnings({ candles, symbols, fees: { of = {} } }: Pick<Definition, "candles" | "symbols" | "fees">): string[] {
  if (typeof candles === "string") return [];
  const exchangesOf = (some: readonly string[]): string[] => [...new Set(some.flatMap((symbol) => /^store:([^?/]+)/.exec(candles[symbol] ?? "")?.[1] ?? []))];
  const exchanges = exchangesOf(symbols);
  if (exchanges.length < 2) return [];
  // The common fees may be those of one exchange.
  const common = symbols.filter((symbol) => of[symbol]?.maker === undefined && of[symbol]?.taker === undefined);
  const account = exchangesOf(common).length < 2
    ? "one cash account for all of them"
    : common.length === symbols.length ? "one cash account and one fee for all of them" : "one cash account for all of them and one fee for what fees.of does not name";
  return [`the candles are of ${exchanges.join(" and ")}: the run has ${account}, as if money went from one exchange to the other at once and for nothing`];
}

function named(listings: readonly Listing[], text: (listing: Listing) => string): string {
  const names = listings.slice(0, MOST_NAMED).map(text).join(", ");
  return listings.length > MOST_NAMED ? `${names} and ${listings.length - MOST_NAMED} more` : names;
}

const round = (value: number): string => String(Math.round(value * 100) / 100);
