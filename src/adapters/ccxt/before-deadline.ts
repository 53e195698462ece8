import { setTimeout as sleep } from "node:timers/promises";

/** The answer, or the error of `late` after so many milliseconds, or the signal's when it asks to stop. ccxt's own timeout ends with the headers. */
export async function beforeDeadline<Answer>(answer: Promise<Answer>, deadline: number, late: () => Error, signal?: AbortSignal): Promise<Answer> {
  const stop = new AbortController();
  const ends = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal;
  const over = sleep(deadline, undefined, { signal: ends }).then(() => {
    throw late();
  });
  // The loser of the race must not end as an unhandled rejection.
  over.catch(() => undefined);
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, over]);
  } finally {
    stop.abort();
  }
}
