import { describe, expect, it } from "vitest";
import { statisticsSchema, type Statistics } from "../../../src/app/statistics/result.ts";
import { readReturns } from "../../../src/app/statistics/returns-table.ts";
import { type StatisticsSettings, statisticsSteps } from "../../../src/app/statistics/statistics.ts";
import { createRandom } from "../../../src/core/random.ts";
import { UserError } from "../../../src/core/user-error.ts";

const SETTINGS: StatisticsSettings = { periods: 365, trials: null, blocks: 16, metric: "sharpe", benchmarkSharpe: 0, seed: 1 };
const TEN = "0.01\n-0.02\n0.03\n0.005\n-0.01\n0.02\n-0.015\n0.01\n0\n0.025\n";

function statistics(text: string, settings: Partial<StatisticsSettings> = {}): Statistics {
  const steps = statisticsSteps(readReturns(text, "r.csv", false), { ...SETTINGS, ...settings });
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return statisticsSchema.parse(next.value);
}

/** A header and so many rows of normal returns; the column `edge` has a drift. */
function market(seed: number, trials: number, drift: number): string {
  const random = createRandom(seed);
  const head = Array.from({ length: trials }, (_, k) => (k === 3 ? "edge" : `trial ${k}`)).join(",");
  const rows = Array.from({ length: 400 }, () => Array.from({ length: trials }, (_, k) => (0.02 * random.normal() + (k === 3 ? drift : 0)).toFixed(8)).join(","));
  return `${head}\n${rows.join("\n")}\n`;
}

describe("a column that never varies", () => {
  const withColumn = (text: string, value: string): string => text.split("\n").map((line, at) => (line === "" ? "" : `${line},${at === 0 ? "interest" : value}`)).join("\n");
  it("does not win the halves of the PBO, since it is not what is chosen, and counts into N", () => {
    const [plain, beside] = [market(1, 6, 0), withColumn(market(1, 6, 0), "0.001")].map((text) => statistics(text));
    expect(beside!.best!.name).toBe(plain!.best!.name);
    expect(beside!.overfitting).toEqual(plain!.overfitting);
    expect(plain!.overfitting!.pbo).toBeGreaterThan(0);
    expect([plain!.best!.trials, beside!.best!.trials]).toEqual([6, 7]);
    expect(beside!.warnings).toEqual(["interest: it never varies and has no Sharpe ratio: it cannot be the best, and the PBO leaves it out."]);
  });
  it("is ranked where it stands still, or where means are", () => {
    expect(statistics(withColumn(market(1, 6, 0), "0")).warnings).toEqual([]);
    expect(statistics(withColumn(market(1, 6, 0), "0.1"), { metric: "mean" }).overfitting!.pbo).toBe(0);
  });
});

describe("the figures of one column", () => {
  it("are the known answers of the statistics page", () => {
    const [column] = statistics(TEN).columns;
    expect(column).toMatchObject({ name: "returns", observations: 10, calmar: null });
    expect(column!.sharpe).toBeCloseTo(6.2151653142, 9);
    expect(column!.sortino).toBeCloseTo(12.3407091955, 9);
    expect(column!.totalReturn).toBeCloseTo(0.0550367119, 10);
    expect(column!.maxDrawdown).toBeCloseTo(-0.02, 12);
    expect(column!.omega).toBeCloseTo(2.2222222222, 9);
    expect(column!.ulcer).toBeCloseTo(0.0088206859, 9);
    expect(column!.sqn).toBeCloseTo(1.0287414825, 9);
    expect(column!.skewness).toBeCloseTo(-0.0905227067, 9);
    expect(column!.kurtosis).toBeCloseTo(1.8253703814, 9);
    expect(column!.probabilisticSharpe).toBeCloseTo(0.8294126694, 9);
    expect(column!.cagr).toBeCloseTo(1.0550367119 ** 36.5 - 1, 6);
  });
  it("count a loss of the first day as a drawdown from the start", () => {
    const [column] = statistics("-0.1\n0.1\n").columns;
    expect(column!.maxDrawdown).toBeCloseTo(-0.1, 12);
    expect(column!.ulcer).toBeCloseTo(Math.sqrt((0.1 ** 2 + 0.01 ** 2) / 2), 12);
  });
  it("are taken to a year by the periods that a year has", () => {
    expect(statistics(TEN, { periods: 8_760 }).columns[0]!.sharpe).toBeCloseTo(6.2151653142 * Math.sqrt(24), 8);
    expect(statistics(TEN, { periods: 1 }).columns[0]!.cagr).toBeCloseTo(1.0550367119 ** 0.1 - 1, 10);
  });
  it("are null where they are not defined", () => {
    const { columns, best, realityCheck, verdict } = statistics("0.01\n0.01\n0.01\n");
    expect(columns[0]).toMatchObject({ sharpe: null, sharpeInterval: null, sortino: null, omega: null, probabilisticSharpe: null, minimumTrackRecord: null, skewness: null, sqn: null });
    expect(best).toBeNull();
    expect(realityCheck).toBeNull();
    expect(verdict).toMatchObject({ trade: false, line: "would not trade this: Sharpe ratio not known" });
  });
  it("hold the estimate inside its interval, the same for a seed", () => {
    const text = market(1, 1, 0);
    const [one] = statistics(text).columns;
    expect(one!.sharpeInterval!.low).toBeLessThan(one!.sharpe!);
    expect(one!.sharpeInterval!.high).toBeGreaterThan(one!.sharpe!);
    expect(one!.totalReturnInterval!.low).toBeLessThan(one!.totalReturn);
    expect(one!.totalReturnInterval!.high).toBeGreaterThan(one!.totalReturn);
    expect(statistics(text)).toEqual(statistics(text));
    expect(statistics(text, { seed: 2 }).columns[0]!.sharpeInterval).not.toEqual(one!.sharpeInterval);
  });
  it("are the same beside other columns as alone", () => {
    const text = market(2, 3, 0);
    const second = text.split("\n").map((line) => line.split(",")[1] ?? "").join("\n");
    expect(statistics(text).columns[1]).toEqual(statistics(second).columns[0]);
  });
  it("that no number can hold are the person's mistake", () => {
    expect(() => statistics("a\n1e200\n1e200\n")).toThrow(UserError);
  });
});

