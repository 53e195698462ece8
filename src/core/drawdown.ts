import type { Bot } from "./bot.ts";
import { equityOf } from "./valuation.ts";

/** How far the account is under its high, fraction; `equity` in quote. */
export function drawdownOf({ peakEquity }: Bot, equity: number): number {
  return peakEquity > 0 ? 1 - equity / peakEquity : 0;
}

/** Whether the account has fallen from its high by as much as a limit of its owner allows, or more. */
export function isDrawdownStopped(bot: Bot): boolean {
  const stop = Math.min(bot.plan.limits?.drawdown ?? Number.POSITIVE_INFINITY, bot.profile?.stopDrawdown ?? Number.POSITIVE_INFINITY);
  return bot.peakEquity > 0 && drawdownOf(bot, equityOf(bot)) >= stop;
}

/** After a drawdown stop falls are counted from where the owner resumes: against the old high the stop would hold for ever. */
export function forgiveDrawdown(bot: Bot): void {
  if (isDrawdownStopped(bot)) bot.peakEquity = equityOf(bot);
}
