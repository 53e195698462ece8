import { describe, expect, it } from "vitest";
import { parseCsv } from "../../../src/adapters/tax/csv-text.ts";
import { csvText } from "../../../src/adapters/tax/csv-write.ts";
import { genericCsv } from "../../../src/adapters/tax/generic.ts";
import { importText } from "../../../src/adapters/tax/import.ts";
import { yearCsvs } from "../../../src/adapters/tax/report-csv.ts";
import { yearHtml } from "../../../src/adapters/tax/report-html.ts";
import { yearJson } from "../../../src/adapters/tax/report-json.ts";
import { COINTRACKING_COLUMNS, cointrackingCsv, KOINLY_COLUMNS, koinlyCsv } from "../../../src/adapters/tax/services.ts";
import { taxYear } from "../../../src/core/tax/year.ts";
import { fixedPrices, row, SETTINGS } from "../../core/tax/rows.ts";

const DANGEROUS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "'=1", "''=1", "=cmd|' /C calc'!A0", "\uFF1D1", '=HYPERLINK("http://x","y")', "-", "+", "=1;2"];

describe("cells that a spreadsheet would calculate", () => {
  it.each(DANGEROUS)("%j is written as text in every position", (text) => {
    for (const quoted of [false, true]) {
      const [, line = []] = parseCsv(csvText(["a", "b"], [["x", text]], quoted), "x.csv").lines;
      expect(line[1]?.text.startsWith("'")).toBe(true);
    }
  });

  it.each(["-12.5", "0.00000001", "-0", "12", "plain", "a=b", "2024-01-01"])("%j stays what it is", (text) => {
    expect(csvText(["a"], [[text]])).toBe(`a\r\n${text}\r\n`);
  });

  it("come back as they were from our own CSV", () => {
    const rows = DANGEROUS.map((note, i) => row("fee", `2024-01-0${1 + (i % 9)}T00:00Z`, { fee: "1 EUR", note: note.trim(), reference: `${i}${note.trim()}`, account: note.trim() === "" ? "x" : note.trim() })).toSorted((a, b) => a.time - b.time);
    const again = importText(genericCsv(rows), "again.csv", null).rows;
    expect(again.map(({ note, account, reference }) => [note, account, reference])).toEqual(rows.map(({ note, account, reference }) => [note, account, reference]));
  });

  it("are in no list of a report", () => {
    const hostile = "=2+5";
    const rows = [
      row("trade", "2024-01-01T00:00Z", { sent: "10 EUR", received: `2 ${hostile}`, account: hostile, origin: hostile, note: hostile, reference: hostile }),
      row("income", "2024-01-02T00:00Z", { received: `1 ${hostile}`, income: "airdrop", account: hostile, origin: hostile, value: { amount: "1", currency: "EUR" } }),
      row("spend", "2024-01-03T00:00Z", { sent: `9 ${hostile}`, fee: `0.1 ${hostile}`, account: hostile, origin: hostile }),
    ];
    const year = taxYear(rows, { name: "2024", from: Date.UTC(2024, 0), to: Date.UTC(2025, 0) }, SETTINGS, fixedPrices({ [hostile]: "5" }));
    const texts = [...yearCsvs(year, [{ origin: hostile, time: null, text: hostile }]).values(), genericCsv(rows), koinlyCsv(rows, hostile), cointrackingCsv(rows)];
    const cells = texts.flatMap((text) => parseCsv(text, "x.csv").lines.flat().map((cell) => cell.text));
    expect(cells.filter((text) => text.includes(hostile)).length).toBeGreaterThan(30);
    expect(cells.filter((text) => /^[=+@]/.test(text) || /^-(?![\d.]+$)/.test(text))).toEqual([]);
  });
});

const ROWS = [
  row("trade", "2024-01-01T10:11:12Z", { sent: "100 EUR", received: "0.5 BTC", fee: "0.001 BTC", account: "kraken", reference: "T1" }),
  row("trade", "2024-01-02T00:00Z", { sent: "0.1 BTC", received: "30 EUR", fee: "0.01 BNB", account: "kraken" }),
  row("transfer", "2024-01-03T00:00Z", { sent: "0.2 BTC", received: "0.2 BTC", fee: "0.0001 BTC", account: "kraken", toAccount: "cold", reference: "W1" }),
  row("income", "2024-01-04T00:00Z", { received: "2 DOT", income: "staking", account: "cold", value: { amount: "14.5", currency: "EUR" } }),
  row("fee", "2024-01-05T00:00Z", { fee: "0.01 DOT", account: "cold" }),
];

