import { DAY } from "../../core/timeframe.ts";
import type { Venue } from "../../ports/venue.ts";
import type { SessionParts } from "../trade/parts.ts";
import type { VenueState } from "../trade/venue-state.ts";
import type { KeyOnDuty } from "./on-duty.ts";
import { type Acknowledged, judgeKey, problemsOf } from "./permissions.ts";

/** Days before a key ends at which its owner is reminded. */
const REMINDERS = [1, 3, 7, 14, 30] as const;
/** After a question that nobody answered, ms. */
const RETRY = 600_000;

/** What a watch over a key is made of. `every` is the time between two looks, milliseconds. */
export interface KeyWatchParts {
  readonly venue: Venue;
  readonly state: VenueState;
  readonly clock: () => number;
  readonly acknowledged: readonly Acknowledged[];
  readonly onDuty: () => Promise<KeyOnDuty | null>;
  readonly every: number;
}

/** The watch over the key of a session; null where nothing real is traded. */
export function keyWatchOf({ mode, venue, clock, definition, key, patience }: SessionParts, state: VenueState): KeyWatch | null {
  if (mode !== "live") return null;
  return new KeyWatch({ venue, state, clock, acknowledged: definition.trade.key.acknowledge, onDuty: key ?? (() => Promise.resolve(null)), every: patience.keyEvery ?? DAY });
}

/**
 * Asks once a day whether the key may still do no more than it has to: what was right when the bot started may have been changed
 * at the venue, and not by its owner. Nothing new is sent when it is not; and before a key ends, its owner is reminded.
 */
export class KeyWatch {
  readonly #parts: KeyWatchParts;
  #next: number;
  /** When the venue last said that all is well, by the clock. */
  #well: number;
  #reminding = 0;
  #asking = false;
  /** The reminder that was last given, by what ends. */
  readonly #reminded = new Map<string, number>();
  #venueExpires: number | null = null;

  /** The start has just asked. */
  constructor(parts: KeyWatchParts) {
    this.#parts = parts;
    this.#well = parts.clock();
    this.#next = this.#well + parts.every;
  }

  /** Reminds and asks when it is time to. */
  async tick(): Promise<void> {
    const { state, clock, every } = this.#parts;
    const now = clock();
    if (now >= this.#reminding) {
      this.#reminding = now + Math.min(every, 3_600_000);
      await this.#remind(now);
    }
    if (this.#asking || now < this.#next || state.blocked(now)) return;
    this.#asking = true;
    try {
      await this.#ask();
    } finally {
      this.#asking = false;
    }
  }

  /** The owner has looked: the venue is asked anew at once. */
  trustAgain(): void {
    this.#next = 0;
    this.#reminding = 0;
    this.#well = this.#parts.clock();
  }

  async #ask(): Promise<void> {
    const { venue, state, clock, every, acknowledged } = this.#parts;
    const answer = await venue.permissions();
    const now = clock();
    if (!answer.ok) {
      this.#next = now + Math.min(every, RETRY);
      state.failed(answer.failure, now);
      if (now - this.#well > 2 * every) state.distrust(`${venue.name} has not said for more than ${Math.round((2 * every) / 3_600_000)} hours what the key may do (${answer.failure.message})`);
      return;
    }
    this.#next = now + every;
    this.#venueExpires = answer.value.expires;
    const problems = problemsOf(judgeKey(answer.value, { scope: "trade", acknowledged, now }));
    if (problems.length > 0) state.distrust(`the key is not as it has to be any more. ${problems.join(" ").replace(/\.$/, "")}`);
    else this.#well = now;
    await this.#remind(now);
  }

  async #remind(now: number): Promise<void> {
    const { onDuty, state } = this.#parts;
    const key = await onDuty();
    if (key?.expires !== undefined && key.expires !== null) {
      if (key.expires <= now) state.distrust(`the key ${key.label} expired on ${dateOf(key.expires)}. Change it: caucus keys rotate`);
      else this.#tell(`the key ${key.label}`, key.expires, now);
    }
    if (this.#venueExpires !== null) this.#tell("by the venue's word the key, or its leave to trade,", this.#venueExpires, now);
  }

  #tell(what: string, expires: number, now: number): void {
    const step = reminderOf(expires, now);
    if (step === null || this.#reminded.get(what) === step) return;
    this.#reminded.set(what, step);
    this.#parts.state.keyNotice(reminderText(what, expires, now));
  }
}

/** Which reminder is due, days; null while the end is far away. */
export function reminderOf(expires: number, now: number): number | null {
  const days = (expires - now) / DAY;
  return REMINDERS.find((step) => days <= step) ?? null;
}

/** Says when a key ends and what to do about it. */
export function reminderText(what: string, expires: number, now: number): string {
  const days = Math.max(0, Math.floor((expires - now) / DAY));
  return `${what} ends ${days === 0 ? "within a day" : `in ${days} day${days === 1 ? "" : "s"}`}, on ${dateOf(expires)}: make a new one and change to it with caucus keys rotate`;
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
