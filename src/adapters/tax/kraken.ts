import { exact, negated, signOf, textOf } from "../../core/holdings/exact.ts";
import { type Amount, emptyRow, type IncomeKind, type TaxRow } from "../../core/tax/row.ts";
import { ASSET, type Format, type Unread } from "./format.ts";
import { pairOf } from "./pair.ts";
import { type Sheet, type SheetRow, shown } from "./sheet.ts";

const OLD_CODES = new Set("XXBT XETH XLTC XXRP XXLM XXMR XZEC XETC XREP XMLN XXDG XICN ZEUR ZUSD ZGBP ZCAD ZJPY ZAUD ZCHF".split(" "));
const RENAMED: Readonly<Record<string, string>> = { XBT: "BTC", XDG: "DOGE", ETH2: "ETH" };

/** Kraken's codes in the names of everybody else: XXBT and XBT are BTC, ZEUR is EUR, DOT28.S is DOT. */
export function krakenAsset(code: string): string {
  const bare = code.replace(/(?<=[A-Z])\d{0,2}\.[A-Z]$/, "");
  const short = OLD_CODES.has(bare) ? bare.slice(1) : bare;
  return RENAMED[short] ?? short;
}

interface Leg {
  readonly row: SheetRow;
  readonly time: number;
  readonly type: string;
  readonly subtype: string;
  readonly asset: string;
  /** Signed, without the fee. */
  readonly amount: string;
  readonly fee: string;
  readonly refid: string;
}

/** Kraken's ledgers.csv: a balance changes by the amount less the fee. */
export const krakenLedgers: Format = {
  name: "kraken ledgers",
  account: "kraken",
  needs: ["txid", "refid", "time", "type", "asset", "amount", "fee"],
  thousands: false,
  read: (sheet, account) => {
    const rows: TaxRow[] = [];
    const unread: Unread[] = [];
    let internal = 0;
    const groups = new Map<string, Leg[]>();
    for (const row of sheet.rows) {
      // Without a number it is what was announced, and stands there again with one when it came about.
      if (!row.cells.has("txid")) continue;
      const leg = legOf(sheet, row);
      if (leg === null) continue;
      if (leg.type === "trade" || leg.type === "spend" || leg.type === "receive" || (leg.type === "adjustment" && leg.refid !== "")) {
        groups.set(leg.refid, [...(groups.get(leg.refid) ?? []), leg]);
        continue;
      }
      const made = single(sheet, leg, account);
      if (made === "internal") internal += 1;
      else if (made === null) unread.push({ origin: sheet.origin(row), time: leg.time, text: `${leg.type}${leg.subtype === "" ? "" : ` (${leg.subtype})`} of ${leg.amount} ${leg.asset} is not understood; write it into a CSV of your own` });
      else rows.push(made);
    }
    for (const legs of groups.values()) {
      const made = exchange(sheet, legs, account);
      if (made === null) for (const { row, time, type } of legs) unread.push({ origin: sheet.origin(row), time, text: `a ${type} whose other side is not in the file` });
      else rows.push(...made);
    }
    sheet.finish();
    return { rows, unread, internal };
  },
};

function legOf(sheet: Sheet, row: SheetRow): Leg | null {
  const time = sheet.time(row, "time");
  const asset = sheet.need(row, "asset", ASSET, "an asset");
  const amount = sheet.decimal(row, "amount") ?? sheet.wrong(row, "amount", "must be a number");
  const fee = sheet.decimal(row, "fee") ?? "0";
  if (time === null || asset === null || amount === null) return null;
  return { row, time, type: sheet.text(row, "type") ?? "", subtype: sheet.text(row, "subtype") ?? "", asset: krakenAsset(asset), amount, fee, refid: sheet.text(row, "refid") ?? "" };
}

const sizeOf = (amount: string): string => textOf(signOf(exact(amount)) < 0 ? negated(exact(amount)) : exact(amount));
const feeOf = ({ asset, fee }: Leg): Amount | null => (signOf(exact(fee)) > 0 ? { asset, quantity: fee } : null);

