import { exact, negated, plus, signOf, textOf, ZERO, type Exact } from "../../core/holdings/exact.ts";
import { type Amount, emptyRow, type IncomeKind, type TaxRow } from "../../core/tax/row.ts";
import { ASSET, type Format, type Imported, type Unread } from "./format.ts";
import { pairOf } from "./pair.ts";
import { type Sheet, type SheetRow, shown } from "./sheet.ts";

/** Binance's spot trade history: amounts carry their asset, such as 0.05BTC. */
export const binanceTrades: Format = {
  name: "binance trade history",
  account: "binance",
  needs: ["dateutc", "pair", "side", "price", "executed", "amount", "fee"],
  thousands: true,
  read: (sheet, account) => {
    const unread: Unread[] = [];
    const rows = sheet.rows.flatMap((row): TaxRow[] => {
      const time = sheet.time(row, "dateutc");
      const side = sheet.need(row, "side", /^(buy|sell)$/i, "BUY or SELL")?.toLowerCase();
      const pair = sheet.text(row, "pair") ?? "";
      const [executed, amount] = [sheet.text(row, "executed") ?? "", sheet.text(row, "amount") ?? ""];
      const legs = legsOf(sheet, pair, executed, amount);
      const fee = feeOf(sheet, sheet.text(row, "fee"), sheet.text(row, "feecoin"), legs);
      if (time === null || side === undefined) return [];
      if (legs === null || fee === "unknown") {
        unread.push({ origin: sheet.origin(row), time, text: `${shown(`${pair} ${executed} ${amount} ${sheet.text(row, "fee") ?? ""}`)} is not understood` });
        return [];
      }
      const made = { ...emptyRow(sheet.origin(row), time, account, "trade"), fee };
      return [side === "buy" ? { ...made, sent: legs.quote, received: legs.base } : { ...made, sent: legs.base, received: legs.quote }];
    });
    sheet.finish();
    return { rows, unread, internal: 0 };
  },
};

/** The same in the form of earlier years: Date(UTC), Market, Type, Price, Amount, Total, Fee, Fee Coin. */
export const binanceOldTrades: Format = {
  ...binanceTrades,
  name: "binance trade history (old)",
  needs: ["dateutc", "market", "type", "price", "amount", "total", "fee", "feecoin"],
  read: (sheet, account) => {
    const unread: Unread[] = [];
    const rows = sheet.rows.flatMap((row): TaxRow[] => {
      const time = sheet.time(row, "dateutc");
      const side = sheet.need(row, "type", /^(buy|sell)$/i, "BUY or SELL")?.toLowerCase();
      const legs = legsOf(sheet, sheet.text(row, "market") ?? "", sheet.text(row, "amount") ?? "", sheet.text(row, "total") ?? "");
      const fee = feeOf(sheet, sheet.text(row, "fee"), sheet.text(row, "feecoin"), legs);
      if (time === null || side === undefined) return [];
      if (legs === null || fee === "unknown") {
        unread.push({ origin: sheet.origin(row), time, text: `the market ${shown(sheet.text(row, "market") ?? "")} is not understood` });
        return [];
      }
      const made = { ...emptyRow(sheet.origin(row), time, account, "trade"), fee };
      return [side === "buy" ? { ...made, sent: legs.quote, received: legs.base } : { ...made, sent: legs.base, received: legs.quote }];
    });
    sheet.finish();
    return { rows, unread, internal: 0 };
  },
};

interface Legs {
  readonly base: Amount;
  readonly quote: Amount;
}

function legsOf(sheet: Sheet, pair: string, executed: string, amount: string): Legs | null {
  const legs = (base: string, quote: string): Legs | null => {
    const [left, right] = [numberOf(sheet, executed, base), numberOf(sheet, amount, quote)];
    return left === null || right === null ? null : { base: { asset: base, quantity: left }, quote: { asset: quote, quantity: right } };
  };
  // 1001INCH can be 100 of 1INCH: the pair says where its name begins.
  for (let at = 1; at < pair.length && !/[^A-Za-z0-9]/.test(pair); at += 1) {
    const [base, quote] = [pair.slice(0, at), pair.slice(at)];
    if (!executed.endsWith(base) || !amount.endsWith(quote)) continue;
    const found = legs(base, quote);
    if (found) return found;
  }
  const known = pairOf(pair);
  return known === null ? null : legs(known[0], known[1]);
}

function numberOf(sheet: Sheet, text: string, asset: string): string | null {
  const value = sheet.plain(text.endsWith(asset) ? text.slice(0, -asset.length).trim() : text);
  return value === null || signOf(exact(value)) <= 0 ? null : value;
}

function feeOf(sheet: Sheet, text: string | null, coin: string | null, legs: Legs | null): Amount | null | "unknown" {
  if (text === null) return null;
  const candidates = coin !== null ? [coin] : [...(legs === null ? [] : [legs.base.asset, legs.quote.asset]), ...(/[A-Z][A-Z0-9]*$/.exec(text) ?? [])];
  for (const asset of candidates) {
    if (coin === null && !text.endsWith(asset)) continue;
    const value = sheet.plain(text.endsWith(asset) ? text.slice(0, -asset.length).trim() : text);
    if (value === null || signOf(exact(value)) < 0) continue;
    return signOf(exact(value)) === 0 ? null : { asset, quantity: value };
  }
  const bare = sheet.plain(text);
  return bare !== null && signOf(exact(bare)) === 0 ? null : "unknown";
}

