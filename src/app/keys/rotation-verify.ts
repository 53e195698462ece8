import type { ExchangeKey, StoredKey } from "../../core/keys/key.ts";
import { type AccountEvidence, type AccountVerdict, compareAccounts } from "../../core/keys/rotation-evidence.ts";
import type { KeySwitch } from "../../ports/key-switch.ts";
import type { KeyPermissions } from "../../ports/venue.ts";

/** What verifying a key needs. */
export interface VerifyParts {
  readonly venue: KeySwitch;
  /** Of which open orders are compared. */
  readonly symbols: readonly string[];
  /** What is wrong with what a key may do, as the start of a bot demands it; sentences. */
  readonly check: (key: ExchangeKey, permissions: KeyPermissions) => readonly string[];
  /** The owner's word that both keys are of one account, for where nothing can be compared. */
  readonly sameAccount: boolean;
}

/** What came of it: sentences about what speaks against the key, and about what speaks for it. */
export interface Verification {
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** Balances of a bot that trades move between two looks: so many pairs of looks are taken. */
const LOOKS = 5;

/** Whether a key may take another's place: its rights, an order that the exchange tests and does not place, and the account. */
export async function verifySuccessor(from: StoredKey, to: StoredKey, parts: VerifyParts): Promise<Verification> {
  const { venue, symbols, check } = parts;
  const probe = await venue.probe(to.secrets, symbols);
  if (!probe.permissions.ok) return refused(`${to.exchange} does not answer key ${to.id} when asked what it may do: ${probe.permissions.failure.message}`);
  const problems = [...check(to, probe.permissions.value)];
  const notes: string[] = [];
  if (to.scope === "trade") {
    if (probe.testOrder === null) notes.push(`${to.exchange} has no test for orders: that key ${to.id} may trade rests on what ${to.exchange} says of it.`);
    else if (!probe.testOrder.ok) problems.push(`${to.exchange} refuses a test order with key ${to.id}: ${probe.testOrder.failure.message}`);
    else notes.push(`${to.exchange} takes a test order with key ${to.id}.`);
  }
  if (!probe.account.ok) return { problems: [...problems, `${to.exchange} does not show key ${to.id} its account: ${probe.account.failure.message}`], notes };
  const known = venue.accountUid();
  const verdict = known !== null && probe.account.value.uid !== null
    ? compareAccounts({ uid: known, balances: new Map(), openOrders: new Set() }, probe.account.value)
    : await compareLooks(from, to, probe.account.value, parts);
  if (verdict.verdict === "same") notes.push(`${sentence(verdict.why)}.`);
  else if (verdict.verdict === "unsure" && parts.sameAccount) notes.push(`${sentence(verdict.why)}: you say that it is the same account.`);
  else problems.push(`Key ${to.id} is not shown to be of the same account as key ${from.id}: ${verdict.why}.${verdict.verdict === "unsure" ? " If you know that it is, add --same-account." : ""}`);
  return { problems, notes };
}

async function compareLooks(from: StoredKey, to: StoredKey, first: AccountEvidence, { venue, symbols }: VerifyParts): Promise<AccountVerdict> {
  let verdict: AccountVerdict = { verdict: "unsure", why: "nothing was compared" };
  for (let look = 0; look < LOOKS; look += 1) {
    const old = await venue.accountOf(from.secrets, symbols);
    if (!old.ok) return { verdict: "unsure", why: `key ${from.id} does not show its account any more (${old.failure.message})` };
    const next = look === 0 ? { ok: true as const, value: first } : await venue.accountOf(to.secrets, symbols);
    if (!next.ok) return { verdict: "unsure", why: `key ${to.id} does not show its account (${next.failure.message})` };
    verdict = compareAccounts(old.value, next.value);
    // Numbers of accounts do not move; what does is looked at again.
    if (verdict.verdict === "same" || old.value.uid !== null) return verdict;
  }
  return verdict;
}

function refused(problem: string): Verification {
  return { problems: [problem], notes: [] };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
