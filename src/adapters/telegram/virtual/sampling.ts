import type { Operator } from "../../../ports/operator.ts";
import { isOver, pause } from "../api.ts";
import type { VirtualBook } from "./book.ts";
import { standingOf } from "./standing.ts";

/** Between two samples, ms: bars need not be shorter, and a year of them is a small table. */
const EVERY = 3_600_000;

/** Keeps what each paper portfolio is worth once an hour, on a timer of its own beside trading, until the signal ends it. */
export async function sampleVirtual({ book, operator, warn }: { readonly book: VirtualBook; readonly operator: Operator; readonly warn: (what: string, error: unknown) => void }, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(EVERY, signal);
    if (isOver(signal)) return;
    try {
      sampleAll(book, operator);
    } catch (error) {
      warn("a paper portfolio could not be valued", error);
    }
  }
}

/** Keeps what every portfolio is worth now. */
export function sampleAll(book: VirtualBook, operator: Operator): void {
  for (const user of book.users()) {
    const standing = standingOf(book, operator, user);
    // A portfolio that stands on old prices, or on none, would only draw a line that never was.
    if (standing && !standing.old) book.sample(user, { time: standing.time, equity: standing.equity, hold: standing.hold, bot: standing.bot });
  }
}
