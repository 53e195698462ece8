import type { Bot } from "../../core/bot.ts";
import { percent } from "../../core/trading-limits.ts";
import { stakesOf } from "../../core/portfolio-risk/limits.ts";
import { cashFloor } from "../../core/treasury-claims.ts";
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
    ...cashShares(bot, equity),
    ...tailShares(bot, equity),
    quote,
    limits: limitRows(bot, quote),
    tripped: [...trippedLimits(bot, time), ...underReserve(bot, equity)],
    profiles: RISK_PROFILE_NAMES,
  };
}

function cashShares(bot: Bot, equity: number): Pick<RiskView, "free" | "reserve"> {
  const scale = bot.plan.symbols[0]?.instrument.quoteScale ?? 1;
  return equity > 0 ? { free: bot.ledger.quoteFree / scale / equity, reserve: cashFloor(bot, equity) / equity } : { free: 0, reserve: 0 };
}

function tailShares(bot: Bot, equity: number): Pick<RiskView, "valueAtRisk" | "shortfall" | "guess"> {
  const scale = bot.plan.symbols[0]?.instrument.quoteScale ?? 1;
  const { valueAtRisk, shortfall, basis, unknown } = bot.riskBook.tail(stakesOf(bot));
  const guess = unknown.length > 0 ? `Too few bars of ${unknown.join(", ")} are known: all of it counts as lost.` : basis === "sum" ? "Too few bars are shared by what is held: single risks are added up." : null;
  const share = (units: number): number => (equity > 0 ? units / scale / equity : 0);
  return { valueAtRisk: share(valueAtRisk), shortfall: share(shortfall), guess };
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

/** That free cash is under what has to stay: no switch changes that, so resuming does not speak of it. */
function underReserve(bot: Bot, equity: number): readonly string[] {
  const { free, reserve } = cashShares(bot, equity);
  return reserve > 0 && free < reserve ? [`Free cash is ${percent(free)} of equity, under the reserve of ${percent(reserve)}: nothing is bought until it is more.`] : [];
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
