import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PortfolioWeights, portfolioWeightsSchema } from "../../src/app/portfolio/weights/result.ts";
import { sharedData } from "../shared-data.ts";
import { caucus, type Ran } from "./caucus.ts";

const COINS = ["BTC", "ETH", "LTC", "SOL"] as const;
const SYNTHETIC = ["--symbol", "BTC/USDT,ETH/USDT,SOL/USDT", "--candles", "synthetic:mix?days=120&timeframe=1h", "--draws", "30", "--points", "5"];
const recorded = COINS.map((coin) => ({ coin, path: sharedData("candles_1d", `yahoo_${coin}USD_1d_to_202406.csv.gz`) }));
const isThere = recorded.every(({ path }) => path !== null);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-weights-"));
  const candles = recorded.map(({ coin, path }) => `  ${coin}/USD: ${path ?? ""}`).join("\n");
  const day = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
  const file = (from: number, close: (i: number) => number): string => `date,open,high,low,close,volume\n${Array.from({ length: 40 }, (_, i) => `${day(from + i)},${close(i)},${close(i)},${close(i)},${close(i)},1`).join("\n")}\n`;
  await Promise.all([
    writeFile(join(folder, "coins.yaml"), `symbols: [${COINS.map((coin) => `${coin}/USD`).join(", ")}]\ncandles:\n${candles}\ntimeframe: {decision: 1d}\nto: 2024-06-01\n`),
    writeFile(join(folder, "a.csv"), file(0, (i) => 100 + (i % 7))),
    writeFile(join(folder, "later.csv"), file(100, (i) => 50 + (i % 5))),
    writeFile(join(folder, "steady.csv"), file(0, () => 1)),
    writeFile(join(folder, "apart.yaml"), "symbols: [A/USD, B/USD]\ncandles: {A/USD: a.csv, B/USD: later.csv}\ntimeframe: {decision: 1d}\n"),
    writeFile(join(folder, "steady.yaml"), "symbols: [A/USD, USDC/USD]\ncandles: {A/USD: a.csv, USDC/USD: steady.csv}\ntimeframe: {decision: 1d}\n"),
  ]);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const weigh = (...args: string[]): Promise<Ran> => caucus(["optimize-portfolio", ...args], { cwd: folder });

async function resultOf(...args: string[]): Promise<PortfolioWeights> {
  const { code, out, err } = await weigh(...args, "--json");
  expect(err).toBe("");
  expect(code).toBe(0);
  return portfolioWeightsSchema.parse(JSON.parse(out));
}

const sum = (result: PortfolioWeights): number => result.weights.reduce((all, { weight }) => all + weight, result.cash.weight);

