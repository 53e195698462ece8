import { z } from "zod";
import { METHODS } from "../../core/tax/lots.ts";
import { INCOME_KINDS } from "../../core/tax/row.ts";

const count = z.int().min(0);
const time = z.int().describe("epoch milliseconds, UTC");
const money = z.string().describe("decimal text, in the tax currency");
const units = z.string().describe("decimal text, units of the asset");
const origin = z.string().describe("the row: a file and its line, or a fill of a journal");
const lot = z.string().describe("the row that the lot came by");
const account = z.string();
const asset = z.string();
const incomeKind = z.enum(INCOME_KINDS);
const disposalKind = z.enum(["sale", "spend", "fee", "gift", "donation", "lost"]);

const totals = z.strictObject({
  proceeds: money,
  cost: money,
  gains: money.describe("decimal text, in the tax currency: those above zero alone"),
  losses: money.describe("decimal text, in the tax currency: those below zero alone, negative"),
  net: money,
});

const summary = z.strictObject({
  short: totals,
  long: totals,
  all: totals,
  byKind: z.record(z.string(), totals).describe("of the disposals that count, by what they were"),
  uncounted: totals.describe("gifts that do not count, and what was lost"),
  income: z.record(z.string(), money).describe("by kind"),
  incomeTotal: money,
  fees: money.describe("decimal text, in the tax currency: of all fees whose worth is known"),
});

/** What `caucus tax --json` prints: a year of the owner's. Amounts are exact and therefore texts. */
export const taxReportSchema = z.strictObject({
  period: z.strictObject({ name: z.string(), from: time, to: time.describe("first instant after it, epoch milliseconds, UTC") }),
  settings: z.strictObject({
    currency: z.string().describe("the tax currency"),
    method: z.enum(METHODS),
    by: z.enum(["account", "universal"]).describe("whether each account has its own lots, or all accounts share them"),
    gifts: z.enum(["taxed", "untaxed"]),
    longTermDays: z.number().describe("held for so many days of 24 hours, it is long-term"),
  }),
  summary,
  disposals: z
    .array(
      z.strictObject({
        origin, kind: disposalKind, time, account, asset, quantity: units, acquired: time, lot, proceeds: money, cost: money, gain: money,
        term: z.enum(["short", "long"]),
        counted: z.boolean().describe("the gain counts"),
      }),
    )
    .readonly(),
  income: z.array(z.strictObject({ origin, time, account, kind: incomeKind, asset, quantity: units, value: money })).readonly(),
  fees: z
    .array(
      z.strictObject({
        origin, time, account, asset, quantity: units,
        value: money.nullable().describe("decimal text, in the tax currency; null without a price"),
        treatment: z.enum(["cost", "proceeds", "received less", "disposal", "cash"]),
      }),
    )
    .readonly(),
  lots: z.array(z.strictObject({ account, asset, acquired: time, lot, quantity: units, cost: money })).readonly().describe("open at the end of the year"),
  balances: z.array(z.strictObject({ account, asset, quantity: units })).readonly().describe("at the end of the year"),
  problems: z
    .array(
      z.strictObject({
        origin, time,
        kind: z.enum(["no price", "no acquisition", "unmatched deposit", "unmatched withdrawal", "negative balance"]),
        asset, quantity: units, text: z.string(),
      }),
    )
    .readonly()
    .describe("of all rows up to the end of the year"),
  prices: z
    .array(
      z.strictObject({
        origin, time, asset, quantity: units, value: money,
        source: z.enum(["candles", "stated"]),
        legs: z
          .array(
            z.strictObject({
              symbol: z.string(),
              source: z.string().describe("file or store of the candle"),
              close: z.string().describe("decimal text, as the file has it"),
              closedAt: time,
              inverted: z.boolean().describe("the price is one divided by the close"),
            }),
          )
          .readonly(),
      }),
    )
    .readonly()
    .describe("worths that were used, of all rows up to the end of the year"),
  rows: z.strictObject({ all: count.describe("up to the end of the year"), inYear: count }),
  sources: z.array(z.strictObject({ path: z.string(), format: z.string(), account, rows: count })).readonly(),
  zone: z.string().describe("the time zone of the year"),
  unread: z.array(z.strictObject({ origin, time: time.nullable(), text: z.string() })).readonly().describe("rows that could not be read"),
  notes: z.array(z.string()).readonly(),
  complete: z.boolean().describe("no problems, and nothing unread"),
});
/** A year as plain data. */
export type TaxReport = z.infer<typeof taxReportSchema>;
