import { RunError, UserError } from "../../../core/user-error.ts";
import type { HoldingsSource, HoldingsStore, StoredReading } from "../../../ports/account.ts";

/** A place with what is known of it: read now, known from before, or nothing. */
export interface Gathered {
  readonly source: HoldingsSource;
  readonly state: "read" | "last-known" | "failed";
  readonly reading: StoredReading | null;
  readonly problems: readonly string[];
}

/** What reading needs. */
export interface Gathering {
  readonly sources: readonly HoldingsSource[];
  readonly store: HoldingsStore;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  /** Takes keys out of what others say. */
  readonly redact: (text: string) => string;
}

/** Reads all places at once. One that fails is told, and what it held when it last answered takes its place. */
export async function gather({ sources, store, clock, signal, redact }: Gathering): Promise<readonly Gathered[]> {
  return Promise.all(
    sources.map(async (source): Promise<Gathered> => {
      try {
        const { holdings, openOrders, missing } = await source.read(signal);
        const { label, kind, place } = source;
        return { source, state: "read", reading: { label, kind, place, readAt: clock(), holdings, openOrders }, problems: missing.map(redact) };
      } catch (error) {
        signal.throwIfAborted();
        return lastKnown(source, store, [redact(whyOf(error))]);
      }
    }),
  );
}

/** What is known of the places without asking them. */
export function remembered(sources: readonly HoldingsSource[], store: HoldingsStore): readonly Gathered[] {
  return sources.map((source) => lastKnown(source, store, []));
}

function lastKnown(source: HoldingsSource, store: HoldingsStore, problems: readonly string[]): Gathered {
  const reading = store.lastReading(source.label);
  // A label that was given to another place says nothing about this one; the files of what is held by hand may change.
  const same = reading !== null && reading.kind === source.kind && (source.kind === "by-hand" || reading.place === source.place);
  return { source, state: same ? "last-known" : "failed", reading: same ? reading : null, problems };
}

/** What a failure says; programmer faults are thrown on. */
export function whyOf(error: unknown): string {
  if (error instanceof RunError || error instanceof UserError) return error.message;
  throw error;
}
