import { exact, textOf } from "../holdings/exact.ts";
import type { PriceUse } from "./entries.ts";
import type { Amount, StatedValue, TaxRow } from "./row.ts";

/** The rows with every worth that was found for them as a stated one, so that they come to the same books without candles. */
export function withValues(rows: readonly TaxRow[], prices: readonly PriceUse[], currency: string): TaxRow[] {
  const found = new Map(prices.map(({ origin, asset, quantity, value }) => [keyOf(origin, { asset, quantity: textOf(quantity) }), textOf(value)]));
  const valueOf = (row: TaxRow, amount: Amount | null): StatedValue | null => {
    const value = amount === null ? undefined : found.get(keyOf(row.origin, { asset: amount.asset, quantity: textOf(exact(amount.quantity)) }));
    return value === undefined ? null : { amount: value, currency };
  };
  return rows.map((row) => {
    const feeValue = valueOf(row, row.fee) ?? row.feeValue;
    // What a transfer moves and what leaves unmatched has no worth of its own; a fee of the same size would be taken for it.
    if (row.kind === "transfer" || row.kind === "withdrawal" || row.kind === "fee") return { ...row, feeValue };
    const value = valueOf(row, row.received) ?? valueOf(row, row.sent) ?? row.value;
    return { ...row, value: row.kind === "deposit" && row.value === null ? null : value, feeValue };
  });
}

const keyOf = (origin: string, { asset, quantity }: Amount): string => JSON.stringify([origin, asset, quantity]);
