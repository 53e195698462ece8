import { drawdownOf } from "../../core/drawdown.ts";
import type { Bot } from "../../core/bot.ts";
import { notionalUnits, quoteOf } from "../../core/instrument.ts";
import { RISK_PROFILES, type RiskProfile, type RiskProfileName } from "../../core/risk-profiles.ts";
import { percent } from "../../core/trading-limits.ts";
import { cashOf, equityOf } from "../../core/valuation.ts";
import type { ProfilePreview } from "../../ports/operator.ts";
import { quoteName } from "./watched.ts";

/** What another profile would come to as the account stands now. */
export function profilePreview(bot: Bot, name: RiskProfileName): ProfilePreview {
  const { profile: now } = bot;
  const then = RISK_PROFILES[name];
  const about = { from: now?.name ?? null, to: name, quote: quoteName(bot) };
  if (now === null) return { ...about, isBolder: false, changes: [], effects: [], refusals: ["no agents vote in this run, so no profile applies"] };
  if (now.name === name) return { ...about, isBolder: false, changes: [], effects: [], refusals: [`${name} is in force already`] };
  const after = figures(then);
  const changes = figures(now).flatMap(([label, from], i) => {
    const to = after[i]?.[1] ?? "";
    return from === to ? [] : [{ name: label, from, to }];
  });
  const isBolder = then.maxExposure > now.maxExposure || then.maxSymbolShare > now.maxSymbolShare || then.maxOrderShare > now.maxOrderShare || then.stopDrawdown > now.stopDrawdown;
  return { ...about, isBolder, changes, effects: effectsOf(bot, now, then), refusals: [] };
}

function figures(profile: RiskProfile): readonly (readonly [string, string])[] {
  return [
    ["Most in the market", percent(profile.maxExposure)],
    ["Most in a symbol", percent(profile.maxSymbolShare)],
    ["Most in an order", percent(profile.maxOrderShare)],
    ["All sold at a fall of", percent(profile.stopDrawdown)],
    ["Half width of a grid", percent(profile.gridWidth)],
    ["Most levels of a grid", String(profile.gridLevels)],
    ["Most rungs of a DCA deal", String(profile.dcaRungs)],
  ];
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
  const large = largeBuys(bot, then.maxOrderShare * equity);
  if (large > 0) said.push(`${large} open ${large === 1 ? "buy is" : "buys are"} worth more than ${percent(then.maxOrderShare)} of equity: they stay, and no other so large is sent.`);
  if (then.gridLevels < now.gridLevels || then.gridWidth !== now.gridWidth || then.dcaRungs < now.dcaRungs) said.push("Grids and deals that stand keep their levels; the next ones follow the new profile.");
  return said;
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
