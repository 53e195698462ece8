import type { ExchangeKey, StoredKey } from "../../core/keys/key.ts";
import type { Venue } from "../../ports/venue.ts";
import { type Acknowledged, type KeyFinding, judgeKey } from "./permissions.ts";
import { isUseDue } from "./roster.ts";

/** What came of asking an exchange about a key. */
export interface KeyVerdict {
  readonly ok: boolean;
  readonly findings: readonly KeyFinding[];
  /** Why there is no answer; null when there is one. */
  readonly failure: string | null;
}

/** Asks the exchange what a key may do, and judges it by what the key is for. */
export async function verifyKey(venue: Venue, key: ExchangeKey, { acknowledged, now }: { readonly acknowledged: readonly Acknowledged[]; readonly now: number }): Promise<KeyVerdict> {
  const clock = await venue.syncClock();
  const answer = clock.ok ? await venue.permissions() : clock;
  if (!answer.ok) {
    const { kind, message } = answer.failure;
    return { ok: false, findings: [], failure: kind === "denied" ? `${key.exchange} refuses the key: ${message}` : `${key.exchange} did not answer: ${message}` };
  }
  const findings = judgeKey(answer.value, { scope: key.scope, acknowledged, now });
  return { ok: findings.every(({ ok }) => ok), findings, failure: null };
}

/** The keys after the exchange answered for one of them: from `added` it comes to `verified`. Asking is a use, and no reason to make it the active one. */
export function withVerified(keys: readonly StoredKey[], id: string, now: number): readonly StoredKey[] {
  return keys.map((key) => (key.id === id ? { ...key, state: key.state === "added" ? "verified" : key.state, lastUsed: isUseDue(key, now) ? now : key.lastUsed } : key));
}
