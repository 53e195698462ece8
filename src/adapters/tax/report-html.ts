import { signOf, type Exact } from "../../core/holdings/exact.ts";
import type { Disposal, TaxSettings } from "../../core/tax/entries.ts";
import type { TaxYear, Totals } from "../../core/tax/year.ts";
import type { Unread } from "./format.ts";
import { type Column, day, escaped, instant, money, place, quantity, STYLE, table } from "./html.ts";
import { legsText } from "./report-csv.ts";

/** A source of rows as the report names it. */
export interface ReportSource {
  readonly path: string;
  readonly format: string;
  readonly account: string;
  readonly rows: number;
}

/** What stands around the figures of a year. */
export interface ReportContext {
  readonly zone: string;
  readonly sources: readonly ReportSource[];
  readonly unread: readonly Unread[];
  readonly notes: readonly string[];
}

const METHOD: Readonly<Record<TaxSettings["method"], string>> = { fifo: "FIFO (oldest lot first)", lifo: "LIFO (newest lot first)", hifo: "HIFO (dearest lot first)", average: "average cost" };

/** The yearly report as one HTML page without scripts or anything from elsewhere, ready to be printed on A4. */
export function yearHtml(year: TaxYear, context: ReportContext): string {
  const { period, settings } = year;
  const title = `Tax report ${period.name}`;
  const lots = settings.by === "account" ? "each account has its own lots" : "all accounts share their lots";
  const body = [
    `<h1>${escaped(title)}</h1>`,
    `<p class="sub">Amounts in ${escaped(settings.currency)}. ${METHOD[settings.method]}, ${lots}. Long-term from ${settings.longTermDays} days on. Gifts and donations are ${settings.gifts}. The year is that of ${escaped(context.zone)}; times are UTC.</p>`,
    `<p class="sub">How it was counted are parameters that you chose, not advice. Whether they fit your country and your case is for you and your adviser.</p>`,
    verdict(year, context),
    section("Summary", summary(year)),
    section("Problems", problems(year, context)),
    section("Gains and losses", gains(year.disposals.filter(({ counted }) => counted))),
    section("Given or lost, not counted", gains(year.disposals.filter(({ counted }) => !counted))),
    section("Income", table([["Received", "whole"], ["Kind"], ["Account"], ["Asset"], ["Quantity", "number"], ["Value", "number"], ["Row"]], year.income.map((one) => [instant(one.time), one.kind, one.account, one.asset, quantity(one.quantity), money(one.value), place(one.origin)]), "income.csv")),
    section("Fees", table([["Paid", "whole"], ["Account"], ["Asset"], ["Quantity", "number"], ["Value", "number"], ["Counted as"], ["Row"]], year.fees.map((one) => [instant(one.time), one.account, one.asset, quantity(one.quantity), one.value === null ? "not known" : money(one.value), TREATMENT[one.treatment], place(one.origin)]), "fees.csv")),
    section("Open lots at the end of the year", table([["Asset"], ["Account"], ["Acquired", "whole"], ["Quantity", "number"], ["Cost", "number"], ["Row"]], year.lots.map((one) => [one.asset, one.account, day(one.acquired), quantity(one.quantity), money(one.cost), place(one.lot)]), "lots.csv")),
    section("Balances at the end of the year", table([["Asset"], ["Account"], ["Quantity", "number"]], year.balances.map((one) => [one.asset, one.account, quantity(one.quantity)]), "balances.csv")),
    section("Prices that were used", table([["Time", "whole"], ["Asset"], ["Quantity", "number"], ["Value", "number"], ["From"], ["Row"]], year.prices.filter(({ time }) => time >= period.from).map((one) => [instant(one.time), one.asset, quantity(one.quantity), money(one.value), [one.source === "stated" ? "as the row states it" : "", legsText(one)].filter((part) => part !== "").join("; "), place(one.origin)]), "prices.csv")),
    section("Sources", table([["File or journal"], ["Kind"], ["Account"], ["Rows", "number"]], context.sources.map((one) => [one.path, one.format, one.account, String(one.rows)]), "")),
    ...context.notes.map((note) => `<p class="sub">${escaped(note)}</p>`),
  ];
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\n<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n<title>${escaped(title)}</title>\n<style>${STYLE}</style></head>\n<body>\n${body.filter((part) => part !== "").join("\n")}\n</body></html>\n`;
}

const TREATMENT = { cost: "part of the cost", proceeds: "less proceeds", "received less": "received less", disposal: "disposal at its worth", cash: "money paid" } as const;

const section = (heading: string, content: string | null): string => (content === null ? "" : `<h2>${heading}</h2>\n<div class="wide">${content}</div>`);

function verdict({ problems: all, rows }: TaxYear, { unread }: ReportContext): string {
  const count = all.length + unread.length;
  if (count === 0) return `<div class="good">Complete: every one of the ${rows.all} rows up to the end of the year was matched and priced; ${rows.inYear} of them are of this year.</div>`;
  return `<div class="warn"><strong>Not complete.</strong> ${count === 1 ? "One problem is" : `${count} problems are`} listed below. What is listed there is in no sum: nothing was counted as zero.</div>`;
}

function summary({ summary: own }: TaxYear): string {
  const columns: Column[] = [[""], ["Proceeds", "number"], ["Cost", "number"], ["Gains", "number"], ["Losses", "number"], ["Net", "number"]];
  const line = (name: string, one: Totals): string[] => [name, money(one.proceeds), money(one.cost), money(one.gains), money(one.losses), money(one.net)];
  const kinds = [...own.byKind].map(([kind, one]) => line(`of it: ${KIND[kind]}`, one));
  const gain = table(columns, [line("Short-term", own.short), line("Long-term", own.long), line("All", own.all), ...kinds], "gains.csv") ?? "";
  const amounts: [string, Exact][] = [...[...own.income].map(([kind, value]): [string, Exact] => [`Income: ${kind}`, value]), ["Income, all", own.incomeTotal], ["Fees, all", own.fees]];
  const other = table([[""], ["Value", "number"]], amounts.map(([name, value]) => [name, money(value)]), "") ?? "";
  return `${gain}<div class="summary">${other}</div>`;
}

const KIND: Readonly<Record<Disposal["kind"], string>> = { sale: "sales and exchanges", spend: "payments", fee: "fees paid in assets", gift: "gifts", donation: "donations", lost: "lost" };

function gains(disposals: readonly Disposal[]): string | null {
  return table(
    [["Disposed", "whole"], ["Acquired", "whole"], ["What", "whole"], ["Account"], ["Asset"], ["Quantity", "number"], ["Proceeds", "number"], ["Cost", "number"], ["Gain", "number"], ["Term"], ["Row"]],
    disposals.map((one) => [instant(one.time), day(one.acquired), one.kind, one.account, one.asset, quantity(one.quantity), money(one.proceeds), money(one.cost), money(one.gain), one.term, place(one.origin)]),
    "gains.csv",
  );
}

function problems(year: TaxYear, { unread }: ReportContext): string | null {
  const lines = [
    ...year.problems.map((one) => [instant(one.time), one.kind, signOf(one.quantity) === 0 ? one.asset : `${quantity(one.quantity)} ${one.asset}`, one.text, place(one.origin)]),
    ...unread.map((one) => [one.time === null ? "" : instant(one.time), "not understood", "", one.text, place(one.origin)]),
  ];
  return table([["Time", "whole"], ["Problem", "whole"], ["What", "whole"], ["Why, and what to do"], ["Row"]], lines, "problems.csv");
}
