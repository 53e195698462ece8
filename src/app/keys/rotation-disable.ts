import { setTimeout as sleep } from "node:timers/promises";
import type { StoredKey } from "../../core/keys/key.ts";
import { disabled, keyOf } from "../../core/keys/rotation.ts";
import type { KeyStore } from "../../ports/key-store.ts";
import type { Venue } from "../../ports/venue.ts";

/** What came of canceling the orders of an account. */
export interface CancelReport {
  readonly canceled: number;
  /** What may still stand there, in words; empty when nothing does. */
  readonly left: readonly string[];
}

/** What is disabled, and how its orders are canceled first. */
export interface DisableParts {
  readonly store: KeyStore;
  readonly ids: readonly string[];
  /** Cancels our orders with a key, or lets the bot that uses it do so. */
  readonly cancel: (key: StoredKey) => Promise<CancelReport>;
  /** Each step as it is done. */
  readonly tell: (line: string) => void;
}

/** Cancels our orders, then disables the keys, whatever came of it: an exchange that fails keeps no key in use. Returns what was not canceled, in words. */
export async function disableKeys({ store, ids, cancel, tell }: DisableParts): Promise<readonly string[]> {
  const keys = await store.keys();
  const chosen = ids.map((id) => keyOf(keys, id));
  const left: string[] = [];
  for (const key of chosen) {
    // What may only read has placed nothing, and what is disabled is not used.
    if (key.scope === "read" || key.state === "disabled") continue;
    const report = await cancel(key).catch((error: unknown): CancelReport => ({ canceled: 0, left: [`${key.exchange}: ${error instanceof Error ? error.message : "it failed"}`] }));
    tell(`${key.exchange}, account ${key.account}, key ${key.id}: ${report.canceled} orders canceled${report.left.length === 0 ? ", none is left" : ""}.`);
    for (const text of report.left) tell(`NOT CANCELED: ${text}`);
    left.push(...report.left);
  }
  // One may have been taken out meanwhile: that keeps no other in use.
  const after = await store.change((now) => disabled(now, ids.filter((id) => now.some((key) => key.id === id))));
  for (const { id, exchange, state } of after) {
    const before = keys.find((key) => key.id === id)?.state;
    if (state === "disabled" && (ids.includes(id) || before !== "disabled")) tell(`Key ${id} is disabled. Revoke it at ${exchange}.`);
  }
  return left;
}

/** Which orders are ours: markets, and how the client order ids of our bots begin. */
export interface OwnOrders {
  readonly symbols: readonly string[];
  readonly prefixes: readonly string[];
}

/** Rounds of asking what is open and canceling it. */
const ROUNDS = 3;
/** The longest that an exchange which does not answer keeps the keys from being disabled, ms. */
const LONGEST = 60_000;

/**
 * Cancels the orders of our bots in an account, and nobody else's; a market that fails does not keep the others from it. Where
 * one was not answered for, the next is asked about once, and after `longestMs` not at all.
 */
export async function cancelOurs(venue: Venue, { symbols, prefixes }: OwnOrders, waitMs: number, longestMs = LONGEST): Promise<CancelReport> {
  const ends = performance.now() + longestMs;
  let canceled = 0;
  let isSilent = false;
  const left: string[] = [];
  for (const symbol of symbols) {
    let problem: string | null = "its orders were not asked for, because nothing was answered for too long";
    const rounds = isSilent ? (performance.now() < ends ? 1 : 0) : ROUNDS;
    for (let round = 0; problem !== null && round < rounds; round += 1) {
      if (round > 0) await sleep(waitMs);
      const open = await venue.openOrders(symbol);
      isSilent = !open.ok;
      if (!open.ok) {
        problem = `its orders could not be asked for: ${open.failure.message}`;
        continue;
      }
      const ours = open.value.flatMap(({ clientOrderId: id }) => (id !== undefined && prefixes.some((prefix) => id.startsWith(prefix)) ? [id] : []));
      problem = ours.length === 0 ? null : `${ours.length} orders stand (${ours.slice(0, 3).join(", ")}${ours.length > 3 ? ", ..." : ""})`;
      for (const id of ours) {
        const answer = await venue.cancel(symbol, id);
        if (answer.ok) canceled += 1;
        else problem = `${ours.length} orders stand, and canceling ${id} failed: ${answer.failure.message}`;
      }
    }
    if (problem !== null) left.push(`${venue.name} ${symbol}: ${problem}`);
  }
  return { canceled, left };
}