describe("what the choice costs", () => {
  it("an edge among noise passes, with the right column as the best", () => {
    const { best, overfitting, realityCheck, verdict } = statistics(market(3, 20, 0.006), { blocks: 10 });
    expect(best).toMatchObject({ name: "edge", trials: 20 });
    expect(best!.deflatedSharpe).toBeGreaterThan(0.95);
    expect(overfitting).toMatchObject({ halves: 252, observations: 400 });
    expect(overfitting!.pbo).toBeLessThan(0.1);
    expect(overfitting!.medianLogit).toBeGreaterThan(1);
    expect(realityCheck!.p).toBeLessThan(0.05);
    expect(verdict).toEqual({ trade: true, line: "nothing here speaks against it, which is not a promise", reasons: [] });
  });
  it("the best of noise does not pass", () => {
    const { best, verdict } = statistics(market(4, 20, 0), { blocks: 10 });
    expect(best!.deflatedSharpe).toBeLessThan(0.9);
    expect(verdict.trade).toBe(false);
  });
  it("trials that are not in the file count against it", () => {
    const text = market(3, 20, 0.004);
    const [few, many] = [20, 100_000].map((trials) => statistics(text, { blocks: 4, trials }).best!);
    expect(many!.luckSharpe).toBeGreaterThan(few!.luckSharpe);
    expect(many!.deflatedSharpe).toBeLessThan(few!.deflatedSharpe);
    expect(many!.minimumBacktestYears!).toBeGreaterThan(few!.minimumBacktestYears!);
  });
  it("of one column, luck without edge has the spread of an estimate: one over the root of T - 1", () => {
    const { best } = statistics(market(5, 1, 0), { trials: 100 });
    expect(best!.luckSharpe).toBeCloseTo(2.5306028932 * Math.sqrt(365 / 399), 9);
  });
  it("of one column that was the only trial is nothing", () => {
    const { best, columns, overfitting } = statistics(market(5, 1, 0));
    expect(best).toMatchObject({ trials: 1, luckSharpe: 0, deflatedSharpe: columns[0]!.probabilisticSharpe });
    expect(overfitting).toBeNull();
  });
  it("the benchmark lengthens the track record that is needed", () => {
    const text = market(3, 1, 0).replaceAll(/^-?\d.*$/gm, (line) => String(Number(line) + 0.005));
    const [zero, one] = [0, 1].map((benchmarkSharpe) => statistics(text, { benchmarkSharpe }).columns[0]!);
    expect(one!.minimumTrackRecord!).toBeGreaterThan(zero!.minimumTrackRecord!);
    expect(one!.probabilisticSharpe!).toBeLessThan(zero!.probabilisticSharpe!);
  });
});

describe("settings that do not fit the file", () => {
  it("fewer trials than columns", () => {
    expect(() => statistics(market(1, 5, 0), { trials: 4 })).toThrow(/^--trials 4: the file alone has 5 trials/);
  });
  it("too few rows for the blocks, with the file's last line", () => {
    expect(() => statistics(TEN.replaceAll(/^.*$/gm, (line) => (line === "" ? "" : `${line},${line}`)))).toThrow(/^r\.csv:10: 10 returns are too few for 16 blocks/);
  });
});
