import { compare, exact, signOf } from "../../core/holdings/exact.ts";
import { type Amount, INCOME_KINDS, type IncomeKind, ROW_KINDS, type RowKind, type StatedValue, type TaxRow } from "../../core/tax/row.ts";
import { csvText } from "./csv-write.ts";
import { ASSET, type Format } from "./format.ts";
import type { Sheet, SheetRow } from "./sheet.ts";

/** The columns of our own CSV, which docs/tax.md explains. */
export const GENERIC_COLUMNS = [
  "time", "account", "kind", "income", "sent", "sentAsset", "received", "receivedAsset", "fee", "feeAsset",
  "value", "valueCurrency", "feeValue", "feeValueCurrency", "toAccount", "reference", "note",
] as const;

const LABEL = /^[^\p{C}]{1,100}$/u;

/** Our own CSV. */
export const genericFormat: Format = {
  name: "caucus",
  account: "account",
  needs: ["time", "kind"],
  thousands: false,
  read: (sheet, account) => {
    const known = new Set<string>(GENERIC_COLUMNS.map((name) => name.toLowerCase()));
    const strange = sheet.columns.filter((name) => name !== "" && !known.has(name));
    const [first] = sheet.rows;
    if (first && strange.length > 0) sheet.wrong(first, strange[0] ?? "", `is no column that is known; there can be ${GENERIC_COLUMNS.join(", ")}`);
    const rows = sheet.rows.flatMap((row) => rowOf(sheet, row, account) ?? []);
    sheet.finish();
    return { rows, unread: [], internal: 0 };
  },
};

function rowOf(sheet: Sheet, row: SheetRow, account: string): TaxRow | null {
  const time = sheet.time(row, "time");
  const kind = ROW_KINDS.find((one) => one === sheet.text(row, "kind")?.toLowerCase());
  if (kind === undefined) return sheet.wrong(row, "kind", `must be one of ${ROW_KINDS.join(", ")}`);
  const incomeText = sheet.text(row, "income")?.toLowerCase();
  const income = incomeText === undefined ? null : (INCOME_KINDS.find((one) => one === incomeText) ?? sheet.wrong(row, "income", `must be one of ${INCOME_KINDS.join(", ")}`));
  const sent = amountOf(sheet, row, "sent", "sentasset");
  const received = amountOf(sheet, row, "received", "receivedasset");
  const fee = amountOf(sheet, row, "fee", "feeasset");
  const toAccount = sheet.text(row, "toaccount");
  const missing = missingOf(kind, { sent, received, fee, toAccount });
  if (missing !== null) return sheet.wrong(row, missing, `is empty or 0; a ${kind} needs it`);
  if (kind === "transfer" && (sent?.asset !== received?.asset || sent?.quantity !== received?.quantity)) return sheet.wrong(row, "received", "of a transfer is what was sent; what was lost on the way is its fee");
  // Of a deposit it is paid besides; here it would leave less than nothing.
  if (received !== null && fee !== null && fee.asset === received.asset && kind !== "deposit" && kind !== "transfer" && compare(exact(fee.quantity), exact(received.quantity)) > 0) {
    return sheet.wrong(row, "fee", `is more than the ${received.quantity} ${received.asset} that were received`);
  }
  if (time === null) return null;
  return {
    origin: sheet.origin(row),
    time,
    account: row.cells.has("account") ? (sheet.need(row, "account", LABEL, "a name") ?? account) : account,
    kind,
    income: kind === "income" ? (income ?? "other") : (null satisfies IncomeKind | null),
    sent, received, fee,
    value: valueOf(sheet, row, "value", "valuecurrency"),
    feeValue: valueOf(sheet, row, "feevalue", "feevaluecurrency"),
    toAccount,
    reference: sheet.text(row, "reference"),
    note: sheet.text(row, "note"),
  };
}

function missingOf(kind: RowKind, own: { readonly sent: Amount | null; readonly received: Amount | null; readonly fee: Amount | null; readonly toAccount: string | null }): string | null {
  if (kind === "fee") return own.fee === null ? "fee" : null;
  const needsSent = kind !== "deposit" && kind !== "income" && kind !== "gift-received";
  const needsReceived = !needsSent || kind === "trade" || kind === "transfer";
  if (needsSent && own.sent === null) return "sent";
  if (needsReceived && own.received === null) return "received";
  return kind === "transfer" && own.toAccount === null ? "toaccount" : null;
}

/** Nothing where the cell is empty or zero. */
function amountOf(sheet: Sheet, row: SheetRow, name: string, assetName: string): Amount | null {
  if (!row.cells.has(name)) return null;
  const quantity = sheet.amount(row, name);
  if (quantity === null || signOf(exact(quantity)) === 0) return null;
  const asset = sheet.need(row, assetName, ASSET, "an asset such as BTC");
  return asset === null ? null : { asset, quantity };
}

function valueOf(sheet: Sheet, row: SheetRow, name: string, currencyName: string): StatedValue | null {
  if (!row.cells.has(name)) return null;
  const amount = sheet.amount(row, name);
  const currency = sheet.need(row, currencyName, ASSET, "a currency such as EUR");
  return amount === null || currency === null ? null : { amount, currency };
}

/** Rows in our own CSV, from which they are read again as they were. */
export function genericCsv(rows: readonly TaxRow[]): string {
  return csvText(GENERIC_COLUMNS, rows.map((row) => [
    new Date(row.time).toISOString(), row.account, row.kind, row.income,
    row.sent?.quantity ?? null, row.sent?.asset ?? null,
    row.received?.quantity ?? null, row.received?.asset ?? null,
    row.fee?.quantity ?? null, row.fee?.asset ?? null,
    row.value?.amount ?? null, row.value?.currency ?? null,
    row.feeValue?.amount ?? null, row.feeValue?.currency ?? null,
    row.toAccount, row.reference, row.note,
  ]));
}
