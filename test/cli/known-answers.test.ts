import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backtestOutputSchema } from "../../src/app/result.ts";
import { caucus } from "./caucus.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-known-"));
  const rows = ["100,100,100,100", "100,100,100,100", "100,103,97,101"].map((prices, i) => `${Date.UTC(2024, 0, 1) + i * 60_000},${prices},1000000`);
  await writeFile(join(folder, "three.csv"), `time,open,high,low,close,volume\n${rows.join("\n")}\n`);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/**
 * The fill model's known answers, worked out by hand: one candle O100 H103 L97 C101 after two flat ones, a unit a
 * level from 97 to 103, 0.1 % maker fee in quote. Three units are bought at 100 for the sells, without fee, which adds
 * a fill, 3.000 of profit at the close of 101, and three units of base.
 */
const GRID = [
  ["--agents", "none", "--symbol", "ABC/USD", "--capital", "10000", "--strategy", "grid"],
  ["--set", "strategies.grid.lower=97", "--set", "strategies.grid.upper=103", "--set", "strategies.grid.levels=7"],
  ["--set", "strategies.grid.spacing=arithmetic", "--set", "strategies.grid.quantity=1"],
  ["--set", "instrument.priceStep=1", "--set", "instrument.quantityStep=1"],
  ["--fee-maker", "0.001", "--fee-taker", "0", "--fee-currency", "quote", "--path", "ohlc"],
].flat();

describe("the fill model's known answers, from the command line", () => {
  it.each([
    { limitTest: "touch", counter: "same", sides: "S101 S102 S103 B102 B101 B100 B99 B98 B97 S98 S99 S100 S101", base: -1, profit: 4.699 },
    { limitTest: "touch", counter: "next", sides: "S101 S102 S103 B99 B98 B97", base: 0, profit: 11.4 },
    { limitTest: "through", counter: "same", sides: "S101 S102 B101 B100 B99 B98 S99 S100", base: 0, profit: 3.2 },
    { limitTest: "through", counter: "next", sides: "S101 S102 B99 B98", base: 0, profit: 5.6 },
  ])("$limitTest, $counter: $profit", async ({ limitTest, counter, sides, base, profit }) => {
    const { code, out, err } = await caucus(["backtest", "--candles", join(folder, "three.csv"), ...GRID, "--limit-test", limitTest, "--counter", counter, "--json", "--with", "fills"]);
    expect(err).toBe("");
    expect(code).toBe(0);
    const { result, fills = [] } = backtestOutputSchema.parse(JSON.parse(out));
    const [purchase, ...rest] = fills;
    expect(purchase).toMatchObject({ side: "buy", price: 100, quantity: 3, fee: 0 });
    expect(rest.map(({ side, price }) => `${side === "buy" ? "B" : "S"}${price}`).join(" ")).toBe(sides);
    expect(result.fills).toBe(rest.length + 1);
    expect(result.baseHeld).toBe(base + 3);
    expect(result.finalEquity).toBe(10_000 + Math.round((profit + 3) * 1_000) / 1_000);
    expect(result.startEquity).toBe(10_000);
  });

  it("lie within the bounds of all sixteen fill models, with the base as it was asked for", async () => {
    const { out } = await caucus(["backtest", "--candles", join(folder, "three.csv"), ...GRID, "--bounds", "--json"]);
    const { bounds, result } = backtestOutputSchema.parse(JSON.parse(out));
    expect(bounds?.runs.length).toBe(16);
    expect(new Set(bounds?.runs.map(({ path, limitTest, counter }) => `${path} ${limitTest} ${counter}`)).size).toBe(16);
    const returns = bounds?.runs.map(({ totalReturn }) => totalReturn) ?? [];
    expect(bounds?.totalReturn).toEqual({ least: Math.min(...returns), base: result.totalReturn, most: Math.max(...returns) });
    for (const [limitTest, counter, equity] of [["touch", "same", 10_007.699], ["touch", "next", 10_014.4], ["through", "same", 10_006.2], ["through", "next", 10_008.6]]) {
      const run = bounds?.runs.find((one) => one.path === "ohlc" && one.limitTest === limitTest && one.counter === counter);
      expect(run?.totalReturn).toBeCloseTo(Number(equity) / 10_000 - 1, 11);
    }
  });
});
