import { createRandom } from "../../core/random.ts";
import type { Level, Market, SyntheticBook } from "./market.ts";

/** Levels of the synthetic book on each side. */
const LEVELS = 20;
/** What is shown of a side without end, in steps. */
const ENDLESS_SHOWN = 1_000_000_000;

/** How the book is made: see `createEngine`. */
export interface BookRules {
  readonly deep: boolean;
  readonly seed: number;
  readonly volumeShare: number;
}

/** The book of now. It is made anew when the price moves or a candle opens; until then what was taken stays taken. */
export function bookOf(market: Market, rules: BookRules): SyntheticBook {
  market.book ??= rules.deep ? deepBook(market) : thinBook(market, rules);
  return market.book;
}

function deepBook(market: Market): SyntheticBook {
  if (market.last === null) return { bids: [], asks: [] };
  const level = (): Level => ({ ticks: market.last ?? 0, steps: Number.POSITIVE_INFINITY });
  return { bids: [level()], asks: [level()] };
}

function thinBook(market: Market, { seed, volumeShare }: BookRules): SyntheticBook {
  const { last, tick, lot, instrument, series, walk } = market;
  if (last === null) return { bids: [], asks: [] };
  const random = createRandom(seed).fork(`${market.symbol} ${walk.bar} ${last}`);
  const middle = Math.max(1, Math.round(last / tick));
  const bid = Math.max(1, market.rising ? middle - 1 : middle);
  // One part in ten thousand between levels, so that a large order feels the depth whatever the price step is.
  const gap = Math.max(1, Math.floor(middle / 10_000));
  const volume = series.volume[Math.min(walk.bar, series.length - 1)] ?? 0;
  const average = (volume * volumeShare) / instrument.filters.quantityStep / LEVELS;
  const smallest = Math.ceil(Math.max(instrument.minSteps / lot, (2 * instrument.minNotionalUnits) / (middle * tick * lot * instrument.notionalScale), 1));
  const size = (): number => lot * Math.max(Math.ceil(smallest * (1 + random.uniform())), Math.floor(average * (0.5 + random.uniform())));
  const book: SyntheticBook = { bids: [], asks: [] };
  for (let level = 0; level < LEVELS; level++) {
    const below = bid - level * gap;
    const steps = { bid: size(), ask: size() };
    if (below >= 1) book.bids.push({ ticks: below * tick, steps: steps.bid });
    book.asks.push({ ticks: (bid + 1 + level * gap) * tick, steps: steps.ask });
  }
  return book;
}

/** Levels as they are shown: ticks and a finite number of steps. */
export function shown(levels: readonly Level[], depth: number): readonly (readonly [number, number])[] {
  return levels.slice(0, Math.max(0, depth)).map(({ ticks, steps }) => [ticks, Number.isFinite(steps) ? steps : ENDLESS_SHOWN]);
}
