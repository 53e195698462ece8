import type { CandleSeries } from "../../core/candle.ts";
import { BLOCK, blocksOf } from "../../core/candle-blocks.ts";
import { type Holdable, holdWhatExists, meanFee } from "../../core/candle-hold.ts";
import { areAligned } from "./equity-marker.ts";
import { type Moves, mixedGrowth, movesOf } from "./mixed-growth.ts";

/** What doing nothing clever would have brought, beside which every result stands. */
export interface Benchmark {
  /** Fraction: equal parts of every symbol bought at the first close, the taker fee paid, held to the last close. */
  readonly totalReturn: number;
  /** Deepest fall on the way at any close, a negative fraction. */
  readonly maxDrawdown: number;
  /** Fraction: the same with only a constant share of the equity held, brought back to it at every close without fees. */
  readonly equalExposureReturn: number;
}

/** Buys all symbols in equal parts at their first close and holds them, as far as they exist (`holdWhatExists`); beside it, `exposure` (0..1) of the equity all the time. */
export function buyAndHold(markets: readonly Holdable[], exposure: number): Benchmark {
  const [only] = markets;
  if (!only) return { totalReturn: 0, maxDrawdown: 0, equalExposureReturn: 0 };
  if (markets.length === 1) return single(only, exposure);
  if (areAligned(markets.map(({ series, from }) => ({ series, from, to: series.length })))) return aligned(markets, only, exposure);
  let value = 1;
  let mixed = 1;
  let last = 0;
  let peak = 1;
  let drawdown = 0;
  for (const { before, after } of holdWhatExists(markets)) {
    // The fees of the first purchase are taken off at the end, by the share that is held; those of later ones are no move of the price.
    if (last > 0) mixed *= 1 + exposure * (before / last - 1);
    last = value = after;
    peak = Math.max(peak, value);
    drawdown = Math.min(drawdown, value / peak - 1);
  }
  const fee = firstFee(markets.filter(({ isLate }) => isLate !== true));
  return { totalReturn: value - 1, maxDrawdown: drawdown, equalExposureReturn: mixed * (1 - exposure * fee) - 1 };
}

/** What buying equal parts of these costs, fraction. */
function firstFee(markets: readonly Holdable[]): number {
  return meanFee(markets.map(({ takerFee }) => ({ takerFee, weight: 1 })));
}

/** Several symbols whose bars have the same times: one place is the place of all. */
function aligned(markets: readonly Holdable[], { series, from }: Holdable, exposure: number): Benchmark {
  const fee = firstFee(markets);
  const held = markets.map((market) => ({ close: market.series.close, quantity: (1 - market.takerFee) / markets.length / (market.series.close[from] as number) }));
  let value = 1;
  let mixed = 1;
  let before = 1 - fee;
  let peak = 1;
  let drawdown = 0;
  for (let i = from; i < series.length; i++) {
    value = 0;
    for (const { close, quantity } of held) value += quantity * (close[i] as number);
    mixed *= 1 + exposure * (value / before - 1);
    before = value;
    if (value > peak) peak = value;
    else drawdown = Math.min(drawdown, value / peak - 1);
  }
  return { totalReturn: value - 1, maxDrawdown: drawdown, equalExposureReturn: mixed * (1 - exposure * fee) - 1 };
}

function single({ series, from, takerFee }: Holdable, exposure: number): Benchmark {
  const { close, length } = series;
  const { moves, drawdown } = holdingOf(series, from);
  return {
    totalReturn: ((close[length - 1] as number) / (close[from] as number)) * (1 - takerFee) - 1,
    maxDrawdown: drawdown,
    equalExposureReturn: mixedGrowth(moves, exposure) * (1 - exposure * takerFee) - 1,
  };
}

/** What holding one market means, whatever is traded in it. */
interface Holding {
  readonly from: number;
  readonly drawdown: number;
  readonly moves: Moves;
}

const held = new WeakMap<CandleSeries, Holding>();

/** Made once for a series: a search runs over the same one hundreds of times. */
function holdingOf(series: CandleSeries, from: number): Holding {
  const before = held.get(series);
  if (before?.from === from) return before;
  const made = { from, drawdown: deepestFall(series, from), moves: movesOf(series, from) };
  held.set(series, made);
  return made;
}

/** Deepest fall of the close under the highest one before it, a negative fraction. */
function deepestFall(series: CandleSeries, from: number): number {
  const { close, length } = series;
  const { highestClose, lowestClose } = blocksOf(series);
  let peak = 0;
  let drawdown = 0;
  for (let i = from; i < length; i++) {
    if (i % BLOCK === 0 && i + BLOCK <= length) {
      const block = i / BLOCK;
      // No new high and no new depth: nothing in the block counts.
      if ((highestClose[block] as number) <= peak && (lowestClose[block] as number) >= peak * (1 + drawdown)) {
        i += BLOCK - 1;
        continue;
      }
    }
    const price = close[i] as number;
    if (price > peak) peak = price;
    else if (price < peak * (1 + drawdown)) drawdown = price / peak - 1;
  }
  return drawdown;
}
