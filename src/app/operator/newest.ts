import type { Journal, JournalEntry } from "../../ports/journal.ts";
import { type JournaledEvent, journaledEvent } from "../trade/journaled.ts";

/** Entries that are read at once, walking back. */
const CHUNK = 500;
/** Entries that are walked back over at the most: a journal of years must not keep the bot from trading. */
export const MOST_BACK = 20_000;

/** The journal's entries from a sequence (inclusive) back, newest first; read as far as they are asked for, and MOST_BACK at the most. */
export function* newestFirst(journal: Pick<Journal, "entries">, last: number): Generator<JournalEntry> {
  for (let end = last; end >= 1 && end > last - MOST_BACK; end -= CHUNK) {
    const from = Math.max(1, end - CHUNK + 1);
    const chunk: JournalEntry[] = [];
    for (const entry of journal.entries(from)) {
      if (entry.sequence > end) break;
      chunk.push(entry);
    }
    yield* chunk.reverse();
  }
}

/** The bot's own event in an entry's payload; null for entries that only tell what happened around it. */
export function eventOf(payload: unknown): JournaledEvent | null {
  if (typeof payload !== "object" || payload === null || !("event" in payload)) return null;
  const parsed = journaledEvent.safeParse(payload.event);
  return parsed.success ? parsed.data : null;
}
