import { z } from "zod";
import type { BasisFlow, BasisTrade } from "./basis.ts";
import { compare, type Exact, exact, floatOf, minus, negated, plus, signOf, textOf, times, ZERO } from "./exact.ts";
import { time } from "./plain.ts";
import { moneyWeighted, moneyWeightedSchema, timeWeighted, type ValueFlow } from "./returns.ts";


/** What a place held, and when it was read; decimal texts by asset. */
export interface PastReading {
  readonly label: string;
  readonly readAt: number;
  readonly quantities: ReadonlyMap<string, string>;
}

/** Everything held at an instant; epoch milliseconds, the currency. */
export interface PastSnapshot {
  readonly time: number;
  readonly total: string;
  readonly readings: readonly PastReading[];
  readonly prices: ReadonlyMap<string, string>;
}

/** A change that neither a trade nor a flow explains. It counts as a flow: whatever it is, it is not profit. */
export const unexplainedSchema = z.strictObject({
  from: time.describe("of the snapshot before; epoch milliseconds, UTC"),
  to: time.describe("of the snapshot that shows it; epoch milliseconds, UTC"),
  asset: z.string(),
  quantity: z.string().describe("decimal text, units of the asset: above zero appeared, below zero disappeared"),
  value: z.string().nullable().describe("decimal text, in the portfolio's currency; null without a price"),
  why: z.enum(["quantity", "price appeared", "price is gone"]),
});
export type Unexplained = Readonly<z.infer<typeof unexplainedSchema>>;

/** What has become of the portfolio since its first snapshot. */
export const returnsSchema = z.strictObject({
  since: time.describe("of the first snapshot; epoch milliseconds, UTC"),
  to: time.describe("of the last; epoch milliseconds, UTC"),
  snapshots: z.int().describe("at least 2"),
  firstValue: z.number().describe("in the portfolio's currency"),
  lastValue: z.number().describe("in the portfolio's currency"),
  netFlows: z.number().describe("what came in minus what left, unexplained changes included; in the portfolio's currency"),
  gain: z.number().describe("in the portfolio's currency, flows left out"),
  timeWeighted: z.number().nullable().describe("fraction over the whole time"),
  moneyWeighted: moneyWeightedSchema,
});
export type ReturnsView = Readonly<z.infer<typeof returnsSchema>>;

/** The same with what it was made of. */
export interface PortfolioReturns extends ReturnsView {
  /** One unit invested at the first snapshot, at each snapshot. */
  readonly index: readonly number[];
  readonly unexplained: readonly Unexplained[];
}

/** A trade or flow with the place that it happened at. */
export type Placed<Row> = Row & { readonly source: string };

/** Worth of a flow in the currency; `null` when it is not known. */
export type FlowWorth = (flow: BasisFlow) => Exact | null;

/** Returns since the first snapshot, and what changed without an explanation; `null` for less than two snapshots. */
export function portfolioReturns(snapshots: readonly PastSnapshot[], trades: readonly Placed<BasisTrade>[], flows: readonly Placed<BasisFlow>[], worth: FlowWorth): PortfolioReturns | null {
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  if (!first || !last || first === last) return null;
  const moves = [...trades.flatMap(movesOf), ...flows.map(({ source, time, asset, quantity }) => ({ source, time, asset, quantity: exact(quantity) }))].sort((a, b) => a.time - b.time);
  const unexplained = snapshots.slice(1).flatMap((to, i) => {
    const from = snapshots[i];
    return from ? unexplainedBetween(from, to, moves) : [];
  });
  const valued: ValueFlow[] = unexplained.flatMap(({ to, value }) => (value === null ? [] : [{ time: to, value: Number(value) }]));
  for (const flow of flows) {
    if (flow.time <= first.time || flow.time > last.time) continue;
    const value = worth(flow) ?? worthBySnapshot(flow, snapshots);
    if (value !== null) valued.push({ time: flow.time, value: floatOf(value) });
  }
  const points = snapshots.map(({ time, total }) => ({ time, value: Number(total) }));
  const [firstValue, lastValue] = [Number(first.total), Number(last.total)];
  const netFlows = valued.reduce((sum, { value }) => sum + value, 0);
  const weighted = timeWeighted(points, valued);
  return {
    since: first.time, to: last.time, snapshots: snapshots.length, firstValue, lastValue, netFlows, gain: lastValue - firstValue - netFlows,
    timeWeighted: weighted?.total ?? null, index: weighted?.index ?? [],
    moneyWeighted: moneyWeighted([{ time: first.time, amount: -firstValue }, ...valued.map(({ time, value }) => ({ time, amount: -value })), { time: last.time, amount: lastValue }]),
    unexplained,
  };
}

