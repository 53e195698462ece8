import { type Exact, minus, plus, ZERO } from "../holdings/exact.ts";
import { keepBooks } from "./books.ts";
import type { Books, Disposal, DisposalKind, Fee, Income, TaxSettings } from "./entries.ts";
import type { PriceAt } from "./price-book.ts";
import type { IncomeKind, TaxRow } from "./row.ts";

/** A year of the owner's: from its first instant to that of the next, epoch milliseconds. */
export interface TaxPeriod {
  /** Such as 2024. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Proceeds, costs and gains of some disposals, in the tax currency. */
export interface Totals {
  readonly proceeds: Exact;
  readonly cost: Exact;
  /** Gains above zero, and losses below it, apart. */
  readonly gains: Exact;
  readonly losses: Exact;
  readonly net: Exact;
}

/** Sums of a year. */
export interface YearSummary {
  readonly short: Totals;
  readonly long: Totals;
  readonly all: Totals;
  /** Of the disposals that count, by what they were. */
  readonly byKind: ReadonlyMap<DisposalKind, Totals>;
  /** Gifts that do not count, and what was lost. */
  readonly uncounted: Totals;
  readonly income: ReadonlyMap<IncomeKind, Exact>;
  readonly incomeTotal: Exact;
  /** Of all fees whose worth is known. */
  readonly fees: Exact;
}

/**
 * All that is said about a year; lots and balances at its end. Problems and prices are of all rows up to its end: what is
 * missing from an earlier year may show in this one, and its lots come from earlier ones.
 */
export interface TaxYear extends Books {
  readonly period: TaxPeriod;
  readonly settings: TaxSettings;
  readonly summary: YearSummary;
  /** Rows up to the end of the year, and in it. */
  readonly rows: { readonly all: number; readonly inYear: number };
}

/** The year of rows that are in order of time and whose transfers are matched. */
export function taxYear(rows: readonly TaxRow[], period: TaxPeriod, settings: TaxSettings, priceAt: PriceAt): TaxYear {
  const known = rows.filter(({ time }) => time < period.to);
  const books: Books = keepBooks(known, settings, priceAt);
  const inYear = <T extends { readonly time: number }>(all: readonly T[]): T[] => all.filter(({ time }) => time >= period.from);
  const [disposals, income, fees] = [inYear(books.disposals), inYear(books.income), inYear(books.fees)];
  return {
    period, settings, disposals, income, fees,
    summary: summaryOf(disposals, income, fees),
    lots: books.lots, balances: books.balances, problems: books.problems, prices: books.prices,
    rows: { all: known.length, inYear: inYear(known).length },
  };
}

function summaryOf(disposals: readonly Disposal[], income: readonly Income[], fees: readonly Fee[]): YearSummary {
  const counted = disposals.filter((one) => one.counted);
  const kinds = new Set(counted.map(({ kind }) => kind));
  const byIncome = new Map<IncomeKind, Exact>();
  for (const { kind, value } of income) byIncome.set(kind, plus(byIncome.get(kind) ?? ZERO, value));
  return {
    short: totalsOf(counted.filter(({ term }) => term === "short")),
    long: totalsOf(counted.filter(({ term }) => term === "long")),
    all: totalsOf(counted),
    byKind: new Map([...kinds].sort().map((kind) => [kind, totalsOf(counted.filter((one) => one.kind === kind))])),
    uncounted: totalsOf(disposals.filter((one) => !one.counted)),
    income: byIncome,
    incomeTotal: income.reduce((all, { value }) => plus(all, value), ZERO),
    fees: fees.reduce((all, { value }) => (value === null ? all : plus(all, value)), ZERO),
  };
}

function totalsOf(disposals: readonly Disposal[]): Totals {
  let [proceeds, cost, gains, losses] = [ZERO, ZERO, ZERO, ZERO];
  for (const one of disposals) {
    proceeds = plus(proceeds, one.proceeds);
    cost = plus(cost, one.cost);
    if (one.gain.units > 0n) gains = plus(gains, one.gain);
    else losses = plus(losses, one.gain);
  }
  return { proceeds, cost, gains, losses, net: minus(proceeds, cost) };
}
