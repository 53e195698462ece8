import { compare, type Exact, exact, minus, over, plus, signOf, textOf, times } from "../holdings/exact.ts";
import { emptyRow, isFiat, type TaxRow } from "./row.ts";

/** When a withdrawal and a deposit count as one transfer between the owner's accounts. */
export interface TransferRules {
  /** How long after the withdrawal a deposit may arrive, milliseconds. */
  readonly windowMs: number;
  /** Largest part of the amount that may be missing on arrival, as a decimal text: 0.05 is 5 %. Not asked for when both carry one reference. */
  readonly largestFee: string;
}

/** A day, and a twentieth. */
export const TRANSFER_RULES: TransferRules = { windowMs: 86_400_000, largestFee: "0.05" };

/** Files write times to the minute, and clocks differ: a deposit may be dated a little before its withdrawal. */
const EARLY_MS = 600_000;

interface Candidate {
  readonly withdrawal: TaxRow;
  readonly deposit: TaxRow;
  readonly byReference: boolean;
  /** What did not arrive, in parts of what was sent. */
  readonly missing: Exact;
  readonly apart: number;
}

/**
 * The rows with every pair of a withdrawal and a deposit made into one transfer, in order of time. A shared reference decides;
 * without one the amounts that differ least, and then the times. What is not matched stays what it was.
 */
export function matchTransfers(rows: readonly TaxRow[], rules: TransferRules): TaxRow[] {
  const deposits = byAsset(rows.filter(({ kind }) => kind === "deposit"));
  const candidates = rows.filter(({ kind }) => kind === "withdrawal").flatMap((withdrawal) => candidatesOf(withdrawal, deposits, rules));
  candidates.sort((a, b) => Number(b.byReference) - Number(a.byReference) || compare(a.missing, b.missing) || a.apart - b.apart || a.withdrawal.time - b.withdrawal.time);
  const partner = new Map<TaxRow, TaxRow>();
  const taken = new Set<TaxRow>();
  for (const { withdrawal, deposit } of candidates) {
    if (partner.has(withdrawal) || taken.has(deposit)) continue;
    partner.set(withdrawal, deposit);
    taken.add(deposit);
  }
  const made = rows.flatMap((row) => {
    if (taken.has(row)) return [];
    const deposit = partner.get(row);
    return deposit === undefined ? [row] : transferOf(row, deposit);
  });
  return inOrder(made);
}

/** Deposits of one asset, in order of time. */
interface Deposits {
  readonly rows: TaxRow[];
  readonly byReference: Map<string, TaxRow[]>;
}

function byAsset(deposits: readonly TaxRow[]): ReadonlyMap<string, Deposits> {
  const sorted = new Map<string, Deposits>();
  for (const row of deposits.toSorted((a, b) => a.time - b.time)) {
    const { received, reference } = row;
    if (received === null || isFiat(received.asset)) continue;
    const own = sorted.get(received.asset) ?? { rows: [], byReference: new Map<string, TaxRow[]>() };
    sorted.set(received.asset, own);
    own.rows.push(row);
    if (reference !== null) own.byReference.set(reference, [...(own.byReference.get(reference) ?? []), row]);
  }
  return sorted;
}

function candidatesOf(withdrawal: TaxRow, deposits: ReadonlyMap<string, Deposits>, { windowMs, largestFee }: TransferRules): Candidate[] {
  const { sent, time, account, reference } = withdrawal;
  const own = sent === null ? undefined : deposits.get(sent.asset);
  if (sent === null || own === undefined) return [];
  const quantity = exact(sent.quantity);
  const found: Candidate[] = [];
  for (const deposit of near(own, time - EARLY_MS, time + windowMs, reference)) {
    if (deposit.account === account || deposit.received === null) continue;
    const byReference = reference !== null && reference === deposit.reference;
    const late = deposit.time - time;
    if (!byReference && (late < -EARLY_MS || late > windowMs)) continue;
    const lost = minus(quantity, exact(deposit.received.quantity));
    if (signOf(lost) < 0) continue;
    if (!byReference && compare(lost, times(quantity, exact(largestFee))) > 0) continue;
    // Two different references are two different transfers, however alike the amounts.
    if (!byReference && reference !== null && deposit.reference !== null && sameSort(reference, deposit.reference)) continue;
    found.push({ withdrawal, deposit, byReference, missing: over(lost, quantity), apart: Math.abs(late) });
  }
  return found;
}

/** Deposits between two instants, and those that carry the reference whenever they came. */
function near({ rows, byReference }: Deposits, from: number, to: number, reference: string | null): readonly TaxRow[] {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.time ?? from) < from) low = middle + 1;
    else high = middle;
  }
  const found: TaxRow[] = [];
  for (let row = rows[low]; row !== undefined && row.time <= to; row = rows[low]) {
    found.push(row);
    low += 1;
  }
  const named = reference === null ? [] : (byReference.get(reference) ?? []);
  return [...found, ...named.filter(({ time }) => time < from || time > to)];
}

/** Whether both are transaction hashes: then they could have been equal. An exchange's own numbers never are. */
function sameSort(a: string, b: string): boolean {
  const hash = /^(0x)?[0-9a-f]{64}$/i;
  return hash.test(a) && hash.test(b);
}

function transferOf(withdrawal: TaxRow, deposit: TaxRow): TaxRow[] {
  const { sent, fee } = withdrawal;
  const { received } = deposit;
  if (sent === null || received === null) return [withdrawal, deposit];
  const lost = minus(exact(sent.quantity), exact(received.quantity));
  const together = fee === null || fee.asset === sent.asset ? plus(lost, fee === null ? exact("0") : exact(fee.quantity)) : null;
  const time = Math.min(withdrawal.time, deposit.time);
  const moved: TaxRow = {
    ...withdrawal,
    time,
    kind: "transfer",
    sent: received,
    received,
    fee: together === null ? fee : signOf(together) > 0 ? { asset: sent.asset, quantity: textOf(together) } : null,
    feeValue: signOf(lost) === 0 ? withdrawal.feeValue : null,
    value: null,
    toAccount: deposit.account,
    reference: withdrawal.reference ?? deposit.reference,
    note: withdrawal.note ?? deposit.note,
  };
  const more: TaxRow[] = [];
  if (together === null && signOf(lost) > 0) more.push({ ...emptyRow(withdrawal.origin, time, withdrawal.account, "fee"), fee: { asset: sent.asset, quantity: textOf(lost) } });
  if (deposit.fee !== null) more.push({ ...emptyRow(deposit.origin, deposit.time, deposit.account, "fee"), fee: deposit.fee, feeValue: deposit.feeValue });
  return [moved, ...more];
}

/** What comes in, before what is traded, before what leaves; only where the time is the same. */
const RANK: Readonly<Record<TaxRow["kind"], number>> = {
  deposit: 0, income: 0, "gift-received": 0, trade: 1, transfer: 2, withdrawal: 3, gift: 3, donation: 3, spend: 3, lost: 3, fee: 4,
};

/** Rows in order of time; those of one instant so that nothing leaves before it came, and else as they were. */
export function inOrder(rows: readonly TaxRow[]): TaxRow[] {
  return rows.toSorted((a, b) => a.time - b.time || RANK[a.kind] - RANK[b.kind]);
}