interface Line {
  readonly row: SheetRow;
  readonly time: number;
  readonly operation: string;
  readonly asset: string;
  /** Signed. */
  readonly change: Exact;
}

/** Operations that are the two sides and the fee of an exchange; those of one second in one account belong together. */
const EXCHANGE = /^(buy|sell|fee|transaction (buy|spend|sold|revenue|fee|related)|binance convert|convert|small assets exchange bnb|buy crypto.*|sell crypto.*|large otc trading)$/i;
/** Assets that stay in the account. */
const INTERNAL = /(subscription|redemption|purchase|transfer between|account transfer|^transfer$|main and funding|launchpool.*(lock|unlock)|^staking (purchase|redemption)|savings purchase)/i;
const INCOME: readonly (readonly [RegExp, IncomeKind])[] = [
  [/mining|pool distribution/i, "mining"],
  [/staking|bnb vault reward|locked rewards|launchpool/i, "staking"],
  [/interest|flexible rewards|savings distribution/i, "interest"],
  [/^(distribution|airdrop assets)$|airdrop|token swap - distribution/i, "airdrop"],
  [/cashback|cash voucher|commission|kickback|referral|reward|bonus|rebate/i, "reward"],
];

/** Binance's transaction history ("all statements"): a line is a change of one asset; funding, earn and spot are one account here. */
export const binanceStatement: Format = {
  name: "binance transaction history",
  account: "binance",
  needs: ["utctime", "account", "operation", "coin", "change"],
  thousands: true,
  read: (sheet, account): Imported => {
    const rows: TaxRow[] = [];
    const unread: Unread[] = [];
    let internal = 0;
    const groups = new Map<string, Line[]>();
    for (const row of sheet.rows) {
      const line = lineOf(sheet, row);
      if (line === null || signOf(line.change) === 0) continue;
      if (EXCHANGE.test(line.operation)) {
        const key = `${line.time} ${sheet.text(row, "account") ?? ""}`;
        groups.set(key, [...(groups.get(key) ?? []), line]);
      } else if (INTERNAL.test(line.operation)) {
        internal += 1;
      } else {
        const made = single(sheet, line, account);
        if (made === null) unread.push({ origin: sheet.origin(row), time: line.time, text: `${shown(line.operation)} of ${textOf(line.change)} ${line.asset} is not understood; write it into a CSV of your own` });
        else rows.push(made);
      }
    }
    for (const lines of groups.values()) {
      const made = exchange(sheet, lines, account);
      if (typeof made === "string") for (const { row, time } of lines) unread.push({ origin: sheet.origin(row), time, text: made });
      else rows.push(...made);
    }
    sheet.finish();
    return { rows, unread, internal };
  },
};

function lineOf(sheet: Sheet, row: SheetRow): Line | null {
  const time = sheet.time(row, "utctime");
  const asset = sheet.need(row, "coin", ASSET, "an asset");
  const change = sheet.decimal(row, "change") ?? sheet.wrong(row, "change", "must be a number");
  return time === null || asset === null || change === null ? null : { row, time, operation: sheet.text(row, "operation") ?? "", asset, change: exact(change) };
}

function single(sheet: Sheet, { row, time, operation, asset, change }: Line, account: string): TaxRow | null {
  const comesIn = signOf(change) > 0;
  const amount: Amount = { asset, quantity: textOf(comesIn ? change : negated(change)) };
  const made = { ...emptyRow(sheet.origin(row), time, account, "deposit"), note: sheet.text(row, "remark") };
  if (/^(fiat )?deposit$/i.test(operation) && comesIn) return { ...made, received: amount };
  if (/^(fiat )?withdraw(al)?$/i.test(operation) && !comesIn) return { ...made, kind: "withdrawal", sent: amount };
  const income = INCOME.find(([form]) => form.test(operation))?.[1];
  return income !== undefined && comesIn ? { ...made, kind: "income", income, received: amount } : null;
}

/** One trade out of the lines of one second, or why not. */
function exchange(sheet: Sheet, lines: readonly Line[], account: string): TaxRow[] | string {
  const [fees, sides] = [new Map<string, Exact>(), new Map<string, Exact>()];
  for (const { operation, asset, change } of lines) {
    const sums = /fee$/i.test(operation) ? fees : sides;
    sums.set(asset, plus(sums.get(asset) ?? ZERO, change));
  }
  const [gone, come] = [[...sides].filter(([, sum]) => signOf(sum) < 0), [...sides].filter(([, sum]) => signOf(sum) > 0)];
  const [out, into, first] = [gone[0], come[0], lines[0]];
  if (!out || !into || !first || gone.length !== 1 || come.length !== 1) return "several exchanges in one second, or one side alone: import the trade history for them, or write them into a CSV of your own";
  const paid = [...fees].map(([asset, sum]) => ({ asset, quantity: negated(sum) }));
  if (paid.some(({ quantity }) => signOf(quantity) < 0)) return "a fee that comes in is not understood";
  const amounts = paid.filter(({ quantity }) => signOf(quantity) > 0).map(({ asset, quantity }): Amount => ({ asset, quantity: textOf(quantity) }));
  const row = emptyRow(sheet.origin(first.row), first.time, account, "trade");
  const [fee = null, ...more] = amounts;
  const trade: TaxRow = { ...row, sent: { asset: out[0], quantity: textOf(negated(out[1])) }, received: { asset: into[0], quantity: textOf(into[1]) }, fee };
  return [trade, ...more.map((one): TaxRow => ({ ...row, kind: "fee", fee: one }))];
}
