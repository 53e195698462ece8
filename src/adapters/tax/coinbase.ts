import { exact, negated, signOf, textOf } from "../../core/holdings/exact.ts";
import { type Amount, emptyRow, type IncomeKind, type StatedValue, type TaxRow } from "../../core/tax/row.ts";
import { ASSET, type Format, type Unread } from "./format.ts";
import { type Sheet, type SheetRow, shown } from "./sheet.ts";

const INCOME: readonly (readonly [RegExp, IncomeKind])[] = [
  [/staking income|inflation reward/i, "staking"],
  [/interest|rewards income/i, "interest"],
  [/airdrop/i, "airdrop"],
  [/learning reward|coinbase earn|reward|incentive|referral/i, "reward"],
];
const INTERNAL = /^(retail (un)?staking transfer|retail eth2 deprecation|eth2 deprecation|vault (deposit|withdrawal))$/i;

/** Coinbase's transaction history, with the lines of a title before the names of the columns or without. */
export const coinbaseTransactions: Format = {
  name: "coinbase transactions",
  account: "coinbase",
  needs: ["timestamp", "transactiontype", "asset", "quantitytransacted", "subtotal"],
  thousands: true,
  read: (sheet, account) => {
    const rows: TaxRow[] = [];
    const unread: Unread[] = [];
    let internal = 0;
    for (const row of sheet.rows) {
      const time = sheet.time(row, "timestamp");
      const asset = sheet.need(row, "asset", ASSET, "an asset");
      const quantity = sheet.decimal(row, "quantitytransacted") ?? sheet.wrong(row, "quantitytransacted", "must be a number");
      if (time === null || asset === null || quantity === null) continue;
      const type = sheet.text(row, "transactiontype") ?? "";
      if (INTERNAL.test(type)) {
        internal += 1;
        continue;
      }
      const made = rowOf(sheet, row, type, { asset, quantity: sizeOf(quantity) }, { ...emptyRow(sheet.origin(row), time, account, "trade"), reference: sheet.text(row, "id"), note: sheet.text(row, "notes") });
      if (made === null) unread.push({ origin: sheet.origin(row), time, text: `${shown(type)} of ${quantity} ${asset} is not understood; write it into a CSV of your own` });
      else rows.push(made);
    }
    sheet.finish();
    return { rows, unread, internal };
  },
};

const sizeOf = (quantity: string): string => textOf(signOf(exact(quantity)) < 0 ? negated(exact(quantity)) : exact(quantity));

function rowOf(sheet: Sheet, row: SheetRow, type: string, amount: Amount, made: TaxRow): TaxRow | null {
  const currency = sheet.text(row, "pricecurrency") ?? sheet.text(row, "spotpricecurrency");
  const money = (name: string): Amount | null => {
    const value = sheet.decimal(row, name);
    return value === null || currency === null || signOf(exact(value)) === 0 ? null : { asset: currency, quantity: sizeOf(value) };
  };
  const subtotal = money("subtotal");
  const fee = money("feesandorspread") ?? money("fees");
  const value: StatedValue | null = subtotal === null ? null : { amount: subtotal.quantity, currency: subtotal.asset };
  if (/^(advanced? trade )?buy$/i.test(type)) return subtotal === null ? null : { ...made, sent: subtotal, received: amount, fee };
  if (/^(advanced? trade )?sell$/i.test(type)) return subtotal === null ? null : { ...made, sent: amount, received: subtotal, fee };
  if (/^convert$/i.test(type)) {
    const into = /\bto ([\d.,]+) ([A-Z0-9]{1,20})\b/.exec(sheet.text(row, "notes") ?? "");
    const quantity = into ? sheet.plain(into[1] ?? "") : null;
    // The spread is in the rate: nothing leaves for it besides.
    return quantity === null || into === null ? null : { ...made, sent: amount, received: { asset: into[2] ?? "", quantity }, value };
  }
  if (/^(receive|deposit|(pro|exchange|prime) deposit)$/i.test(type)) return { ...made, kind: /^(pro|exchange|prime)/i.test(type) ? "withdrawal" : "deposit", ...(/^(pro|exchange|prime)/i.test(type) ? { sent: amount } : { received: amount }) };
  if (/^(send|withdrawal|(pro|exchange|prime) withdrawal)$/i.test(type)) return { ...made, kind: /^(pro|exchange|prime)/i.test(type) ? "deposit" : "withdrawal", ...(/^(pro|exchange|prime)/i.test(type) ? { received: amount } : { sent: amount }) };
  const income = INCOME.find(([form]) => form.test(type))?.[1];
  return income === undefined ? null : { ...made, kind: "income", income, received: amount, value };
}
