import type { Batch, Journal } from "../../src/ports/journal.ts";
import type { Venue } from "../../src/ports/venue.ts";

/** Moments of a bot's life at which it can be made to die. */
export const POINTS = [
  "before a commit",
  "after a commit",
  "before a turn is on the disk",
  "after a turn is on the disk",
  "before the journal is tidied",
  "claimed and not sent",
  "before a submit leaves",
  "a submit is answered and nobody has read it",
  "a submit is answered and not written down",
  "before a cancel leaves",
  "a cancel is answered and nobody has read it",
  "a cancel is answered and not written down",
  "a fill is booked and its counter order not sent",
] as const;
export type Point = (typeof POINTS)[number];

/** Where a bot dies: the n-th time that it comes to a point, counted from when it is told. */
export interface Death {
  readonly point: Point;
  readonly nth: number;
}

/** Ends this process as kill -9 does when it comes to the point that was chosen. */
export class Fate {
  #death: Death | null = null;
  #seen = 0;

  choose(death: Death | null): void {
    this.#death = death;
    this.#seen = 0;
  }

  reach(point: Point): void {
    if (this.#death?.point !== point) return;
    this.#seen += 1;
    // The kernel takes the process before this call comes back: not another line runs, no file is flushed.
    if (this.#seen >= this.#death.nth) process.kill(process.pid, "SIGKILL");
  }
}

/** What was answered last, for the commit that writes it down. */
interface Answered {
  action: "submit" | "cancel" | null;
}

/** A journal and a venue whose user dies where fate says; in all else they are what they wrap. */
export function mortal(journal: Journal, venue: Venue, fate: Fate): { readonly journal: Journal; readonly venue: Venue } {
  const answered: Answered = { action: null };
  return { journal: mortalJournal(journal, fate, answered), venue: mortalVenue(venue, fate, answered) };
}

function mortalJournal(journal: Journal, fate: Fate, answered: Answered): Journal {
  /** What was claimed and booked in the transaction that is open: on the disk with its end, not before. */
  let open: { claims: number; fills: number } | null = null;
  const durable = ({ claims, fills }: { claims: number; fills: number }): void => {
    for (; fills > 0; fills--) fate.reach("a fill is booked and its counter order not sent");
    for (; claims > 0; claims--) fate.reach("claimed and not sent");
  };
  return {
    get lastSequence() {
      return journal.lastSequence;
    },
    commit: (batch: Batch) => {
      if (answered.action === "submit") fate.reach("a submit is answered and not written down");
      if (answered.action === "cancel") fate.reach("a cancel is answered and not written down");
      answered.action = null;
      fate.reach("before a commit");
      const sequence = journal.commit(batch);
      const fills = batch.fills?.length ?? 0;
      if (open) open.fills += fills;
      else durable({ claims: 0, fills });
      fate.reach("after a commit");
      return sequence;
    },
    together: (work) => {
      const own = { claims: 0, fills: 0 };
      open = own;
      try {
        const result = journal.together(() => {
          const done = work();
          fate.reach("before a turn is on the disk");
          return done;
        });
        durable(own);
        fate.reach("after a turn is on the disk");
        return result;
      } finally {
        open = null;
      }
    },
    tidy: () => {
      fate.reach("before the journal is tidied");
      journal.tidy();
    },
    claim: (ids) => {
      const claimed = journal.claim(ids);
      if (open) open.claims += claimed.length;
      else durable({ claims: claimed.length, fills: 0 });
      return claimed;
    },
    entries: (from) => journal.entries(from),
    orders: (states) => (states ? journal.orders(states) : journal.orders()),
    order: (id) => journal.order(id),
    hasFill: (name, symbol, id) => journal.hasFill(name, symbol, id),
    fillsOf: (id) => journal.fillsOf(id),
    outbox: (state) => journal.outbox(state),
    cursor: (name) => journal.cursor(name),
    setting: (name) => journal.setting(name),
    balances: () => journal.balances(),
    verify: () => journal.verify(),
    close: () => journal.close(),
  };
}

function mortalVenue(venue: Venue, fate: Fate, answered: Answered): Venue {
  return {
    name: venue.name,
    now: () => venue.now(),
    syncClock: () => venue.syncClock(),
    instruments: (symbols) => venue.instruments(symbols),
    permissions: () => venue.permissions(),
    balances: () => venue.balances(),
    submit: async (order) => {
      fate.reach("before a submit leaves");
      const answer = await venue.submit(order);
      fate.reach("a submit is answered and nobody has read it");
      answered.action = "submit";
      return answer;
    },
    cancel: async (symbol, id) => {
      fate.reach("before a cancel leaves");
      const answer = await venue.cancel(symbol, id);
      fate.reach("a cancel is answered and nobody has read it");
      answered.action = "cancel";
      return answer;
    },
    order: (symbol, id) => venue.order(symbol, id),
    openOrders: (symbol) => venue.openOrders(symbol),
    trades: (symbol, from) => venue.trades(symbol, from),
    candles: (symbol, timeframe, since, limit) => venue.candles(symbol, timeframe, since, limit),
    listen: (symbols, timeframe, listener) => venue.listen(symbols, timeframe, listener),
    close: () => venue.close(),
  };
}
