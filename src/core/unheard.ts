import type { Bot, SymbolState } from "./bot.ts";
import type { OrderBook } from "./reconcile.ts";
import type { Watch } from "./strategy.ts";

/** Whether what happens at a bar's close can be left to the strategies: no council decides then, no limit looks at the day, and none plans for the whole account. */
export function leavesClosesToStrategies({ plan, planners }: Bot): boolean {
  return plan.profile === null && plan.limits === undefined && planners.length === 0;
}

const EVERY_CLOSE: Watch = { below: Number.POSITIVE_INFINITY };

/** Whether a key that was turned down is to be tried again at some decision. */
const isWaiting = ({ settledUntil }: OrderBook): boolean => settledUntil !== Number.POSITIVE_INFINITY;

/** The closes that somebody on this symbol hears: those at or under `below` and at or over `above`. For the others see `passCloses`. */
export function heardCloses({ sleeves }: SymbolState): Watch {
  const [only] = sleeves;
  if (only && sleeves.length === 1) return isWaiting(only.orders) ? EVERY_CLOSE : (only.strategy.hears?.() ?? EVERY_CLOSE);
  let below = Number.NEGATIVE_INFINITY;
  let above = Number.POSITIVE_INFINITY;
  for (const { strategy, orders } of sleeves) {
    const heard = isWaiting(orders) ? EVERY_CLOSE : (strategy.hears?.() ?? EVERY_CLOSE);
    below = Math.max(below, heard.below ?? below);
    above = Math.min(above, heard.above ?? above);
  }
  return { below, above };
}

/**
 * Folds the closes of several bars that nobody hears, all at once: the same bot as after a candle event for each of
 * them. The last closed at `time` (epoch milliseconds) and at `close` (quote).
 */
export function passCloses(symbol: SymbolState, bars: number, time: number, close: number): void {
  symbol.price = close;
  const shown = symbol.candles.length + bars;
  symbol.candles.reveal(shown);
  symbol.indicators.reveal(shown);
  symbol.decisions += bars;
  symbol.barTime = time;
  for (const { view } of symbol.sleeves) {
    view.time = time;
    view.price = close;
  }
}
