import { type Exact, exact, ONE, over, parseExact, signOf, textOf, times } from "./exact.ts";

/** A market's price: quote for one base, decimal text. */
export interface QuotedMarket {
  readonly base: string;
  readonly quote: string;
  readonly price: string;
  readonly venue: string;
}

/** What one unit of an asset is worth in a currency, and how that is known. */
export interface Rate {
  readonly price: Exact;
  /** For people: "BTC/USDT (binance)", "X/BTC x BTC/USDT (kraken)". */
  readonly path: string;
  /** What was taken as given for want of a market: "USDT as 1 USD"; `null` when nothing was. */
  readonly assumed: string | null;
  /** The markets that it goes through, for looking up what it was on another day; none for what is taken as given, `null` when the way is not known. */
  readonly legs: readonly Leg[] | null;
}

/** One market on the way from an asset to a currency; `reverse` where the way goes from its quote to its base. */
export interface Leg {
  readonly base: string;
  readonly quote: string;
  readonly venue: string;
  readonly reverse: boolean;
}

/** Assets that promise to be worth a dollar. They are taken at their market's price; at one dollar only where there is no market. */
export const DOLLARS: ReadonlySet<string> = new Set(["USD", "USDT", "USDC", "DAI", "FDUSD", "TUSD", "BUSD", "PYUSD", "USDP", "USDE", "USDS", "RLUSD"]);

/** Which intermediate is preferred: the most traded. All others come after, by name. */
const VIA = ["USDT", "USDC", "USD", "EUR", "BTC", "ETH"];
/** An answer of more than this many digits is no price. */
const HIGHEST = exact("1e30");

interface Edge {
  readonly to: string;
  readonly price: Exact;
  readonly name: string;
  readonly leg: Leg;
}

/** Finds what assets are worth from the markets of some exchanges. */
export interface Rates {
  rate(asset: string, currency: string): Rate | null;
}

/**
 * Rates from markets: the market itself or its reverse, else through one asset between the two. Of several exchanges the
 * first one in `markets` counts. Prices that are no plain decimal above zero are not taken.
 */
export function ratesOf(markets: Iterable<QuotedMarket>): Rates {
  const edges = new Map<string, Map<string, Edge>>();
  const add = (from: string, edge: Edge): void => {
    const known = edges.get(from) ?? new Map<string, Edge>();
    if (!known.has(edge.to)) known.set(edge.to, edge);
    edges.set(from, known);
  };
  for (const { base, quote, price: text, venue } of markets) {
    const price = parseExact(text);
    if (price === null || signOf(price) <= 0 || base === quote || price.units > HIGHEST.units * 10n ** BigInt(price.places)) continue;
    const name = `${base}/${quote}`;
    add(base, { to: quote, price, name, leg: { base, quote, venue, reverse: false } });
    add(quote, { to: base, price: over(ONE, price), name: `1 / ${name}`, leg: { base, quote, venue, reverse: true } });
  }
  return { rate: (asset, currency) => direct(edges, asset, currency) ?? through(edges, asset, currency) ?? assumed(edges, asset, currency) };
}

function direct(edges: ReadonlyMap<string, ReadonlyMap<string, Edge>>, asset: string, currency: string): Rate | null {
  if (asset === currency) return { price: ONE, path: "the currency itself", assumed: null, legs: [] };
  const edge = edges.get(asset)?.get(currency);
  return edge && signOf(edge.price) > 0 ? { price: edge.price, path: `${edge.name} (${edge.leg.venue})`, assumed: null, legs: [edge.leg] } : null;
}

function through(edges: ReadonlyMap<string, ReadonlyMap<string, Edge>>, asset: string, currency: string): Rate | null {
  for (const first of byPreference(edges.get(asset))) {
    const second = edges.get(first.to)?.get(currency);
    if (!second) continue;
    const price = times(first.price, second.price);
    if (signOf(price) <= 0) continue;
    const [one, other] = [first.leg.venue, second.leg.venue];
    const venues = one === other ? one : `${one}, ${other}`;
    return { price, path: `${first.name} x ${second.name} (${venues})`, assumed: null, legs: [first.leg, second.leg] };
  }
  return null;
}

/** Where no markets lead to the currency, one promised dollar counts as another, and it is said. */
function assumed(edges: ReadonlyMap<string, ReadonlyMap<string, Edge>>, asset: string, currency: string): Rate | null {
  const peg = (one: string, other: string): string => `${one} as 1 ${other}`;
  if (!DOLLARS.has(currency)) {
    // A dollar without a market of its own is worth what another one is.
    const other = DOLLARS.has(asset) ? byPreference(edges.get(currency)).find(({ to }) => DOLLARS.has(to))?.to : undefined;
    const rate = other === undefined ? null : direct(edges, other, currency);
    return rate === null || other === undefined ? null : { ...rate, assumed: peg(asset, other) };
  }
  if (DOLLARS.has(asset)) return { price: ONE, path: "no market", assumed: peg(asset, currency), legs: [] };
  for (const first of byPreference(edges.get(asset))) {
    if (!DOLLARS.has(first.to)) continue;
    return { price: first.price, path: `${first.name} (${first.leg.venue})`, assumed: peg(first.to, currency), legs: [first.leg] };
  }
  return null;
}

function byPreference(edges: ReadonlyMap<string, Edge> | undefined): Edge[] {
  const rank = (name: string): number => (VIA.includes(name) ? VIA.indexOf(name) : VIA.length);
  return [...(edges?.values() ?? [])].sort((a, b) => rank(a.to) - rank(b.to) || (a.to < b.to ? -1 : 1));
}

/** A rate's price as decimal text. */
export const priceText = ({ price }: Rate): string => textOf(price);