describe("files for other services", () => {
  it("Koinly: the universal template, the fee beside the amounts, one wallet a file", () => {
    expect(koinlyCsv(ROWS, "kraken").split("\r\n")).toEqual([
      KOINLY_COLUMNS.join(","),
      "2024-01-01 10:11:12 UTC,100,EUR,0.5,BTC,0.001,BTC,,,,,T1",
      "2024-01-02 00:00:00 UTC,0.1,BTC,30,EUR,0.01,BNB,,,,,",
      "2024-01-03 00:00:00 UTC,0.2,BTC,,,0.0001,BTC,,,,,W1",
      "",
    ]);
    expect(koinlyCsv(ROWS, "cold").split("\r\n").slice(1)).toEqual(["2024-01-03 00:00:00 UTC,,,0.2,BTC,,,,,,,W1", "2024-01-04 00:00:00 UTC,,,2,DOT,,,14.5,EUR,reward,,", "2024-01-05 00:00:00 UTC,0.01,DOT,,,,,,,cost,,", ""]);
  });

  it("CoinTracking: its columns and types, amounts with the fee in them, a third asset's fee on a line of its own", () => {
    const [head, ...lines] = cointrackingCsv(ROWS).split("\r\n");
    expect(head).toBe(COINTRACKING_COLUMNS.map((name) => `"${name}"`).join(","));
    expect(lines.map((line) => line.replaceAll('"', ""))).toEqual([
      "Trade,0.499,BTC,100,EUR,0.001,BTC,kraken,,,01.01.2024 10:11:12,T1,,",
      "Trade,30,EUR,0.1,BTC,,,kraken,,,02.01.2024 00:00:00,,,",
      "Other Fee,,,0.01,BNB,,,kraken,,,02.01.2024 00:00:00,,,",
      "Withdrawal,,,0.2001,BTC,0.0001,BTC,kraken,,,03.01.2024 00:00:00,W1,,",
      "Deposit,0.2,BTC,,,,,cold,,,03.01.2024 00:00:00,W1,,",
      "Staking,2,DOT,,,,,cold,,,04.01.2024 00:00:00,,14.5,",
      "Other Fee,,,0.01,DOT,,,cold,,,05.01.2024 00:00:00,,,",
      "",
    ]);
  });
});

describe("the report", () => {
  const year = taxYear(ROWS, { name: "2024", from: Date.UTC(2024, 0, 2), to: Date.UTC(2025, 0) }, SETTINGS, fixedPrices({ BTC: "300", DOT: "7.25" }));
  const context = { zone: "UTC", sources: [{ path: "<b>.csv", format: "caucus", account: "kraken", rows: 5 }], unread: [{ origin: "x.csv:9", time: null, text: "<script>alert(1)</script>" }], notes: ["a & b"] };

  it("escapes what it is given and loads nothing", () => {
    const html = yearHtml(year, context);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(html).toContain("a &amp; b");
    expect(html).not.toMatch(/<script|src=|href=|url\(/);
  });

  it("says that it is not complete, with each problem, and leaves an unpriced fee out of the sums", () => {
    const html = yearHtml(year, context);
    expect(html).toContain("Not complete.</strong> 4 problems");
    expect(year.problems.map(({ kind, asset }) => `${kind} ${asset}`)).toEqual(["no price BNB", "no acquisition BNB", "negative balance BNB"]);
    expect(year.summary.fees).toEqual({ units: 1025n, places: 4 });
  });

  it("is plain data as JSON: decimals as texts", () => {
    const json = JSON.parse(JSON.stringify(yearJson(year, context))) as { complete: boolean; summary: { income: unknown; incomeTotal: string }; lots: { quantity: string }[] };
    expect([json.complete, json.summary.income, json.summary.incomeTotal]).toEqual([false, { staking: "14.5" }, "14.5"]);
    expect(json.lots.every(({ quantity }) => /^\d+(\.\d+)?$/.test(quantity))).toBe(true);
  });
});
