import { z } from "zod";
import { addDecimals } from "../../core/decimal.ts";
import { notionalUnits } from "../../core/instrument.ts";
import type { OrderRow } from "../../ports/journal.ts";
import type { Answer, Venue, VenueBalance, VenueOrder } from "../../ports/venue.ts";
import type { Desk } from "./desk.ts";
import { stepsOf, ticksOf, unitsText } from "./exact.ts";

/** Decimals by asset. */
type Amounts = ReadonlyMap<string, string>;

/** What a venue's account shows of an order that no question by its id finds. */
export type Trace =
  | "none"
  | "locked"
  /** Orders ended while it was looked: what is locked cannot be explained now, and is looked at again. */
  | "moving"
  | VenueOrder;

/** What an order needs of an asset, decimal. */
interface Need {
  readonly asset: string;
  readonly amount: string;
}

const usualSchema = z.record(z.string(), z.string());
const SETTING = "usual-locks";

/**
 * What a venue has locked in the account beyond the open orders that it shows: an order that it took and does not show
 * yet locks its money at once, so a lock that is new says that an order may be there which no question finds.
 */
export class Locks {
  readonly #desk: Desk;
  readonly #venue: Venue;
  /** What the last look found that no open order explains. */
  #before: Amounts | null = null;

  constructor({ desk, venue }: { desk: Desk; venue: Venue }) {
    this.#desk = desk;
    this.#venue = venue;
  }

  /**
   * Keeps what is locked while nothing of ours is of unknown fate: other symbols' orders, what the owner has set aside. The
   * list of open orders is older than the balances: what was placed in between is a lock that no order explains, but not
   * twice in a row, and what is placed of ours is in the books.
   */
  keepUsual(balances: ReadonlyMap<string, VenueBalance>, open: readonly VenueOrder[]): void {
    const now = this.#beyond(balances, open, this.#desk.open());
    const before = this.#before ?? this.#usual();
    this.#before = now;
    const both = [...now].map(([asset, amount]) => [asset, lesser(amount, before.get(asset) ?? "0")] as const);
    const usual = JSON.stringify(Object.fromEntries(both.filter(([, amount]) => isPositive(amount))));
    if (usual === (this.#desk.parts.journal.setting(SETTING) ?? "{}")) return;
    this.#desk.note("locks", { usual }, this.#venue.now(), { settings: [{ name: SETTING, value: usual }] });
  }

  #usual(): Amounts {
    return new Map(Object.entries(usualSchema.parse(JSON.parse(this.#desk.parts.journal.setting(SETTING) ?? "{}"))));
  }

  /**
   * What the account shows of an order that a question by its id did not find: the order itself in the list of open ones,
   * where it may turn up between two questions; a lock of its size that no open order explains; or nothing. A failure when
   * the venue does not answer.
   */
  async traceOf(row: OrderRow): Promise<Answer<Trace>> {
    const need = this.#needOf(row.symbol, row.side, row.ticks, row.steps - row.filledSteps);
    // A market order locks nothing: its trades are all that it leaves.
    if (need === null || !isPositive(need.amount)) return { ok: true, value: "none" };
    const before = await this.#openOrders();
    if (!before.ok) return before;
    const turnedUp = before.value.find(({ clientOrderId }) => clientOrderId === row.clientOrderId);
    if (turnedUp) return { ok: true, value: turnedUp };
    const balances = await this.#venue.balances();
    if (!balances.ok) return balances;
    if (this.#isLocked(balances.value, before.value, need)) return { ok: true, value: "locked" };
    const after = await this.#openOrders();
    if (!after.ok) return after;
    const found = after.value.find(({ clientOrderId }) => clientOrderId === row.clientOrderId);
    if (found) return { ok: true, value: found };
    // Only what stood before and after has surely had its lock in between. An order that had ended by then explains none,
    // and would hide this one's behind that of an order which took its place.
    const known = new Set(before.value.map(({ symbol, venueOrderId }) => `${symbol} ${venueOrderId}`));
    const stood = after.value.filter(({ symbol, venueOrderId }) => known.has(`${symbol} ${venueOrderId}`));
    return { ok: true, value: this.#isLocked(balances.value, stood, need) ? "moving" : "none" };
  }

  async #openOrders(): Promise<Answer<readonly VenueOrder[]>> {
    const open: VenueOrder[] = [];
    for (const symbol of this.#desk.parts.bot.symbols.keys()) {
      const answer = await this.#venue.openOrders(symbol);
      if (!answer.ok) return answer;
      open.push(...answer.value);
    }
    return { ok: true, value: open };
  }

  /** Whether at least an amount is locked beyond the usual that these orders do not explain. */
  #isLocked(balances: ReadonlyMap<string, VenueBalance>, open: readonly VenueOrder[], need: Need): boolean {
    const beyond = this.#beyond(balances, open).get(need.asset) ?? "0";
    return !addDecimals(addDecimals(beyond, this.#usual().get(need.asset) ?? "0", -1), need.amount, -1).startsWith("-");
  }

  /** Locked less what open orders of the bot's symbols need, ours and others', by asset; `rows` are ours of which some may not be listed. */
  #beyond(balances: ReadonlyMap<string, VenueBalance>, open: readonly VenueOrder[], rows: readonly OrderRow[] = []): Amounts {
    const beyond = new Map<string, string>();
    for (const { instrument } of this.#desk.parts.bot.symbols.values()) {
      for (const asset of [instrument.base, instrument.quote]) beyond.set(asset, lockedOf(balances, asset));
    }
    const explain = (need: Need | null): void => {
      if (need) beyond.set(need.asset, addDecimals(beyond.get(need.asset) ?? "0", need.amount, -1));
    };
    const listed = new Set<string | undefined>();
    for (const order of open) {
      const instrument = this.#desk.instrument(order.symbol);
      const left = (stepsOf(instrument, order.quantity) ?? 0) - (stepsOf(instrument, order.filled) ?? 0);
      explain(this.#needOf(order.symbol, order.side, ticksOf(instrument, order.price ?? "0") ?? 0, left));
      listed.add(order.clientOrderId);
    }
    for (const { clientOrderId, state, symbol, side, ticks, steps, filledSteps } of rows) {
      if (state !== "INTENT" && !listed.has(clientOrderId)) explain(this.#needOf(symbol, side, ticks, steps - filledSteps));
    }
    return beyond;
  }

  #needOf(symbol: string, side: "buy" | "sell", ticks: number, steps: number): Need | null {
    const instrument = this.#desk.instrument(symbol);
    if (steps <= 0) return null;
    if (side === "sell") return { asset: instrument.base, amount: unitsText(instrument, "base", steps * instrument.stepUnits) };
    return { asset: instrument.quote, amount: unitsText(instrument, "quote", notionalUnits(instrument, ticks, steps)) };
  }
}

function lockedOf(balances: ReadonlyMap<string, VenueBalance>, asset: string): string {
  const { free, total } = balances.get(asset) ?? { free: "0", total: "0" };
  return addDecimals(total, free, -1);
}

function lesser(one: string, other: string): string {
  return addDecimals(one, other, -1).startsWith("-") ? one : other;
}

function isPositive(amount: string): boolean {
  return amount !== "0" && !amount.startsWith("-");
}
