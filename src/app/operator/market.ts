import type { Bot, SymbolState } from "../../core/bot.ts";
import { DAY } from "../../core/timeframe.ts";
import type { BarsView, LevelRow, SignalRow, TradeRow } from "../../ports/operator.ts";
import { priceOrNull, symbolOf } from "./watched.ts";

/** The newest `count` bars of a symbol with what the bot did in them; fills come newest first. */
export function barsView(bot: Bot, symbol: string, count: number, fills: Iterable<TradeRow>): BarsView {
  const state = symbolOf(bot, symbol);
  const { candles } = state;
  const bars = Array.from({ length: Math.min(count, candles.length) }, (_, i, last = Math.min(count, candles.length) - 1) => {
    const { time, open, high, low, close } = candles.at(last - i);
    return { time, open, high, low, close };
  });
  const from = bars[0]?.time ?? Number.POSITIVE_INFINITY;
  const shown: { time: number; price: number; side: TradeRow["side"] }[] = [];
  for (const { time, price, side, symbol: of } of fills) {
    if (time < from) break;
    if (of === symbol) shown.push({ time, price, side });
  }
  return {
    symbol,
    timeframe: candles.timeframe,
    bars,
    price: priceOrNull(state),
    fills: shown.toReversed(),
    levels: levelRows(bot, symbol),
    ladders: state.sleeves.map(({ account, strategy }) => ({ strategy: account.strategy, prices: strategy.ladder() })).filter(({ prices }) => prices.length > 0),
  };
}

/** Supports and resistances of the last decision, highest first. */
export function levelRows(bot: Bot, symbol: string): readonly LevelRow[] {
  const state = symbolOf(bot, symbol);
  const price = priceOrNull(state);
  return (state.decision?.levels ?? [])
    .map(({ kind, price: at, strength, touches }) => ({ kind, price: at, strength, touches, distance: price === null ? null : at / price - 1 }))
    .sort((a, b) => b.price - a.price);
}

/** Every symbol that has a decision, strongest conviction first. */
export function signalRows(bot: Bot): readonly SignalRow[] {
  return [...bot.symbols.values()]
    .flatMap((state) => {
      const { decision } = state;
      if (decision === null) return [];
      const { symbol, stance, conviction, exposure, time } = decision;
      return [{ symbol, stance, conviction, exposure, time, price: priceOrNull(state), dayChange: dayChange(state) }];
    })
    .sort((a, b) => Math.abs(b.conviction) - Math.abs(a.conviction));
}

/** How far the price is from the close of a day ago, fraction; null while the bars do not reach back so far. */
function dayChange({ candles, price }: SymbolState): number | null {
  const back = Math.round(DAY / candles.timeframe);
  if (back < 1 || back >= candles.length || !Number.isFinite(price)) return null;
  const then = candles.close(back);
  return then > 0 ? price / then - 1 : null;
}