describe("caucus optimize-portfolio on synthetic candles", () => {
  it("prints weights, the frontier and what they are worth within 80 columns, and draws them", async () => {
    const { code, out, err } = await weigh(...SYNTHETIC, "--picture", "frontier.png");
    expect(err).toBe("");
    expect(code).toBe(0);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    for (const part of [/^Weights/m, /^A year/m, /^Frontier/m, /^What it is worth/m, /equal weights/, /The weights of the resamples range from/, /synthetic candles/, /Picture: frontier\.png/]) expect(out).toMatch(part);
    expect((await readFile(join(folder, "frontier.png"))).subarray(1, 4).toString()).toBe("PNG");
  });

  it("prints one JSON object of its schema, the same in every run", async () => {
    const [first, second] = await Promise.all([resultOf(...SYNTHETIC, "--method", "hrp"), resultOf(...SYNTHETIC, "--method", "hrp")]);
    expect(first).toEqual(second);
    expect(sum(first)).toBeCloseTo(1, 7);
    expect(first.data).toMatchObject({ bars: "1d", periods: 365, shared: 120, synthetic: true });
  });

  it("counts the hours of a year where bars are hours", async () => {
    const { data } = await resultOf(...SYNTHETIC, "--bars", "1h", "--from", "2024-03-01", "--method", "min-variance");
    expect(data.periods).toBe(8_760);
    expect(data.from).toBe("2024-03-01T00:00:00.000Z");
  });

  it("takes its views from the council with black-litterman, and writes an SVG", async () => {
    const result = await resultOf(...SYNTHETIC, "--method", "black-litterman", "--decision", "4h", "--picture", "views.svg", "--report", "views.html");
    expect(result.views!.length).toBeGreaterThan(0);
    for (const { votes } of result.views!) expect(votes.length).toBeGreaterThan(0);
    expect(result.warnings.join(" ")).toMatch(/market values are not known here/);
    expect(await readFile(join(folder, "views.svg"), "utf8")).toMatch(/^<svg /);
    expect(await readFile(join(folder, "views.html"), "utf8")).toMatch(/The council&#39;s views[^]*momentum/);
  });

  it.each<[string, string[], RegExp]>([
    ["one symbol only", ["--symbol", "BTC/USDT"], /^caucus: symbols: BTC\/USDT alone has no weights to choose; name at least two/],
    ["candles that share no bars", ["apart.yaml"], /^caucus: candles: the symbols share no bar of 1d.*Choose symbols whose candles overlap/],
    ["caps that cannot be kept", [...SYNTHETIC, "--max-weight", "0.2"], /^caucus: max-sharpe: The caps on single assets add up to 60 %/],
    ["a price that never moves", ["steady.yaml"], /^caucus: candles: the price of USDC\/USD never moves/],
    ["bars that are none", ["--bars", "day"], /^caucus: --bars day: write a length such as 1d or 4h/],
    ["a picture that is none", ["--picture", "frontier.jpg"], /^caucus: --picture frontier\.jpg: a picture is a \.png or \.svg file/],
    ["a group of strangers", [...SYNTHETIC, "--group", "x=DOGE/USDT:0.3"], /^caucus: --group x: DOGE\/USDT is none of the symbols/],
  ])("ends with 2 and a sentence for %s", async (_name, args, message) => {
    const { code, out, err } = await weigh(...args);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toMatch(message);
  });
});

describe.skipIf(!isThere)("caucus optimize-portfolio on recorded daily candles (skipped: ../shared/data/candles_1d is not there)", () => {
  it("weighs real coins, and says which one begins late and what that costs", async () => {
    const result = await resultOf("coins.yaml", "--draws", "40", "--points", "6");
    expect(sum(result)).toBeCloseTo(1, 7);
    expect(result.data.synthetic).toBe(false);
    // The files say so: SOL begins on 2020-04-10, BTC on 2014-09-17.
    expect(result.data.from).toBe("2020-04-10T00:00:00.000Z");
    expect(result.data.to).toBe("2024-06-01T00:00:00.000Z");
    expect(result.data.symbols.find(({ symbol }) => symbol === "SOL/USD")!.late).toBe(true);
    expect(result.data.leftOut).toBe(2_032);
    expect(result.warnings.join(" ")).toMatch(/2,032 bars left out.*SOL\/USD begins late, on 2020-04-10/);
    const means = result.frontier.map(({ mean }) => mean);
    const deviations = result.frontier.map(({ deviation }) => deviation);
    expect(means).toEqual(means.toSorted((a, b) => a - b));
    expect(deviations).toEqual(deviations.toSorted((a, b) => a - b));
    expect(result.chosen.sharpe!).toBeGreaterThanOrEqual(Math.max(...result.frontier.map(({ sharpe }) => sharpe!)) - 1e-6);
    expect(result.chosen.sharpe!).toBeGreaterThan(result.equal.sharpe!);
  });

  it("keeps caps, groups, cash and turnover on the way from what is held", async () => {
    const limits = ["--max-weight", "0.6", "--group", "majors=BTC/USD,ETH/USD:0.7", "--cash", "0..0.2", "--current", "BTC/USD=0.5,ETH/USD=0.3", "--turnover", "0.3"];
    const result = await resultOf("coins.yaml", ...limits, "--draws", "20", "--points", "4", "--method", "min-variance");
    const by = new Map(result.weights.map(({ symbol, weight }) => [symbol, weight]));
    expect(sum(result)).toBeCloseTo(1, 7);
    expect(Math.max(...by.values())).toBeLessThanOrEqual(0.6 + 1e-7);
    expect(by.get("BTC/USD")! + by.get("ETH/USD")!).toBeLessThanOrEqual(0.7 + 1e-7);
    expect(result.cash.weight).toBeLessThanOrEqual(0.2 + 1e-7);
    expect(result.weights.reduce((all, { weight, current }) => all + Math.abs(weight - current!), 0) / 2).toBeLessThanOrEqual(0.3 + 1e-7);
  });

  it("does not let the council see what came after --to", async () => {
    const [cut, longer] = await Promise.all([
      resultOf("coins.yaml", "--method", "black-litterman", "--to", "2023-01-01", "--draws", "20", "--points", "3"),
      resultOf("coins.yaml", "--method", "black-litterman", "--to", "2023-01-01T12:00", "--draws", "20", "--points", "3"),
    ]);
    expect(cut.views).toEqual(longer.views);
    for (const { time } of cut.views!) expect(time).toBe("2023-01-01T00:00:00.000Z");
  });
});
