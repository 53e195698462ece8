/** What an exchange tells of the account behind a key. */
export interface AccountEvidence {
  /** The exchange's own number of the account; `null` where it tells none. */
  readonly uid: string | null;
  /** Totals, decimal strings by asset; those that are nothing are left out. */
  readonly balances: ReadonlyMap<string, string>;
  /** The exchange's ids of the orders that stand open. */
  readonly openOrders: ReadonlySet<string>;
}

/** Whether two keys open one account, and in a sentence why that is said. */
export interface AccountVerdict {
  readonly verdict: "same" | "other" | "unsure";
  readonly why: string;
}

/** Compares what two keys were shown: the account's number where there is one, else open orders, else balances. */
export function compareAccounts(old: AccountEvidence, next: AccountEvidence): AccountVerdict {
  if (old.uid !== null && next.uid !== null) {
    return old.uid === next.uid ? { verdict: "same", why: `both keys are of account ${old.uid}` } : { verdict: "other", why: `the old key is of account ${old.uid}, the new one of account ${next.uid}` };
  }
  // An order has one owner and its id is the exchange's own: one in common is proof.
  const shared = [...next.openOrders].filter((id) => old.openOrders.has(id)).length;
  if (shared > 0) return { verdict: "same", why: `both keys see ${shared} of the same open orders` };
  if (old.openOrders.size > 0 && next.openOrders.size > 0) return { verdict: "other", why: "the keys see different open orders" };
  const differing = [...new Set([...old.balances.keys(), ...next.balances.keys()])].filter((asset) => old.balances.get(asset) !== next.balances.get(asset));
  if (differing.length > 0) return { verdict: "other", why: `the keys see different balances of ${differing.slice(0, 5).join(", ")}` };
  if (old.balances.size === 0) return { verdict: "unsure", why: "the exchange tells no account number, and there are neither orders nor balances to compare" };
  return { verdict: "same", why: `both keys see the same balances of ${old.balances.size} assets` };
}
