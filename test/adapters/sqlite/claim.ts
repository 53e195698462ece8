import type { Journal, OutboxEntry } from "../../../src/ports/journal.ts";

/** Claims the oldest waiting request that is allowed; null when none may be sent. */
export function claimNext(journal: Journal, allowed: (entry: OutboxEntry) => boolean = () => true): OutboxEntry | null {
  const ids = journal.outbox("waiting").filter(allowed).map(({ id }) => id);
  // Also with nothing to claim the journal is asked: one that cannot be written says so.
  for (const id of ids.length === 0 ? [-1] : ids) {
    const [claimed] = journal.claim([id]);
    if (claimed) return claimed;
  }
  return null;
}
