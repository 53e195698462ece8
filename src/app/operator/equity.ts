import type { Bot, SymbolState } from "../../core/bot.ts";
import { cashOf } from "../../core/valuation.ts";
import type { TradeRow } from "../../ports/operator.ts";
import { heldOf, money } from "./watched.ts";

/** Fills that a curve walks back over at the most: beyond them it begins later. */
const MOST_FILLS = 5_000;

/**
 * Worth of the account at the closes of the newest bars, quote, oldest first. There is no record of it in a running
 * bot: what is held now is taken back fill by fill (newest first), and valued at each close.
 */
export function equityCurve(bot: Bot, fills: Iterable<TradeRow>, began: number, count: number): readonly { readonly time: number; readonly equity: number }[] {
  const times = closesOf(bot, began, count);
  let cash = cashOf(bot);
  const held = new Map([...bot.symbols.values()].map((state) => [state.symbol, heldOf(state)]));
  const curve: { time: number; equity: number }[] = [];
  const newest = fills[Symbol.iterator]();
  let fill = newest.next();
  let walked = 0;
  for (const time of times.toReversed()) {
    for (; fill.done !== true && fill.value.time > time; fill = newest.next()) {
      walked += 1;
      if (walked > MOST_FILLS) return curve.toReversed();
      cash -= cashMoved(fill.value);
      held.set(fill.value.symbol, (held.get(fill.value.symbol) ?? 0) - baseMoved(fill.value));
    }
    let worth = 0;
    for (const [symbol, base] of held) {
      const state = bot.symbols.get(symbol);
      // What is left of adding and subtracting doubles is no holding.
      if (state && Math.abs(base) > 1e-12) worth += base * closeAt(state, time);
    }
    if (Number.isFinite(worth)) curve.push({ time, equity: cash + worth });
  }
  // A run that has yet to see a bar close after its beginning began with its capital.
  if (curve.length < times.length || times.length < count) curve.push({ time: began, equity: money(bot, bot.ledger.startUnits) });
  return curve.toReversed();
}

const cashMoved = ({ side, worth, fee, feeCurrency, base }: TradeRow): number => (side === "buy" ? -worth : worth) - (feeCurrency === base ? 0 : fee);
const baseMoved = ({ side, quantity, fee, feeCurrency, base }: TradeRow): number => (side === "buy" ? quantity : -quantity) - (feeCurrency === base ? fee : 0);

/** When the newest bars closed, after the run began; of the symbol that has the most of them. */
function closesOf(bot: Bot, began: number, count: number): number[] {
  let longest: number[] = [];
  for (const { candles } of bot.symbols.values()) {
    const times: number[] = [];
    for (let back = Math.min(count, candles.length) - 1; back >= 0; back--) {
      const closed = candles.time(back) + candles.timeframe;
      if (closed > began) times.push(closed);
    }
    if (times.length > longest.length) longest = times;
  }
  return longest;
}

/** The last close at or before a time; not a number when there is none. */
function closeAt({ candles }: SymbolState, time: number): number {
  for (let back = 0; back < candles.length; back++) if (candles.time(back) + candles.timeframe <= time) return candles.close(back);
  return Number.NaN;
}
