import { type Instrument, stepsDown, ticksDown, ticksUp } from "./instrument.ts";
import type { DesiredOrder, Order, SteppedOrder } from "./order.ts";
import type { WishChanges } from "./strategy.ts";

/** The orders of one sleeve as the bot knows them. */
export interface OrderBook {
  /** By key: what has been sent and is not finished. */
  readonly live: Map<string, Order>;
  /** Keys that were filled completely: an intent is carried out once. */
  readonly spent: Set<string>;
  /** Steps already filled of keys whose order was canceled half way. */
  readonly partial: Map<string, number>;
  /** Keys that were refused or rejected, and the decision count before which they are not tried again. */
  readonly backoff: Map<string, Backoff>;
  /** Orders that ended without being filled completely, by id: a fill may still come. The oldest are forgotten. */
  readonly retired: Map<number, Order>;
  /** Cancels that the venue has not confirmed yet. */
  canceling: number;
  /** Rises with every diff, to tell which live orders are still desired. */
  round: number;
  /** What was desired in the last diff, and the live order of each wish then; undefined where none was live. */
  lastDesired: readonly DesiredOrder[];
  lastLive: (Order | undefined)[];
  /**
   * The instrument for which all that is desired rests, but for keys that were turned down and wait, and nothing else
   * does, since the last diff; null when it need not be so.
   */
  settledFor: Instrument | null;
  /** The decision with which the first of those keys is tried again; infinite when none waits, whatever was turned down before. */
  settledUntil: number;
  /** The wish that was filled completely last. */
  lastFilled: DesiredOrder | null;
}

/** How often a key was turned down, and when it may be tried again (a count of decisions). */
export interface Backoff {
  readonly attempts: number;
  readonly until: number;
}

/** An empty order book. */
export function createOrderBook(): OrderBook {
  return { live: new Map(), spent: new Set(), partial: new Map(), backoff: new Map(), retired: new Map(), canceling: 0, round: 0, lastDesired: [], lastLive: [], settledFor: null, settledUntil: Number.POSITIVE_INFINITY, lastFilled: null };
}

/** What has to be asked of the venue so that the desired orders rest and nothing else does. */
export interface Difference {
  readonly cancels: readonly Order[];
  readonly submits: readonly SteppedOrder[];
}

/** The round of an order that is no longer live. */
const ENDED = -1;

/** Takes an order that has ended out of the live ones. */
export function takeOut(book: OrderBook, order: Order): void {
  book.live.delete(order.desired.key);
  order.round = ENDED;
  // One that was filled is desired no more; of any other all has to be compared to find out.
  if (order.filled === order.steps) book.lastFilled = order.desired;
  else book.settledFor = null;
}

const NOTHING: Difference = { cancels: [], submits: [] };

/** Rounds a desired order to steps: a buy price down, a sell price up, a quantity down. The only place that rounds. */
export function toSteps(instrument: Instrument, desired: DesiredOrder): SteppedOrder {
  const price = desired.price ?? 0;
  const ticks = desired.type === "market" ? 0 : desired.side === "buy" ? ticksDown(instrument, price) : ticksUp(instrument, price);
  return { desired, ticks, steps: stepsDown(instrument, desired.quantity) };
}

/**
 * Compares desired with live orders by key. Cancels come before submits: while any cancel is unconfirmed
 * nothing is submitted, so that neither a key nor its money is used twice. `decision` counts decisions, for back-off.
 */
export function reconcile(
  book: OrderBook,
  desired: readonly DesiredOrder[],
  instrument: Instrument,
  decision: number,
): Difference {
  const round = ++book.round;
  let submits: SteppedOrder[] | undefined;
  let cancels: Order[] | undefined;
  let kept = 0;
  let until = Number.POSITIVE_INFINITY;
  const { lastDesired, lastLive } = book;
  const lives: (Order | undefined)[] = new Array<Order | undefined>(desired.length);
  for (let i = 0; i < desired.length; i++) {
    const wish = desired[i] as DesiredOrder;
    // Most wishes are the objects of the last diff, in the same places: their orders need not be looked up by name.
    const before = wish === lastDesired[i] ? lastLive[i] : undefined;
    const live = before !== undefined && before.round !== ENDED ? before : book.live.get(wish.key);
    lives[i] = live;
    if (live === undefined) {
      if (book.spent.has(wish.key)) continue;
      const waits = book.backoff.size > 0 ? (book.backoff.get(wish.key)?.until ?? 0) : 0;
      if (decision < waits) {
        until = Math.min(until, waits);
        continue;
      }
      (submits ??= []).push(remaining(book, toSteps(instrument, wish)));
      continue;
    }
    live.round = round;
    kept += 1;
    if (live.desired === wish || live.status === "canceling") continue;
    const stepped = toSteps(instrument, wish);
    if (stepped.ticks === live.ticks && stepped.steps === live.steps + live.filledBefore) continue;
    (cancels ??= []).push(live);
  }
  book.lastDesired = desired;
  book.lastLive = lives;
  if (kept < book.live.size) {
    for (const order of book.live.values()) {
      if (order.round !== round && order.status !== "canceling") (cancels ??= []).push(order);
    }
  }
  book.settledFor = cancels || book.canceling > 0 ? null : instrument;
  book.settledUntil = until;
  if (!submits && !cancels) return NOTHING;
  return { cancels: cancels ?? [], submits: cancels || book.canceling > 0 ? [] : (submits ?? []) };
}

/**
 * The same by what has changed in the wishes since the last diff, when everything rested as desired then and all that
 * happened since are complete fills; `null` when all has to be compared.
 */
export function reconcileChanges(book: OrderBook, { gone, came }: WishChanges, instrument: Instrument, decision: number): Difference | null {
  if (book.settledFor !== instrument || book.canceling > 0 || decision >= book.settledUntil) return null;
  // What goes is almost always what was filled just now, which is not live any more.
  for (const wish of gone) if (wish !== book.lastFilled && book.live.has(wish.key)) return null;
  let submits: SteppedOrder[] | undefined;
  for (const wish of came) {
    if (book.live.has(wish.key) || (book.backoff.size > 0 && book.backoff.has(wish.key))) return null;
    if (book.spent.has(wish.key)) continue;
    const order = remaining(book, toSteps(instrument, wish));
    if (submits) submits.push(order);
    else submits = [order];
  }
  return submits ? { cancels: NOTHING.cancels, submits } : NOTHING;
}

/** Quantity is the total for the key: what earlier attempts filled is not bought again. */
function remaining(book: OrderBook, order: SteppedOrder): SteppedOrder {
  const filled = book.partial.size > 0 ? book.partial.get(order.desired.key) : undefined;
  return filled === undefined ? order : { ...order, steps: order.steps - filled };
}

const MOST_RETIRED = 500;

/** Remembers an order that has ended with something unfilled. */
export function retire(book: OrderBook, order: Order): void {
  book.retired.set(order.id, order);
  if (book.retired.size <= MOST_RETIRED) return;
  for (const oldest of book.retired.keys()) {
    book.retired.delete(oldest);
    return;
  }
}

/** Longest wait between two tries of a key that was turned down, in decisions. */
const LONGEST_WAIT = 24;

/** Notes that a key was turned down: the wait doubles with every refusal. */
export function backOff(book: OrderBook, key: string, decision: number): void {
  const attempts = (book.backoff.get(key)?.attempts ?? 0) + 1;
  const until = decision + Math.min(LONGEST_WAIT, 2 ** (attempts - 1));
  book.backoff.set(key, { attempts, until });
  book.settledUntil = Math.min(book.settledUntil, until);
}
