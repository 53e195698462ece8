import type { Bot } from "../../core/bot.ts";
import { percent } from "../../core/trading-limits.ts";
import { RISK_PROFILE_NAMES } from "../../core/risk-profiles.ts";
import type { RiskView } from "../../ports/operator.ts";
import { performanceView } from "./profit.ts";
import { isDrawdownStopped } from "../../core/drawdown.ts";
import { cashOf } from "../../core/valuation.ts";
import { quoteName } from "./watched.ts";

/** The owner's limits, how much of them is used, and which of them hold the bot back at a time (epoch milliseconds). */
export function riskView(bot: Bot, time: number): RiskView {
  const { equity, drawdown } = performanceView(bot, time, time);
  const { brakes } = bot;
  const quote = quoteName(bot);
  return {
    profile: bot.profile,
    exposure: equity > 0 ? (equity - cashOf(bot)) / equity : 0,
    drawdown,
    dayChange: brakes.dayEquity > 0 ? equity / brakes.dayEquity - 1 : null,
    quote,
    limits: limitRows(bot, quote),
    tripped: trippedLimits(bot, time),
    profiles: RISK_PROFILE_NAMES,
  };
}

function limitRows({ plan: { limits } }: Bot, quote: string): RiskView["limits"] {
  if (!limits) return [];
  const rows: [string, string | undefined][] = [
    ["Loss a day", limits.dailyLoss === undefined ? undefined : percent(limits.dailyLoss)],
    ["Drawdown", limits.drawdown === undefined ? undefined : percent(limits.drawdown)],
    ["Orders a minute", limits.ordersPerMinute?.toString()],
    ["Rejections an hour", limits.rejectionsPerHour?.toString()],
    ["Rest after a stop", limits.cooldownMinutes ? `${limits.cooldownMinutes} min` : undefined],
    ["In the market", limits.spend === undefined ? undefined : `${limits.spend} ${quote}`],
    ["Blacklist", limits.blacklist && limits.blacklist.length > 0 ? limits.blacklist.join(", ") : undefined],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

/** Limits that hold the bot back at a time (epoch milliseconds), sentences. */
export function trippedLimits(bot: Bot, time: number): readonly string[] {
  const { brakes, plan, profile } = bot;
  const said: string[] = [];
  if (profile !== null && isDrawdownStopped(bot)) said.push(`The account has fallen to the drawdown stop of ${profile.name}: nothing is bought until you resume; falls are counted from there then.`);
  if (brakes.tripped) said.push(`The drawdown limit of ${percent(plan.limits?.drawdown ?? 0)} was hit: nothing is bought until you resume.`);
  for (const name of brakes.stopped) said.push(`${name} was stopped after too many rejections: it submits nothing until you resume.`);
  for (const [symbol, until] of brakes.coolUntil) {
    if (until > time) said.push(`${symbol} rests after its stop-loss for ${Math.ceil((until - time) / 60_000)} more min.`);
  }
  return said;
}
