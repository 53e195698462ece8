import { drawdownOf } from "../../core/drawdown.ts";
import type { Bot } from "../../core/bot.ts";
import { notionalUnits, quoteOf } from "../../core/instrument.ts";
import { profileFigures } from "../../core/profile-figures.ts";
import { isBolder, overridesUnder, profileUnder } from "../../core/profile-overrides.ts";
import type { RiskProfile, RiskProfileName } from "../../core/risk-profiles.ts";
import { percent } from "../../core/trading-limits.ts";
import { cashOf, equityOf } from "../../core/valuation.ts";
import type { ProfilePreview } from "../../ports/operator.ts";
import { quoteName } from "./watched.ts";

/** What another profile would come to as the account stands now. */
export function profilePreview(bot: Bot, name: RiskProfileName): ProfilePreview {
  const { profile: now } = bot;
  const then = profileUnder(bot.plan, name);
  const about = { from: now?.name ?? null, to: name, quote: quoteName(bot) };
  if (now === null) return { ...about, isBolder: false, changes: [], effects: [], refusals: ["no agents vote in this run, so no profile applies"] };
  if (now.name === name) return { ...about, isBolder: false, changes: [], effects: [], refusals: [`${name} is in force already`] };
  const before = new Map(profileFigures(now).map(({ label, text }) => [label, text]));
  const after = new Map(profileFigures(then).map(({ label, text }) => [label, text]));
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((label) => {
    const [from, to] = [before.get(label) ?? NONE, after.get(label) ?? NONE];
    return from === to ? [] : [{ name: label, from, to }];
  });
  const isMore = LIMITS.some((figure) => isBolder(figure, then[figure], now[figure]));
  return { ...about, isBolder: isMore, changes, effects: [...effectsOf(bot, now, then), ...ownNumbers(bot, name)], refusals: [] };
}

/** How a limit that a profile does not have is shown. */
const NONE = "none";

/** Numbers that say how much may be lost; the others say how. */
const LIMITS = ["maxExposure", "maxSymbolShare", "maxOrderShare", "stopDrawdown", "reserve", "maxVar", "maxCvar"] as const;

/** What becomes of the numbers that the owner wrote in the definition, sentences. */
function ownNumbers({ plan: { profile, overrides = {} } }: Bot, name: RiskProfileName): readonly string[] {
  if (profile === null) return [];
  const { kept, dropped } = overridesUnder(name, { name: profile.name, overrides });
  const named = (figures: readonly string[]): string => figures.join(", ");
  const stay = Object.keys(kept).filter((key) => kept[key as keyof typeof kept] !== undefined);
  const said: string[] = [];
  if (dropped.length > 0) said.push(`Your own ${named(dropped)} ${dropped.length === 1 ? "is" : "are"} bolder than ${name} and not in force under it; with ${profile.name} ${dropped.length === 1 ? "it is" : "they are"} again.`);
  if (stay.length > 0) said.push(`Your own ${named(stay)} ${stay.length === 1 ? "stays" : "stay"} in force.`);
  return said;
}

function effectsOf(bot: Bot, now: RiskProfile, then: RiskProfile): readonly string[] {
  const equity = equityOf(bot);
  const exposure = equity > 0 ? (equity - cashOf(bot)) / equity : 0;
  const drawdown = drawdownOf(bot, equity);
  const said: string[] = [];
  const hasGuard = bot.agentNames.includes("risk-profile");
  if (hasGuard && drawdown >= then.stopDrawdown) said.push(`Equity is ${percent(drawdown)} under its high, over the stop of ${percent(then.stopDrawdown)}: the next decision sells everything.`);
  else if (hasGuard && drawdown >= now.stopDrawdown) said.push(`Equity is ${percent(drawdown)} under its high, past the present stop: under the new one the council may buy again.`);
  if (exposure > then.maxExposure) said.push(`${percent(exposure)} of equity is in the market, over ${percent(then.maxExposure)}: nothing is bought until it is less. What is held keeps its exits.`);
  const free = equity > 0 ? quoteOfFree(bot) / equity : 1;
  if (free < then.reserve) said.push(`${percent(free)} of equity is free cash, under the reserve of ${percent(then.reserve)}: nothing is bought until it is more.`);
  const large = largeBuys(bot, then.maxOrderShare * equity);
  if (large > 0) said.push(`${large} open ${large === 1 ? "buy is" : "buys are"} worth more than ${percent(then.maxOrderShare)} of equity: they stay, and no other so large is sent.`);
  if (then.gridLevels < now.gridLevels || then.gridWidth !== now.gridWidth || then.dcaRungs < now.dcaRungs) said.push("Grids and deals that stand keep their levels; the next ones follow the new profile.");
  return said;
}

/** Cash that no open buy has set aside, quote. */
function quoteOfFree({ ledger, plan }: Bot): number {
  return ledger.quoteFree / (plan.symbols[0]?.instrument.quoteScale ?? 1);
}

/** Open limit buys that are worth more than so much, quote. */
function largeBuys(bot: Bot, most: number): number {
  let count = 0;
  for (const { instrument, sleeves } of bot.symbols.values()) {
    for (const { orders } of sleeves) {
      for (const { desired, ticks, steps } of orders.live.values()) {
        if (desired.side === "buy" && desired.type === "limit" && quoteOf(instrument, notionalUnits(instrument, ticks, steps)) > most) count += 1;
      }
    }
  }
  return count;
}
