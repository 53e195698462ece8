import { compare, type Exact, minus, over, plus, rounded, signOf, smaller, times, ZERO } from "../holdings/exact.ts";

/** Which lot goes first: the oldest, the newest, the dearest, or all of them at their average cost. */
export const METHODS = ["fifo", "lifo", "hifo", "average"] as const;
export type Method = (typeof METHODS)[number];

/** Decimals that a part of a cost is kept to; what is left keeps the rest, so that nothing is lost. */
export const COST_PLACES = 18;

/** What was acquired at once and is still there; the cost is in the tax currency. */
export interface Lot {
  /** Row that it was acquired by. */
  readonly origin: string;
  /** Epoch milliseconds. */
  readonly acquired: number;
  readonly quantity: Exact;
  readonly cost: Exact;
}

interface Entry {
  readonly origin: string;
  readonly acquired: number;
  readonly sequence: number;
  readonly unitCost: Exact;
  quantity: Exact;
  cost: Exact;
}

/** Lots of one asset in one place. The lot that goes next stands last. */
export interface Pool {
  readonly method: Method;
  readonly entries: Entry[];
  quantity: Exact;
  cost: Exact;
  sequence: number;
}

/** A pool that holds nothing. */
export const createPool = (method: Method): Pool => ({ method, entries: [], quantity: ZERO, cost: ZERO, sequence: 0 });

/** Puts a lot into a pool. */
export function addLot(pool: Pool, { origin, acquired, quantity, cost }: Lot): void {
  if (signOf(quantity) <= 0) return;
  const entry: Entry = { origin, acquired, sequence: pool.sequence, unitCost: over(cost, quantity), quantity, cost };
  pool.sequence += 1;
  pool.quantity = plus(pool.quantity, quantity);
  pool.cost = plus(pool.cost, cost);
  pool.entries.splice(placeOf(pool, entry), 0, entry);
}

/**
 * Takes so much out of a pool, lot by lot as its method says; less where it holds less. What is taken has the cost of its
 * lots; by average cost its share of the cost of all, and the dates of the oldest lots.
 */
export function takeLots(pool: Pool, wanted: Exact): Lot[] {
  const whole = smaller(wanted, pool.quantity);
  let left = whole;
  let leftCost = pool.method === "average" ? shareOf(pool.cost, whole, pool.quantity) : ZERO;
  const taken: Lot[] = [];
  for (let entry = pool.entries.at(-1); entry !== undefined && signOf(left) > 0; entry = pool.entries.at(-1)) {
    const quantity = smaller(left, entry.quantity);
    const cost = pool.method === "average" ? shareOf(leftCost, quantity, left) : shareOf(entry.cost, quantity, entry.quantity);
    if (compare(quantity, entry.quantity) === 0) pool.entries.pop();
    entry.quantity = minus(entry.quantity, quantity);
    entry.cost = minus(entry.cost, cost);
    pool.quantity = minus(pool.quantity, quantity);
    pool.cost = minus(pool.cost, cost);
    left = minus(left, quantity);
    leftCost = minus(leftCost, cost);
    taken.push({ origin: entry.origin, acquired: entry.acquired, quantity, cost });
  }
  return taken;
}

/** What a pool holds, oldest first. By average cost every lot has its share of the cost of all. */
export function lotsOf(pool: Pool): Lot[] {
  const entries = pool.entries.toSorted((a, b) => a.acquired - b.acquired || a.sequence - b.sequence);
  let [left, leftCost] = [pool.quantity, pool.cost];
  return entries.map(({ origin, acquired, quantity, cost: own }) => {
    const cost = pool.method === "average" ? shareOf(leftCost, quantity, left) : own;
    left = minus(left, quantity);
    leftCost = minus(leftCost, cost);
    return { origin, acquired, quantity, cost };
  });
}

/** `amount` times `part` / `whole`; all of it for the whole, so that the parts add up. */
export function shareOf(amount: Exact, part: Exact, whole: Exact): Exact {
  return compare(part, whole) === 0 ? amount : rounded(over(times(amount, part), whole), COST_PLACES);
}

function placeOf(pool: Pool, entry: Entry): number {
  let [low, high] = [0, pool.entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = pool.entries[middle];
    if (other !== undefined && goesBefore(pool.method, entry, other)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether `a` is sold before `b`. */
function goesBefore(method: Method, a: Entry, b: Entry): boolean {
  const older = a.acquired - b.acquired || a.sequence - b.sequence;
  if (method === "lifo") return older > 0;
  if (method === "hifo") {
    const dearer = compare(a.unitCost, b.unitCost);
    if (dearer !== 0) return dearer > 0;
  }
  return older < 0;
}
