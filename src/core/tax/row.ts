/** An amount of an asset; decimal text, above zero. */
export interface Amount {
  readonly asset: string;
  readonly quantity: string;
}

/** A worth that a row states itself; decimal text. */
export interface StatedValue {
  readonly amount: string;
  readonly currency: string;
}

/** What a row can be. Deposits and withdrawals are matched with each other; a transfer is a pair that is known already. */
export const ROW_KINDS = ["trade", "deposit", "withdrawal", "transfer", "income", "gift-received", "gift", "donation", "spend", "lost", "fee"] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** Where income came from. */
export const INCOME_KINDS = ["staking", "mining", "airdrop", "interest", "reward", "other"] as const;
export type IncomeKind = (typeof INCOME_KINDS)[number];

/**
 * Something that happened to the owner's assets. Balances change by minus `sent`, plus `received` and minus `fee`: a fee is
 * always beside the amounts, whatever the file it was read from does.
 */
export interface TaxRow {
  /** Where it stands: a file and its line, or a fill of a journal. */
  readonly origin: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly account: string;
  readonly kind: RowKind;
  /** For income alone. */
  readonly income: IncomeKind | null;
  readonly sent: Amount | null;
  readonly received: Amount | null;
  readonly fee: Amount | null;
  /** Worth of what was received or given, without the fee. */
  readonly value: StatedValue | null;
  readonly feeValue: StatedValue | null;
  /** Of a transfer: the account that received. */
  readonly toAccount: string | null;
  /** A transaction hash or the number that both ends of a transfer carry. */
  readonly reference: string | null;
  readonly note: string | null;
}

/** A row with nothing but its place and time, to be completed. */
export function emptyRow(origin: string, time: number, account: string, kind: RowKind): TaxRow {
  return { origin, time, account, kind, income: null, sent: null, received: null, fee: null, value: null, feeValue: null, toAccount: null, reference: null, note: null };
}

/** Money that is counted and has no lots: its gains against the tax currency are not made here. */
const FIAT = new Set("AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EUR GBP GEL HKD HUF IDR ILS INR ISK JPY KES KRW KZT MXN MYR NGN NOK NZD PEN PHP PKR PLN RON RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR".split(" "));

/** Whether a code is a state's currency. */
export const isFiat = (asset: string): boolean => FIAT.has(asset);
