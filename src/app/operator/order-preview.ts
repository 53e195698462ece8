import type { Bot, SleeveState, SymbolState } from "../../core/bot.ts";
import { foreseeOrder } from "../../core/foresee.ts";
import { RATE_SCALE, baseOf, priceOf, quantityOf } from "../../core/instrument.ts";
import type { DesiredOrder } from "../../core/order.ts";
import { cashOf, equityOf, totalInventory } from "../../core/valuation.ts";
import type { OrderDraft, OrderPreview } from "../../ports/operator.ts";
import { symbolOf } from "./watched.ts";

/** An order of a person as its strategy takes it: plain data. */
export interface OrderInstruction {
  readonly do: "buy" | "sell";
  readonly id: number;
  readonly [key: string]: number | string | { readonly [key: string]: number };
}

/** The time (epoch milliseconds) and the last price (quote) by which something is looked at; null before the first. */
export interface Now {
  readonly time: number;
  readonly last: number | null;
}

/** The sleeve of a symbol that carries out orders by hand; null when the run has none. */
export function handOf(state: SymbolState): SleeveState | null {
  return state.sleeves.find(({ strategy }) => strategy.byHand === true && strategy.instructions !== undefined) ?? null;
}

/** A draft as an instruction with a number. */
export function instructionOf({ side, quantity, worth, limit, when, until }: OrderDraft, id: number): OrderInstruction {
  const given = { quantity, worth, limit, until };
  return {
    do: side,
    id,
    ...defined(given),
    ...(when === undefined ? {} : { when: defined(when) }),
  };
}

function defined(values: Readonly<Record<string, number | undefined>>): { readonly [key: string]: number } {
  return Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** What an order by hand would come to now, and why strategy, limits or gate would refuse it. */
export function orderPreview({ bot, draft, time, last }: { readonly bot: Bot; readonly draft: OrderDraft } & Now): OrderPreview {
  const state = symbolOf(bot, draft.symbol);
  const { instrument } = state;
  const market = marketOf(draft, last);
  const { quantity, price, refusals, lapses } = judged(bot, state, draft, { market, last, time });
  const worth = quantity * (price ?? 0);
  const isTaking = draft.limit === undefined || (market !== null && (draft.side === "buy" ? draft.limit >= market : draft.limit <= market));
  const fee = (worth * (isTaking ? state.takerRate : state.makerRate)) / RATE_SCALE;
  const equity = equityOf(bot);
  const inventory = totalInventory(bot);
  const sign = draft.side === "buy" ? 1 : -1;
  return {
    symbol: draft.symbol,
    base: instrument.base,
    quote: instrument.quote,
    side: draft.side,
    type: draft.limit === undefined ? "market" : "limit",
    quantity,
    price,
    isAbout: draft.limit === undefined,
    worth,
    fee,
    waitsFor: draft.when ?? null,
    lapses,
    heldByHand: freeByHand(state, market ?? 0),
    cashAfter: cashOf(bot) - sign * worth - fee,
    exposureBefore: equity > 0 ? inventory / equity : 0,
    exposureAfter: equity - fee > 0 ? Math.max(0, inventory + sign * worth) / (equity - fee) : 0,
    refusals,
  };
}

/** What waits for a price is judged at that price, unless it is there already: then at the price of now. */
function marketOf({ side, when }: OrderDraft, last: number | null): number | null {
  const { below, above } = when ?? {};
  if (last !== null && ((below !== undefined && last <= below) || (above !== undefined && last >= above))) return last;
  return (side === "buy" ? (above ?? below) : (below ?? above)) ?? last;
}

interface Judged {
  readonly quantity: number;
  readonly price: number | null;
  readonly lapses: number;
  readonly refusals: readonly string[];
}

function judged(bot: Bot, state: SymbolState, draft: OrderDraft, { market, last, time }: Now & { readonly market: number | null }): Judged {
  const { instrument } = state;
  const at = draft.limit ?? market;
  const desired = desiredOf(draft, at);
  const refusals: string[] = [];
  const untold = { quantity: desired.quantity, price: at, lapses: draft.until ?? time };
  const hand = handOf(state);
  const instructions = hand?.strategy.instructions;
  if (!hand || !instructions) {
    return { ...untold, refusals: ["this run takes no orders by hand: put manual among the strategies of its definition, and begin a run with it (--state <folder>)"] };
  }
  if (bot.hold !== "run") refusals.push("the bot is held and sends nothing new: resume it first");
  if (state.suspended) refusals.push(`${state.symbol} is not traded while the exchange's new filters are taken over`);
  const id = instructions.nextId();
  const foreseen = instructions.foresee(instructionOf(draft, id), time, last ?? Number.NaN);
  if (typeof foreseen === "string") refusals.push(foreseen);
  const lapses = typeof foreseen === "string" ? untold.lapses : (foreseen.pending.find((one) => one.id === id)?.lapses ?? untold.lapses);
  if (market === null || at === null || !(desired.quantity > 0)) return { ...untold, lapses, refusals };
  const { order, refusal } = foreseeOrder(bot, state, hand, desired, market, time);
  // What the strategy has said already need not be said again by the gate, in other words.
  if (refusal !== null && typeof foreseen !== "string") refusals.push(refusal);
  return { quantity: quantityOf(instrument, order.steps), price: draft.limit === undefined ? at : priceOf(instrument, order.ticks), lapses, refusals };
}

function desiredOf({ side, quantity, worth, limit }: OrderDraft, at: number | null): DesiredOrder {
  const amount = quantity ?? (at === null || at <= 0 ? 0 : (worth ?? 0) / at);
  return { key: "draft", side, type: limit === undefined ? "market" : "limit", ...(limit === undefined ? {} : { price: limit }), quantity: amount, lots: [], reason: "by hand" };
}

/** Base that was bought by hand and is not offered yet. */
function freeByHand(state: SymbolState, price: number): number {
  const hand = handOf(state);
  if (!hand) return 0;
  const held = [...hand.account.lots.values()].reduce((sum, { units }) => sum + units, 0);
  const sells = (hand.strategy.instructions?.pending() ?? []).filter(({ side }) => side === "sell");
  const offered = sells.reduce((sum, { quantity, worth, limit }) => sum + (quantity ?? (worth ?? 0) / (limit ?? price)), 0);
  return Math.max(0, baseOf(state.instrument, held) - offered);
}
