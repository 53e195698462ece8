import type { Random } from "../../src/core/random.ts";
import type { FaultRequest } from "../../src/exchange/faults/catalogue.ts";
import type { Exchange } from "../../src/exchange/server.ts";

/** Faults that strike any request. */
const ANYWHERE = [
  "http-500", "http-502", "http-503", "http-504", "error-1006", "error-1007", "error-1008", "html", "html-200", "torn-json", "empty", "empty-object", "weird-json", "reset-before", "reset-after",
] as const;
/** Faults that know best themselves what they strike. */
const OF_THEIR_OWN = ["timeout-before-accept", "timeout-after-accept", "not-found-once", "duplicate-trade", "missing-fee", "post-only-cross", "insufficient"] as const;
const STREAM_FAULTS = ["lose-next", "duplicate-next", "swap-next", "drop"] as const;
const SHARE_OF_MINUTES = 0.4;
const MOST_ARMED = 25;

const pick = <T>(random: Random, list: readonly T[]): T => list[random.integer(list.length)] as T;

function fault(random: Random): FaultRequest {
  const nth = 1 + random.integer(8);
  const kind = random.uniform();
  if (kind < 0.45) return { name: pick(random, OF_THEIR_OWN), nth };
  if (kind < 0.7) return { name: pick(random, ANYWHERE), method: "POST", path: "/api/v3/order", nth };
  if (kind < 0.75) return { name: "rate-limit", retryAfter: 0, nth };
  if (kind < 0.8) return { name: "delay", ms: 30, nth };
  if (kind < 0.82) return { name: "stall-body", nth };
  return { name: pick(random, ANYWHERE), nth };
}

/** Lets something go wrong in this minute of the market, or not. Returns how many things did. */
export function misbehave(exchange: Exchange, random: Random): number {
  const { faults } = exchange;
  // Spent ones are looked through with every request.
  if (faults.list().length > MOST_ARMED) faults.clear();
  if (random.uniform() > SHARE_OF_MINUTES) return 0;
  if (random.uniform() < 0.12) exchange.act({ action: pick(random, STREAM_FAULTS), count: 1 + random.integer(3) });
  else faults.add(fault(random));
  return 1;
}
