import type { HealthView } from "../../ports/operator.ts";
import type { Watched } from "./watched.ts";

/** What went wrong, in words. */
export function failureText(failure: unknown): string {
  return failure instanceof Error ? failure.message : "unknown";
}

/** What works and what does not; `started` is when this process took the bot up, by the wall clock. */
export function healthView({ session, parts }: Watched, started: number): HealthView {
  const { bot, failure } = session;
  return {
    time: parts.venue.now(),
    hold: bot.hold,
    troubles: [...session.troubles],
    failure: failure === null ? null : failureText(failure),
    settled: session.settled(),
    waiting: parts.journal.outbox("waiting").length,
    unknown: session.desk.open().filter(({ state }) => state === "UNKNOWN").length,
    journal: parts.journal.lastSequence,
    lastBar: [...bot.symbols.values()].map(({ symbol, candles }) => ({ symbol, closed: candles.length > 0 ? candles.time(0) + candles.timeframe : null })),
    uptime: parts.clock() - started,
    memoryMb: process.memoryUsage().rss / 2 ** 20,
  };
}
