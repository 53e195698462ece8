import { describe, expect, it } from "vitest";
import { textOf } from "../../../src/core/holdings/exact.ts";
import { withValues } from "../../../src/core/tax/valued.ts";
import { taxYear, type TaxPeriod } from "../../../src/core/tax/year.ts";
import { fixedPrices, noPrices, row, SETTINGS } from "./rows.ts";

const of = (year: number): TaxPeriod => ({ name: String(year), from: Date.UTC(year, 0), to: Date.UTC(year + 1, 0) });
const ROWS = [
  row("trade", "2022-06-01T00:00Z", { sent: "100 EUR", received: "1 BTC" }),
  row("trade", "2023-12-31T23:59:59.999Z", { sent: "0.5 BTC", received: "80 EUR" }),
  row("trade", "2024-01-01T00:00Z", { sent: "0.25 BTC", received: "20 EUR" }),
  row("income", "2024-02-01T00:00Z", { received: "1 BTC", income: "mining", value: { amount: "70", currency: "EUR" } }),
  row("trade", "2024-03-01T00:00Z", { sent: "0.25 BTC", received: "30 EUR" }),
  row("trade", "2025-01-01T00:00Z", { sent: "1 BTC", received: "500 EUR" }),
];

describe("a year", () => {
  it("has what lies between its first instant and the next one's, from lots of the years before", () => {
    const year = taxYear(ROWS, of(2024), SETTINGS, noPrices);
    expect(year.rows).toEqual({ all: 5, inYear: 3 });
    expect([textOf(year.summary.long.net), textOf(year.summary.long.gains), textOf(year.summary.long.losses), textOf(year.summary.short.net)]).toEqual(["0", "5", "-5", "0"]);
    expect([...year.summary.income].map(([kind, value]) => [kind, textOf(value)])).toEqual([["mining", "70"]]);
    expect(year.lots.map(({ quantity, cost }) => [textOf(quantity), textOf(cost)])).toEqual([["1", "70"]]);
    expect(textOf(taxYear(ROWS, of(2023), SETTINGS, noPrices).summary.all.net)).toBe("30");
  });

  it("is empty where nothing happened, with the lots that were there", () => {
    const year = taxYear(ROWS, of(2021), SETTINGS, noPrices);
    expect([year.disposals, year.lots, year.rows]).toEqual([[], [], { all: 0, inYear: 0 }]);
  });

  it("what was missing before the year is a problem of the year too: its lots rest on it", () => {
    const year = taxYear(ROWS.slice(1), of(2024), SETTINGS, noPrices);
    expect(year.problems.map(({ kind }) => kind)).toEqual(["no acquisition", "negative balance", "no acquisition"]);
  });
});

it("worths that were found are stated in the rows, but a transfer or an unexplained deposit gets none", () => {
  const rows = [
    row("trade", "2024-01-01T00:00Z", { sent: "2 ETH", received: "0.1 BTC", fee: "0.01 BNB" }),
    row("deposit", "2024-01-02T00:00Z", { received: "1 BTC" }),
    row("transfer", "2024-01-03T00:00Z", { sent: "0.1 BTC", received: "0.1 BTC", fee: "0.1 BTC", toAccount: "cold" }),
  ];
  const { prices } = taxYear(rows, of(2024), SETTINGS, fixedPrices({ BTC: "1000", ETH: "49", BNB: "10" }));
  expect(withValues(rows, prices, "EUR").map(({ value, feeValue }) => [value?.amount, feeValue?.amount])).toEqual([["100", "0.1"], [undefined, undefined], [undefined, "100"]]);
});
