import { exact, minus, plus, signOf, textOf } from "../../core/holdings/exact.ts";
import type { Amount, IncomeKind, RowKind, TaxRow } from "../../core/tax/row.ts";
import { type CsvCell, csvText } from "./csv-write.ts";

/** Columns of Koinly's universal template (https://support.koinly.io/en/articles/9489976). */
export const KOINLY_COLUMNS = [
  "Date", "Sent Amount", "Sent Currency", "Received Amount", "Received Currency", "Fee Amount", "Fee Currency",
  "Net Worth Amount", "Net Worth Currency", "Label", "Description", "TxHash",
] as const;

/** Koinly's names (https://support.koinly.io/en/articles/9490023-what-are-tags). */
const KOINLY_INCOME: Readonly<Record<IncomeKind, string>> = { staking: "reward", mining: "mining", airdrop: "airdrop", interest: "lending interest", reward: "reward", other: "income" };
const KOINLY_KINDS: Partial<Readonly<Record<RowKind, string>>> = { gift: "gift", donation: "donation", lost: "lost", spend: "cost", fee: "cost" };

/** Rows of one account for Koinly, which imports into one wallet at a time. A fee stands beside the amounts and is not part of them. */
export function koinlyCsv(rows: readonly TaxRow[], account: string): string {
  return csvText(KOINLY_COLUMNS, legsOf(rows).filter((row) => row.account === account).map((row) => {
    const sent = row.kind === "fee" ? row.fee : row.sent;
    const fee = row.kind === "fee" ? null : row.fee;
    return [
      `${utc(row.time)} UTC`, ...pair(sent), ...pair(row.received), ...pair(fee),
      row.value?.amount ?? null, row.value?.currency ?? null,
      row.kind === "income" ? KOINLY_INCOME[row.income ?? "other"] : (KOINLY_KINDS[row.kind] ?? null),
      row.note, row.reference,
    ];
  }));
}

/**
 * Columns of CoinTracking's CSV import: those of its sheet, and the optional ones after the date
 * (https://cointracking.freshdesk.com/en/support/solutions/articles/29000042783-transaction-types has the types).
 */
export const COINTRACKING_COLUMNS = [
  "Type", "Buy Amount", "Buy Currency", "Sell Amount", "Sell Currency", "Fee", "Fee Currency", "Exchange", "Trade-Group", "Comment", "Date",
  "Tx-ID", "Buy Value in Account Currency", "Sell Value in Account Currency",
] as const;

const COINTRACKING_INCOME: Readonly<Record<IncomeKind, string>> = { staking: "Staking", mining: "Mining", airdrop: "Airdrop", interest: "Interest Income", reward: "Reward / Bonus", other: "Other Income" };
const COINTRACKING_KINDS: Readonly<Record<Exclude<RowKind, "income" | "transfer">, string>> = {
  trade: "Trade", deposit: "Deposit", withdrawal: "Withdrawal", "gift-received": "Gift / Tip", gift: "Gift", donation: "Donation", spend: "Spend", lost: "Lost", fee: "Other Fee",
};

/** Rows for CoinTracking, whose amounts have the fee in them already; a fee in a third asset is a line of its own. */
export function cointrackingCsv(rows: readonly TaxRow[]): string {
  return csvText(COINTRACKING_COLUMNS, legsOf(rows).flatMap((row): CsvCell[][] => {
    const type = row.kind === "income" ? COINTRACKING_INCOME[row.income ?? "other"] : row.kind === "transfer" ? "Deposit" : COINTRACKING_KINDS[row.kind];
    const line = (name: string, buy: Amount | null, sell: Amount | null, fee: Amount | null): CsvCell[] => [
      name, ...pair(buy), ...pair(sell), ...pair(fee), row.account, null, row.note, day(row.time), row.reference,
      buy === null ? null : (row.value?.amount ?? null), sell === null ? null : (row.value?.amount ?? null),
    ];
    const { sent, received, fee } = row;
    if (row.kind === "fee") return [line(type, null, fee, null)];
    if (fee === null) return [line(type, received, sent, null)];
    if (received !== null && fee.asset === received.asset) {
      const left = minus(exact(received.quantity), exact(fee.quantity));
      if (signOf(left) > 0) return [line(type, { asset: fee.asset, quantity: textOf(left) }, sent, fee)];
    } else if (sent !== null && fee.asset === sent.asset) {
      return [line(type, received, { asset: fee.asset, quantity: textOf(plus(exact(sent.quantity), exact(fee.quantity))) }, fee)];
    }
    return [line(type, received, sent, null), line("Other Fee", null, fee, null)];
  }), true);
}

/** A transfer as its two ends: services match them again. */
function legsOf(rows: readonly TaxRow[]): TaxRow[] {
  return rows.flatMap((row): TaxRow[] => {
    if (row.kind !== "transfer") return [row];
    return [{ ...row, kind: "withdrawal", received: null }, { ...row, kind: "deposit", account: row.toAccount ?? row.account, sent: null, fee: null, feeValue: null }];
  });
}

const pair = (amount: Amount | null): [CsvCell, CsvCell] => [amount?.quantity ?? null, amount?.asset ?? null];
const utc = (time: number): string => new Date(time).toISOString().slice(0, 19).replace("T", " ");

function day(time: number): string {
  const [date = "", clock = ""] = utc(time).split(" ");
  return `${date.split("-").reverse().join(".")} ${clock}`;
}
