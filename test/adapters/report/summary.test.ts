import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderSummary } from "../../../src/adapters/report/summary.ts";
import { tableLines, wrap } from "../../../src/adapters/report/terminal.ts";
import type { BacktestOutput } from "../../../src/app/result.ts";
import { fixture } from "./fixture.ts";

function summary(change: (output: BacktestOutput) => void = () => {}, columns = 80, synthetic = false): string {
  const { output } = fixture({ candles: 400, synthetic });
  change(output);
  return renderSummary(output, { columns, colour: false });
}

describe("the terminal summary", () => {
  it("begins with SYNTHETIC MARKET when the market is synthetic, and never says it of a recorded one", () => {
    expect(summary(undefined, 80, true).split("\n")[0]).toMatch(/^SYNTHETIC MARKET/);
    expect(summary(undefined, 80, false)).not.toMatch(/synthetic/i);
  });

  it("puts the return beside buy and hold, and closed cells beside the total", () => {
    const text = summary(({ result }) => {
      Object.assign(result, { totalReturn: 0.0421, closedProfit: 612.2, unrealisedProfit: -191.2, finalEquity: 10_421 });
      result.buyAndHold = { totalReturn: 0.128, equalExposureReturn: 0.046, cashReturn: 0, maxDrawdown: -0.2 };
    });
    expect(text).toMatch(/Return +\+4\.21 % +Closed cells +\+612\.20 USDT/);
    expect(text).toMatch(/Hold, equal exposure +\+4\.60 % +Open inventory +-191\.20 USDT/);
    expect(text).toMatch(/Hold, all in +\+12\.80 % +Total profit +\+421\.00 USDT/);
    expect(text).toMatch(/Cash +0\.00 % +Total equity +10,421\.00 USDT/);
    expect(text).toMatch(/The run ended 4\.21 % up\./);
  });

  it("says why a figure is not there", () => {
    const text = summary(({ result }) => Object.assign(result, { calmar: null, cagr: null, sharpe: null }));
    expect(text).toMatch(/Calmar +n\/a/);
    const joined = text.replaceAll(/\s+/g, " ");
    expect(joined).toContain("n/a: Growth a year: equity reached zero.");
    expect(joined).toContain("Calmar: the run is under 90 days.");
    expect(joined).toContain("Sharpe: fewer than two daily returns, or all alike;");
  });

  it("never shows NaN, undefined or a bare null", () => {
    const nothing = ["cagr", "sharpe", "sortino", "calmar", "omega", "ulcer", "profitFactor", "expectancy", "sqn", "winRate", "payoff"];
    const text = summary(({ result }) => {
      Object.assign(result, Object.fromEntries(nothing.map((name) => [name, null])), { fills: 0, roundTrips: 0, refused: {}, strategies: [], holdings: {}, decisions: 0, stances: {} });
    });
    expect(text).not.toMatch(/NaN|undefined|null|Council|Strategies/);
    expect(text).toMatch(/Held at the end +nothing/);
  });

  it("lists refused orders by reason, decisions by stance, strategies and warnings", () => {
    const text = summary();
    expect(text).toMatch(/12 {2}below the least notional\n +3 {2}request budget used up/);
    expect(text).toMatch(/\d+ decisions on \d+ votes: /);
    expect(text).toMatch(/symbol +strategy +fills/);
    expect(text).toContain("! The first 48 bars warmed the agents up and were not traded.");
  });

  it("shows bounds when there are some", () => {
    const span = { least: -0.1, base: 0.05, most: 0.3 };
    const text = summary((output) => {
      output.bounds = { totalReturn: span, maxDrawdown: span, fills: { least: 100, base: 202, most: 400 }, spread: 0.4, tooCoarse: true, runs: [] };
    });
    expect(text).toMatch(/Return +-10\.00 % +\+5\.00 % +\+30\.00 %/);
    expect(text).toContain("too coarse");
  });

  it("ends with one honest line and a line break", () => {
    expect(summary().replaceAll("\n", " ")).toMatch(/Past results promise nothing: .*\. $/);
  });

  it("fits the terminal, and 80 columns at most, whatever the texts and figures are", () => {
    const text = fc.string({ unit: fc.constantFrom("a", " ", "/", "🙂", "\u001b[31m", "\n", "long-word-without-a-space-"), maxLength: 60 });
    const figure = fc.constantFrom(0, 1, -123_456_789.123, 5e11, 1e-9);
    fc.assert(
      fc.property(text, figure, fc.integer({ min: 20, max: 200 }), (words, value, columns) => {
        const { output } = fixture({ candles: 40, text: words });
        Object.assign(output.result, { closedProfit: value, finalEquity: value, feesPaid: value, worstOpenLoss: value });
        const lines = renderSummary(output, { columns, colour: false }).split("\n");
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.max(40, Math.min(80, columns)));
        expect(lines.join("")).not.toContain("\u001b");
      }),
      { numRuns: 100 },
    );
  });

  it("is the same text with colours and without", () => {
    const { output } = fixture({ candles: 400 });
    const coloured = renderSummary(output, { columns: 80, colour: true });
    expect(coloured).toContain("\u001b[");
    expect(stripVTControlCharacters(coloured)).toBe(renderSummary(output, { columns: 80, colour: false }));
  });
});

describe("terminal text", () => {
  it("breaks at spaces, and inside a word only when the word is longer than a line", () => {
    expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrap("a abcdefghij", 4)).toEqual(["a", "abcd", "efgh", "ij"]);
    expect(wrap("", 4)).toEqual([""]);
  });

  it("leaves out the least important columns of a table that is too wide", () => {
    const column = (head: string, drop: number) => ({ head, align: "right" as const, cells: ["12345"], drop });
    expect(tableLines([column("a", 0), column("b", 2), column("c", 1)], 12)).toEqual(["    a      c", "12345  12345"]);
  });
});
