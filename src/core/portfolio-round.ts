import type { Bot } from "./bot.ts";
import { type RefreshOutput, refresh } from "./refresh.ts";

/**
 * A symbol's bar has closed: once every symbol that is waited for has its bar of that time, the strategies for the whole
 * account are told. A symbol without a bar of the time before is not waited for: it has not begun, has ended, or is late.
 * By events alone, so that a replay tells them at the same places.
 */
export function closeBar(bot: Bot, time: number, output: RefreshOutput): void {
  const { round } = bot;
  if (time > round.time) {
    round.previous = round.time;
    round.time = time;
    round.isTold = false;
  }
  if (round.isTold || time < round.time) return;
  for (const { barTime } of bot.symbols.values()) if (barTime < round.time && barTime >= round.previous) return;
  round.isTold = true;
  tellPlanners(bot, "bars", time, output);
}

/** A sell of a strategy for the whole account is done: what waited for its cash is asked again. */
export function cashCame(bot: Bot, time: number, output: RefreshOutput): void {
  tellPlanners(bot, "cash", time, output);
}

/** All are told before any is asked what it wants: an order of the first must not change what the others see. */
function tellPlanners(bot: Bot, cause: "bars" | "cash", time: number, output: RefreshOutput): void {
  const { round, planners } = bot;
  round.seen = new Map();
  const changed = planners.filter(({ symbol, sleeve: { view, strategy } }) => {
    view.time = time;
    view.price = symbol.price;
    return strategy.evolve({ type: "portfolio", time, cause });
  });
  round.seen = null;
  // A symbol that has yet to see a price has nothing that it could want.
  for (const { symbol, sleeve } of changed) if (Number.isFinite(symbol.price)) refresh(bot, symbol, sleeve, output);
}
