import type { VenueName } from "../../adapters/ccxt/venue/quirks.ts";
import { type KeyedVenue, openCcxtVenue } from "../../adapters/ccxt/venue/venue.ts";
import type { KeySecrets } from "../../core/keys/key.ts";
import { hostsAt } from "../run/hosts.ts";

/** The longest that an answer is waited for, ms. */
const DEADLINE = 10_000;

/** An exchange, or what stands for it at another address, asked with a stored key. Whoever opens it closes it. */
export function openWithKey(exchange: VenueName, secrets: KeySecrets, url: string | undefined): Promise<KeyedVenue> {
  return openCcxtVenue({ exchange, ...secrets, ...hostsAt(url), staleAfterMs: DEADLINE, deadlineMs: DEADLINE, recvWindow: 5_000 });
}
