import type { Bot } from "./bot.ts";
import { equityOf } from "./valuation.ts";

/** Whether the account has fallen from its high by as much as a limit of its owner allows, or more. */
export function isDrawdownStopped(bot: Bot): boolean {
  const stop = Math.min(bot.plan.limits?.drawdown ?? Number.POSITIVE_INFINITY, bot.profile?.stopDrawdown ?? Number.POSITIVE_INFINITY);
  return bot.peakEquity > 0 && 1 - equityOf(bot) / bot.peakEquity >= stop;
}

/** After a drawdown stop falls are counted from where the owner resumes: against the old high the stop would hold for ever. */
export function forgiveDrawdown(bot: Bot): void {
  if (isDrawdownStopped(bot)) bot.peakEquity = equityOf(bot);
}
