import { exact, type Exact, textOf, total } from "../../../src/core/holdings/exact.ts";
import type { Books, TaxSettings } from "../../../src/core/tax/entries.ts";
import type { PriceAt } from "../../../src/core/tax/price-book.ts";
import { type Amount, emptyRow, type RowKind, type TaxRow } from "../../../src/core/tax/row.ts";

export const SETTINGS: TaxSettings = { currency: "EUR", method: "fifo", by: "universal", gifts: "untaxed", longTermDays: 365 };

let line = 1;

/** A row of a file that only the test knows; amounts are written as "1.5 BTC". */
export function row(kind: RowKind, time: string, parts: Partial<Omit<TaxRow, "sent" | "received" | "fee" | "time" | "kind">> & { sent?: string; received?: string; fee?: string }): TaxRow {
  const { sent, received, fee, ...rest } = parts;
  line += 1;
  return { ...emptyRow(`test.csv:${line}`, Date.parse(time), "exchange", kind), sent: amount(sent), received: amount(received), fee: amount(fee), ...rest };
}

function amount(text: string | undefined): Amount | null {
  const [quantity = "", asset = ""] = text?.split(" ") ?? [];
  return text === undefined ? null : { quantity, asset };
}

/** Prices that never change. */
export const fixedPrices = (prices: Readonly<Record<string, string>>): PriceAt => (asset) => {
  const price = prices[asset];
  return price === undefined ? { why: `there are no candles of ${asset}` } : { price: exact(price), legs: [] };
};

export const noPrices = fixedPrices({});

/** Sum of the gains that count. */
export const gainOf = ({ disposals }: Books): string => textOf(total(disposals.filter(({ counted }) => counted).map(({ gain }) => gain)));

export const sum = (values: readonly Exact[]): string => textOf(total(values));
