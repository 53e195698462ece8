import { type Exact, exact, ONE, over, times } from "../holdings/exact.ts";

/** Closed candles of one symbol, rising in time. */
export interface PriceSeries {
  /** Such as BTC/EUR. */
  readonly symbol: string;
  /** The file or store that they are from. */
  readonly source: string;
  /** Length of a candle, milliseconds. */
  readonly timeframe: number;
  /** Open times, epoch milliseconds. */
  readonly time: ArrayLike<number>;
  /** In the quote. */
  readonly close: ArrayLike<number>;
}

/** One candle that a price rests on. */
export interface PriceLeg {
  readonly symbol: string;
  readonly source: string;
  /** The close as the file has it. */
  readonly close: string;
  /** When that candle closed, epoch milliseconds. */
  readonly closedAt: number;
  /** Whether the price is one divided by the close. */
  readonly inverted: boolean;
}

/** A price of one unit in the tax currency with the candles behind it, or why there is none. */
export type PriceAnswer = { readonly price: Exact; readonly legs: readonly PriceLeg[] } | { readonly why: string };

/** The price of one unit of an asset at an instant. */
export type PriceAt = (asset: string, time: number) => PriceAnswer;

interface Edge {
  readonly series: PriceSeries;
  readonly inverted: boolean;
}

/** Assets that a price is made over where there is no candle of its own, in this order; then any other. */
const VIA = ["USDT", "USDC", "USD", "EUR", "BTC", "ETH"];

/**
 * Prices in a currency from candles: the nearest candle that had closed at the instant, at most `limitMs` before it. Over one
 * other asset at the most, and never by taking a stablecoin for its currency.
 */
export function priceBook(all: readonly PriceSeries[], currency: string, limitMs: number): PriceAt {
  const edges = new Map<string, Map<string, Edge[]>>();
  const put = (from: string, to: string, edge: Edge): void => {
    const own = edges.get(from) ?? new Map<string, Edge[]>();
    edges.set(from, own);
    own.set(to, [...(own.get(to) ?? []), edge]);
  };
  for (const series of all) {
    const [base = "", quote = ""] = series.symbol.split("/");
    put(base, quote, { series, inverted: false });
    put(quote, base, { series, inverted: true });
  }
  const legOf = (from: string, to: string, time: number): { price: Exact; leg: PriceLeg } | null => {
    let best: { price: Exact; leg: PriceLeg } | null = null;
    for (const { series, inverted } of edges.get(from)?.get(to) ?? []) {
      const at = lastClosed(series, time);
      const close = series.close[at];
      const opened = series.time[at];
      if (close === undefined || opened === undefined || !Number.isFinite(close) || close <= 0) continue;
      const closedAt = opened + series.timeframe;
      if (time - closedAt > limitMs || (best !== null && best.leg.closedAt >= closedAt)) continue;
      const text = String(close);
      const price = exact(text);
      best = { price: inverted ? over(ONE, price) : price, leg: { symbol: series.symbol, source: series.source, close: text, closedAt, inverted } };
    }
    return best;
  };
  return (asset, time) => {
    if (asset === currency) return { price: ONE, legs: [] };
    const direct = legOf(asset, currency, time);
    if (direct) return { price: direct.price, legs: [direct.leg] };
    for (const via of viaOf(edges.get(asset))) {
      if (via === currency) continue;
      const [first, second] = [legOf(asset, via, time), legOf(via, currency, time)];
      if (first && second) return { price: times(first.price, second.price), legs: [first.leg, second.leg] };
    }
    return { why: whyNot(asset, currency, edges) };
  };
}

function whyNot(asset: string, currency: string, edges: ReadonlyMap<string, ReadonlyMap<string, readonly Edge[]>>): string {
  const own = edges.get(asset);
  if (own === undefined) return `there are no candles of ${asset}`;
  const linked = own.has(currency) || [...own.keys()].some((via) => edges.get(via)?.has(currency));
  if (!linked) return `the candles of ${asset} do not lead to ${currency} over one other asset`;
  return `no candle of ${asset} that leads to ${currency} had closed shortly before`;
}

function viaOf(own: ReadonlyMap<string, unknown> | undefined): string[] {
  const rank = (name: string): number => (VIA.includes(name) ? VIA.indexOf(name) : VIA.length);
  return [...(own?.keys() ?? [])].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Index of the last candle that had closed at an instant; -1 for none. */
function lastClosed({ time, timeframe }: PriceSeries, instant: number): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] ?? Number.POSITIVE_INFINITY) + timeframe <= instant) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
