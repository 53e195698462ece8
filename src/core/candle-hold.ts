import type { CandleSeries } from "./candle.ts";

/** A symbol to be held, and what is known of its listing. */
export interface Holdable {
  readonly series: CandleSeries;
  /** First bar that is traded. */
  readonly from: number;
  /** Of what a purchase or a sale of it is worth, fraction. */
  readonly takerFee: number;
  /** Began some bars after the others: nobody kept money for it, so it is paid for out of what is held by then. */
  readonly isLate?: boolean;
  /** Epoch milliseconds from which it cannot be sold any more; absent for what goes on to the end. */
  readonly delisted?: number;
  /** Whether what is held of it counts for nothing from then on. */
  readonly isWorthless?: boolean;
}

/** Worth of a holding of 1 over its closes: before and after what is traded at a close. */
export interface HeldValue {
  /** Open time of the candles that close, epoch milliseconds. */
  readonly time: number;
  readonly before: number;
  readonly after: number;
}

interface Part {
  readonly market: Holdable;
  next: number;
  price: number;
  quantity: number;
}

/**
 * Holds what exists, close by close. Equal parts of what is there at the start; each that is listed later gets an equal
 * part too, for which the same share of everything that can be sold is sold; what is delisted stays, at its last close or
 * at nothing. Nobody knows beforehand what will be listed, or for how long.
 */
export function* holdWhatExists(markets: readonly Holdable[]): Generator<HeldValue> {
  const parts: Part[] = markets.map((market) => ({ market, next: market.from, price: 0, quantity: 0 }));
  const share = 1 / parts.filter(({ market }) => market.isLate !== true).length;
  let cash = 1;
  for (;;) {
    let now = Number.POSITIVE_INFINITY;
    for (const { market, next } of parts) if (next < market.series.length) now = Math.min(now, market.series.time[next] as number);
    if (now === Number.POSITIVE_INFINITY) return;
    const come: Part[] = [];
    for (const part of parts) if (takeClose(part, now)) come.push(part);
    const before = cash + worthOf(parts);
    for (const part of come) {
      if (part.market.isLate === true) continue;
      part.quantity = (share * (1 - part.market.takerFee)) / part.price;
      cash -= share;
    }
    const late = come.filter(({ market }) => market.isLate === true);
    if (late.length > 0) makeRoom(parts.filter((part) => part.quantity > 0 && now < (part.market.delisted ?? Number.POSITIVE_INFINITY)), late);
    // What is left of 1 when every share has been taken from it is a rounding.
    if (Math.abs(cash) < 1e-12) cash = 0;
    yield { time: now, before, after: cash + worthOf(parts) };
  }
}

/** Moves on to a time; true when its first traded close is that of now. */
function takeClose(part: Part, now: number): boolean {
  const { series, from, delisted = Number.POSITIVE_INFINITY, isWorthless } = part.market;
  if (part.next < series.length && series.time[part.next] === now) {
    part.price = series.close[part.next] as number;
    part.next += 1;
    return part.next === from + 1;
  }
  if (isWorthless === true && now >= delisted) part.price = 0;
  return false;
}

function worthOf(parts: readonly Part[]): number {
  let worth = 0;
  for (const { quantity, price } of parts) worth += quantity * price;
  return worth;
}

/** Sells the same share of everything, so that those who come have as much each as those who are there on average. */
function makeRoom(there: readonly Part[], come: readonly Part[]): void {
  const sold = come.length / (there.length + come.length);
  const fee = meanFee(there.map(({ market, quantity, price }) => ({ takerFee: market.takerFee, weight: quantity * price })));
  const proceeds = worthOf(there) * sold * (1 - fee);
  for (const part of there) part.quantity *= 1 - sold;
  for (const part of come) part.quantity = (proceeds * (1 - part.market.takerFee)) / come.length / part.price;
}

/** The fee of a trade that is spread over several symbols, fraction. Where all pay the same it is that very number: a mean would be another one in its last digit. */
export function meanFee(parts: readonly { readonly takerFee: number; readonly weight: number }[]): number {
  const common = parts[0]?.takerFee ?? 0;
  let weights = 0;
  let beyond = 0;
  for (const { takerFee, weight } of parts) {
    weights += weight;
    beyond += weight * (takerFee - common);
  }
  return weights > 0 ? common + beyond / weights : common;
}
