import { setTimeout as sleep } from "node:timers/promises";
import type { Venue } from "../../ports/venue.ts";

/** Rounds of asking what is open and canceling it. */
const ROUNDS = 5;

/**
 * Cancels what stands at the venue under a prefix, without the journal: the run cannot remember anything any more, and
 * orders that nobody watches are worse than none. Returns a sentence about what came of it.
 */
export async function cancelUnwatched(venue: Venue, symbols: Iterable<string>, prefix: string, wait: number): Promise<string> {
  let canceled = 0;
  let clean = true;
  for (const symbol of symbols) {
    let left = true;
    for (let round = 0; left && round < ROUNDS; round++) {
      if (round > 0) await sleep(wait, undefined, { ref: false });
      const open = await venue.openOrders(symbol);
      if (!open.ok) continue;
      const ours = open.value.flatMap(({ clientOrderId }) => (clientOrderId?.startsWith(prefix) === true ? [clientOrderId] : []));
      left = ours.length > 0;
      for (const id of ours) if ((await venue.cancel(symbol, id)).ok) canceled += 1;
    }
    if (left) clean = false;
  }
  const rest = clean ? "none of its orders is left" : "some of its orders may be left: look at the venue";
  return `the bot has stopped: ${canceled} orders canceled at ${venue.name}, ${rest}`;
}