function single(sheet: Sheet, leg: Leg, account: string): TaxRow | "internal" | null {
  const amount: Amount = { asset: leg.asset, quantity: sizeOf(leg.amount) };
  const made = { ...emptyRow(sheet.origin(leg.row), leg.time, account, "deposit"), fee: feeOf(leg), reference: leg.refid === "" ? null : leg.refid };
  const comesIn = signOf(exact(leg.amount)) > 0;
  if (leg.type === "deposit") return comesIn ? { ...made, received: amount } : null;
  if (leg.type === "withdrawal") return comesIn ? null : { ...made, kind: "withdrawal", sent: amount };
  const income = incomeOf(leg);
  if (income !== null && comesIn) return { ...made, kind: "income", income, received: amount };
  if (leg.type === "transfer" || leg.type === "earn" || /^hybridearn/.test(leg.type)) return leg.subtype === "" && leg.type === "transfer" ? null : "internal";
  return null;
}

function incomeOf({ type, subtype }: Leg): IncomeKind | null {
  if (type === "staking" || (type === "earn" && subtype === "reward")) return "staking";
  if (type === "dividend") return "interest";
  if (type === "reward" || type === "creator_nft_royalty" || type === "credit") return "reward";
  return null;
}

/** The two sides of a trade or a conversion, and their fees. */
function exchange(sheet: Sheet, legs: readonly Leg[], account: string): TaxRow[] | null {
  const [gone, come] = [legs.filter(({ amount }) => amount.startsWith("-")), legs.filter(({ amount }) => signOf(exact(amount)) > 0)];
  const [out, into] = [gone[0], come[0]];
  if (!out || !into || gone.length !== 1 || come.length !== 1) return null;
  const [fee, other] = [feeOf(into) ?? feeOf(out), feeOf(into) === null ? null : feeOf(out)];
  const row = { ...emptyRow(sheet.origin(out.row), Math.max(out.time, into.time), account, "trade"), reference: out.refid };
  const extra = other === null ? [] : [{ ...row, kind: "fee" as const, fee: other }];
  return [{ ...row, sent: { asset: out.asset, quantity: sizeOf(out.amount) }, received: { asset: into.asset, quantity: into.amount }, fee }, ...extra];
}

/** Kraken's trades.csv. It does not say what a fee was paid in: it is taken for the quote, as it is unless the owner chose otherwise. */
export const krakenTrades: Format = {
  name: "kraken trades",
  account: "kraken",
  needs: ["txid", "ordertxid", "pair", "time", "type", "cost", "fee", "vol"],
  thousands: false,
  read: (sheet, account) => {
    const unread: Unread[] = [];
    const rows = sheet.rows.flatMap((row): TaxRow[] => {
      const time = sheet.time(row, "time");
      const pair = sheet.text(row, "pair") ?? "";
      const [base, quote] = pairOf(pair, krakenAsset) ?? [];
      const side = sheet.text(row, "type");
      const [cost, vol, fee] = [sheet.amount(row, "cost"), sheet.amount(row, "vol"), sheet.decimal(row, "fee") ?? "0"];
      if (time === null || cost === null || vol === null) return [];
      const margin = sheet.decimal(row, "margin") ?? "0";
      if (base === undefined || quote === undefined || (side !== "buy" && side !== "sell") || signOf(exact(margin)) !== 0) {
        unread.push({ origin: sheet.origin(row), time, text: signOf(exact(margin)) === 0 ? `the pair ${shown(pair)} is not understood; import ledgers.csv instead` : "a trade on margin is not understood" });
        return [];
      }
      const [bought, money] = [{ asset: base, quantity: vol }, { asset: quote, quantity: cost }];
      const paid = signOf(exact(fee)) > 0 ? { asset: quote, quantity: fee } : null;
      const made = { ...emptyRow(sheet.origin(row), time, account, "trade"), fee: paid, reference: sheet.text(row, "txid") };
      return [side === "buy" ? { ...made, sent: money, received: bought } : { ...made, sent: bought, received: money }];
    });
    sheet.finish();
    return { rows, unread, internal: 0 };
  },
};
