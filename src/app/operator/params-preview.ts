import type { Bot, SleeveState, SymbolState } from "../../core/bot.ts";
import { type Instrument, priceOf, quantityOf } from "../../core/instrument.ts";
import type { SteppedOrder } from "../../core/order.ts";
import { toSteps } from "../../core/reconcile.ts";
import type { ParamsPreview, PlannedOrder } from "../../ports/operator.ts";
import type { Now } from "./order-preview.ts";
import { symbolOf } from "./watched.ts";

/** The sleeve of a strategy on a symbol; throws for one that the run does not have. */
export function sleeveOf(state: SymbolState, strategy: string): SleeveState {
  const sleeve = state.sleeves.find(({ account }) => account.strategy === strategy);
  if (!sleeve) throw new RangeError(`this bot runs no ${strategy}`);
  return sleeve;
}

/** Other parameters for a strategy on one symbol. */
export interface Change {
  readonly strategy: string;
  readonly symbol: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What other parameters would come to now: levels, orders, and what would be taken back. */
export function paramsPreview(bot: Bot, { strategy, symbol, params }: Change, { time, last }: Now): ParamsPreview {
  const state = symbolOf(bot, symbol);
  const { instrument } = state;
  const sleeve = sleeveOf(state, strategy);
  const { instructions } = sleeve.strategy;
  const about = { strategy, symbol, base: instrument.base, quote: instrument.quote, levelsBefore: sleeve.strategy.ladder() };
  const refused = (why: string): ParamsPreview => ({ ...about, changes: [], levelsAfter: about.levelsBefore, orders: [], cancels: [], submits: [], warnings: [], refusals: [why] });
  if (!instructions) return refused(`the parameters of ${strategy} cannot be changed while it runs`);
  const foreseen = instructions.foresee({ do: "params", params }, time, last ?? Number.NaN);
  if (typeof foreseen === "string") return refused(foreseen);
  const wanted = foreseen.desired.map((desired) => toSteps(instrument, desired));
  const byKey = new Map(wanted.map((order) => [order.desired.key, order]));
  const { live, spent } = sleeve.orders;
  const resting = [...live.values()].filter(({ status }) => status !== "canceling");
  const stays = (order: (typeof resting)[number]): boolean => {
    const then = byKey.get(order.desired.key);
    return then !== undefined && then.ticks === order.ticks && then.steps === order.steps + order.filledBefore;
  };
  const kept = new Set(resting.filter(stays).map(({ desired }) => desired.key));
  const alive = wanted.filter(({ desired }) => !spent.has(desired.key));
  return {
    ...about,
    changes: changesOf(instructions.params(), foreseen.params),
    levelsAfter: foreseen.ladder,
    orders: alive.map((order) => planned(instrument, order)),
    cancels: resting.filter((order) => !stays(order)).map((order) => planned(instrument, order)),
    submits: alive.filter(({ desired }) => !kept.has(desired.key)).map((order) => planned(instrument, order)),
    warnings: foreseen.warnings,
    refusals: [],
  };
}

function changesOf(now: Readonly<Record<string, unknown>>, then: Readonly<Record<string, unknown>>): ParamsPreview["changes"] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(then)])];
  return names.map((name) => ({ name, from: now[name], to: then[name] }));
}

function planned(instrument: Instrument, { desired, ticks, steps }: SteppedOrder): PlannedOrder {
  return { key: desired.key, side: desired.side, price: desired.type === "limit" ? priceOf(instrument, ticks) : null, quantity: quantityOf(instrument, steps), reason: desired.reason };
}
