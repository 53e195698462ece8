import { describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import type { ChartData } from "../../../src/adapters/report/chart-data.ts";
import { curvesOf } from "../../../src/adapters/report/curves.ts";
import { renderReport } from "../../../src/adapters/report/html.ts";
import { renderSummary } from "../../../src/adapters/report/summary.ts";
import { withLists } from "../../../src/app/backtest/output.ts";
import { type FinishedBacktest, backtestSession } from "../../../src/app/backtest/session.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { backtestOutputSchema } from "../../../src/app/result.ts";
import { sliceSeries } from "../../../src/core/candle.ts";
import { createMarket } from "../../../src/core/synthetic/market.ts";
import type { Dataset } from "../../../src/ports/candles.ts";
import { strategies } from "../../../strategies/index.ts";
import { fixture } from "./fixture.ts";

const HOUR = 3_600_000;
const DAYS = 30;
const HOSTILE = `<img src=x onerror=alert(1)>"'&`;

/** Ten symbols over thirty days, of which the third begins on the eleventh and the seventh ends with the twentieth, unless all are aligned. */
function run(delisting: string, { count = 10, fees = "{}", isAligned = false } = {}): FinishedBacktest {
  const datasets = Array.from({ length: count }, (_, i): Dataset => {
    const { series } = createMarket({ kind: "mix", seed: i + 1, days: DAYS, timeframe: HOUR, start: Date.UTC(2024, 0, 1), price: 100, priceStep: 0.01 });
    const traded = isAligned ? series : sliceSeries(series, i === 2 ? 240 : 0, series.length - (i === 6 ? 240 : 0));
    return { symbol: `C${i}/USDT`, series: traded, hash: `${i}`, synthetic: true, description: "test", notes: [], filters: null };
  });
  const text = `symbols: [${datasets.map(({ symbol }) => symbol).join(", ")}]\ncapital: 10000\ndelisting: ${delisting}\nagents: {}\nstrategies: {grid: {width: 0.2}}\nfees: ${fees}\n`;
  const definition = loadDefinition({ text, name: "ten", overrides: [], agents, strategies });
  const steps = backtestSession({ definition, agents, strategies, candles: { load: () => Promise.reject(new Error("loaded already")) }, bounds: false, lists: true }, datasets);
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return next.value;
}

const candlesOf = ({ datasets }: FinishedBacktest) => new Map(datasets.map(({ symbol, series }) => [symbol, series]));
const embedded = (html: string): ChartData => JSON.parse(/<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(html)?.[1] ?? "{}") as ChartData;

describe("a run of many symbols", () => {
  const last = run("last-close");
  const html = renderReport(last.output, candlesOf(last));
  const table = /<section class="panel" id="symbols">[\s\S]*?<\/section>/.exec(html)?.[0] ?? "";
  const rowOf = (symbol: string): string => new RegExp(`<tr><th scope="row"[^>]*><button[^>]*>${symbol}</button>[\\s\\S]*?</tr>`).exec(table)?.[0] ?? "";

  it("says in JSON, on the terminal and in the report which began late, which are gone, and what is left of them", () => {
    const { symbols } = backtestOutputSchema.parse(withLists(last.output, [])).result;
    expect(symbols.filter(({ beganLate }) => beganLate).map(({ symbol }) => symbol)).toEqual(["C2/USDT"]);
    expect(symbols.filter(({ delisted }) => delisted).map(({ symbol }) => symbol)).toEqual(["C6/USDT"]);
    expect(symbols[6]!.held).toBeGreaterThan(0);
    const text = renderSummary(last.output, { columns: 80, colour: false });
    expect(text).toMatch(/C2\/USDT +2024-01-11 /);
    expect(text).toMatch(/C6\/USDT +2024-01-21 /);
    expect(text.replaceAll(/\s+/g, " ")).toContain("what was held of C6/USDT could not be sold any more");
    expect(rowOf("C2/USDT")).toContain("began late");
    expect(rowOf("C6/USDT")).toContain("delisted");
    expect(rowOf("C1/USDT")).not.toMatch(/began late|delisted/);
  });

  it("has a row for each symbol, the best first, whose name shows its chart, and a list to choose from", () => {
    const shown = [...table.matchAll(/data-show="(\d+)"[^>]*>([^<]+)</g)].map(([, index, symbol]) => [Number(index), symbol]);
    const charts = embedded(html).symbols.map(({ symbol }) => symbol);
    expect(shown.map(([, symbol]) => symbol)).toEqual(last.output.result.symbols.toSorted((a, b) => b.profit - a.profit).map(({ symbol }) => symbol));
    for (const [index, symbol] of shown) expect(charts[index as number]).toBe(symbol);
    expect([...html.matchAll(/<option value="\d+">/g)]).toHaveLength(10);
  });

  it.each(["last-close", "worthless"])("draws buy and hold of what existed, to the return that the run reports (%s)", (delisting) => {
    const finished = delisting === "last-close" ? last : run(delisting);
    const { hold, equity } = curvesOf(finished.output, candlesOf(finished), 1e9);
    const { result } = finished.output;
    expect(hold.at(-1)).toBeCloseTo(result.startEquity * (1 + result.buyAndHold.totalReturn), 6);
    expect(equity.at(-1)).toBeCloseTo(result.finalEquity, 6);
  });

  it.each([["come and go", false], ["are all there", true]])("draws it with each symbol's own fee, where the symbols %s", (_, isAligned) => {
    const finished = run("last-close", { isAligned, fees: "{taker: 0.001, of: {C1/USDT: {taker: 0.03}, C2/USDT: {taker: 0.02}, C6/USDT: {taker: 0}}}" });
    const { hold, time } = curvesOf(finished.output, candlesOf(finished), 1e9);
    const { startEquity, buyAndHold } = finished.output.result;
    expect(hold.at(-1)).toBeCloseTo(startEquity * (1 + buyAndHold.totalReturn), 6);
    if (!isAligned) return;
    const at = Math.floor(time.length / 2);
    const kept: Readonly<Record<string, number>> = { "C1/USDT": 0.97, "C2/USDT": 0.98, "C6/USDT": 1 };
    const worth = finished.datasets.map(({ symbol, series: { close, time: opens } }) => (((kept[symbol] ?? 0.999) * startEquity) / 10 / close[0]!) * close[opens.indexOf(time[at]! - HOUR)]!);
    expect(hold[at]).toBeCloseTo(worth.reduce((sum, one) => sum + one), 6);
  });

  it("counts what is held of a delisted symbol for nothing where the definition says so", () => {
    const nothing = run("worthless").output;
    expect(nothing.result.finalEquity).toBeCloseTo(last.output.result.finalEquity - last.output.result.symbols[6]!.value, 6);
    expect(nothing.result.liquidationEquity).toBe(last.output.result.liquidationEquity);
    expect(nothing.warnings.join(" ")).toContain("counts for nothing in this result");
  });

  it("adds strategies up on the terminal, and shows the best and the worst of many symbols", () => {
    const text = renderSummary(run("last-close", { count: 14 }).output, { columns: 80, colour: false });
    expect(text).toContain("and 2 symbols between");
    expect(text).toMatch(/14 symbols +grid /);
    expect(text.split("\n").length).toBeLessThan(110);
  });
});

describe("the page of fifty symbols", () => {
  it("stays under 3 MB", () => {
    const { output, series } = fixture({ symbols: Array.from({ length: 50 }, (_, i) => `C${i}/USDT`), candles: 1_500, decideEvery: 3 });
    expect(renderReport(output, series).length).toBeLessThan(3_000_000);
  });

  it("shows a hostile name as text, in the list and in the table", () => {
    const symbols = Array.from({ length: 12 }, (_, i) => `C${i}/USDT${HOSTILE}`);
    const { output, series } = fixture({ symbols, candles: 60 });
    const one = { from: 0, to: 1, beganLate: true, delisted: true, fills: 1, roundTrips: 0, profit: 1, closedProfit: 1, unrealisedProfit: 0, feesPaid: 0, exposure: 0, held: 1, value: 1, buyAndHold: 0 };
    output.result.symbols = symbols.map((symbol) => ({ ...one, symbol }));
    const html = renderReport(output, series).replaceAll(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, "");
    expect(html).toContain('<select id="symbol">');
    expect(html).not.toContain("<img");
  });
});