interface Move {
  readonly source: string;
  readonly time: number;
  readonly asset: string;
  readonly quantity: Exact;
}

function movesOf({ source, time, base, quote, side, quantity, price, fee }: Placed<BasisTrade>): Move[] {
  const sign = (value: Exact, up: boolean): Exact => (up ? value : negated(value));
  const amount = exact(quantity);
  const moves = [
    { source, time, asset: base, quantity: sign(amount, side === "buy") },
    { source, time, asset: quote, quantity: sign(times(amount, exact(price)), side === "sell") },
  ];
  return fee ? [...moves, { source, time, asset: fee.asset, quantity: negated(exact(fee.quantity)) }] : moves;
}

const NOWHERE: Move = { source: "", time: Number.POSITIVE_INFINITY, asset: "", quantity: ZERO };

/** Where the moves after an instant begin; they are in order of time. */
function firstAfter(moves: readonly Move[], time: number): number {
  let [low, high] = [0, moves.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((moves[middle]?.time ?? Number.POSITIVE_INFINITY) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** `moves` are in order of time. */
function unexplainedBetween(from: PastSnapshot, to: PastSnapshot, moves: readonly Move[]): Unexplained[] {
  const [before, after] = [sumsOf(from), sumsOf(to)];
  const explained = new Map<string, Exact>();
  // Each place by its own readings: one that could not be read still shows what it held before.
  const start = new Map(from.readings.map(({ label, readAt }) => [label, readAt]));
  const end = new Map(to.readings.map(({ label, readAt }) => [label, readAt]));
  const earliest = Math.min(from.time, ...start.values());
  const latest = Math.max(to.time, ...end.values());
  for (let i = firstAfter(moves, earliest); i < moves.length; i++) {
    const { source, time, asset, quantity } = moves[i] ?? NOWHERE;
    if (time > latest) break;
    if (time <= (start.get(source) ?? from.time) || time > (end.get(source) ?? to.time)) continue;
    explained.set(asset, plus(explained.get(asset) ?? ZERO, quantity));
  }
  const found: Unexplained[] = [];
  for (const asset of [...new Set([...before.keys(), ...after.keys(), ...explained.keys()])].sort()) {
    const [had, has] = [before.get(asset) ?? ZERO, after.get(asset) ?? ZERO];
    const [old, now] = [from.prices.get(asset), to.prices.get(asset)];
    const row = { from: from.time, to: to.time, asset };
    // What has a price at one end only enters or leaves the total as a whole.
    const known = explained.get(asset) ?? ZERO;
    const rest = minus(minus(has, had), known);
    if (old === undefined && now !== undefined && signOf(had) !== 0) {
      const entered = minus(has, known);
      found.push({ ...row, quantity: textOf(entered), value: textOf(times(entered, exact(now))), why: "price appeared" });
    } else if (old !== undefined && now === undefined && signOf(has) !== 0) {
      const left = negated(plus(had, known));
      found.push({ ...row, quantity: textOf(left), value: textOf(times(left, exact(old))), why: "price is gone" });
    } else if (signOf(rest) !== 0) {
      const price = now ?? old;
      found.push({ ...row, quantity: textOf(rest), value: price === undefined ? null : textOf(times(rest, exact(price))), why: "quantity" });
    }
  }
  return found;
}

function sumsOf({ readings }: PastSnapshot): Map<string, Exact> {
  const sums = new Map<string, Exact>();
  for (const { quantities } of readings) for (const [asset, quantity] of quantities) sums.set(asset, plus(sums.get(asset) ?? ZERO, exact(quantity)));
  return sums;
}

/** At the price of the first snapshot after it that has one, else of the last one before. */
function worthBySnapshot({ asset, time, quantity }: BasisFlow, snapshots: readonly PastSnapshot[]): Exact | null {
  const priced = snapshots.filter(({ prices }) => prices.has(asset));
  const price = (priced.find((one) => one.time >= time) ?? priced.at(-1))?.prices.get(asset);
  return price === undefined ? null : times(exact(quantity), exact(price));
}

/** Unexplained changes that are worth telling: those without a price, and those of at least a hundredth of the currency. */
export function worthTelling(all: readonly Unexplained[]): readonly Unexplained[] {
  const least = exact("0.01");
  return all.filter(({ value }) => value === null || compare(signOf(exact(value)) < 0 ? negated(exact(value)) : exact(value), least) >= 0);
}
