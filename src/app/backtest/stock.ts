import type { Bot } from "../../core/bot.ts";
import { baseUnitsOf } from "../../core/ledger.ts";
import { cashOf } from "../../core/valuation.ts";
import { type Lane, barEnd, priceBefore } from "./lane.ts";

/** What stays the same from one fill to the next: cash, what is held (kept in its lane) and what was paid for it; quote. */
export interface Stock {
  readonly cash: number;
  readonly cost: number;
}

/** Takes stock of what a bot holds. */
export function takeStock(bot: Bot, lanes: readonly Lane[]): Stock {
  for (const lane of lanes) {
    let units = 0;
    for (const { sleeve } of lane.sleeves) units += baseUnitsOf(sleeve.account);
    lane.held = units / lane.data.instrument.baseScale;
  }
  let all = 0;
  for (const { cost, dustCost, instrument } of bot.ledger.sleeves) all += (cost + dustCost) / instrument.quoteScale;
  return { cash: cashOf(bot), cost: all };
}

/** Value of all that is held at the closes of now, quote; of each symbol in its lane. */
export function inventoryAt(lanes: readonly Lane[], time: number): number {
  let inventory = 0;
  for (const lane of lanes) {
    if (lane.held === 0) continue;
    const { close } = lane.data.bars;
    lane.value = lane.held * (barEnd(lane) === time ? (close[lane.bar] as number) : priceBefore(lane));
    inventory += lane.value;
  }
  return inventory;
}

/** Adds the share of the equity that each symbol has now to those before. */
export function addExposures(lanes: readonly Lane[], equity: number): void {
  if (!(equity > 0)) return;
  for (const lane of lanes) if (lane.held !== 0) lane.exposures += lane.value / equity;
}
