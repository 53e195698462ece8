import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BacktestOutput, backtestOutputSchema } from "../../src/app/result.ts";
import { caucus } from "../cli/caucus.ts";
import { sharedData } from "../shared-data.ts";

const WEIGHTS: Readonly<Record<string, number>> = { "BTC/USD": 0.4, "ETH/USD": 0.3, "LTC/USD": 0.1, "XRP/USD": 0.1 };
const DAY = 86_400_000;
const files = new Map(Object.keys(WEIGHTS).map((symbol) => [symbol, sharedData("candles_1d", `yahoo_${symbol.replace("/", "")}_1d_to_202406.csv.gz`)]));
const isMissing = [...files.values()].includes(null);

let folder = "";
let daily: BacktestOutput;
beforeAll(async () => {
  if (isMissing) return;
  folder = await mkdtemp(join(tmpdir(), "caucus-recorded-"));
  daily = await run();
});
afterAll(async () => {
  if (folder !== "") await rm(folder, { recursive: true, force: true });
});

async function run(...more: string[]): Promise<BacktestOutput> {
  const path = join(folder, "portfolio.yaml");
  const candles = Object.fromEntries(files);
  const weights = JSON.stringify(WEIGHTS);
  await writeFile(path, `symbols: ${JSON.stringify(Object.keys(WEIGHTS))}\ncandles: ${JSON.stringify(candles)}\nvolumeIn: quote\ntimeframe: { decision: 1d }\nfrom: 2018-01-01\ncapital: 10000\nagents: none\nstrategies: { rebalance: { weights: ${weights} } }\n`);
  const { code, out, err } = await caucus(["backtest", path, "--json", "--with", "fills", ...more]);
  expect(err).toBe("");
  expect(code).toBe(0);
  return backtestOutputSchema.parse(JSON.parse(out));
}

/** Daily closes of a file, by the day that they end, epoch milliseconds. */
function closes(path: string): Map<number, number> {
  const [, ...lines] = gunzipSync(readFileSync(path)).toString().trim().split("\n");
  return new Map(lines.map((line) => [Date.parse(line.slice(0, 10)) + DAY, Number(line.split(",")[1])]));
}

describe.skipIf(isMissing)("four recorded coins in one account, rebalanced every day for six years and a half (skipped where the files are not beside the checkout)", () => {
  it("keeps its weights, never spends what is not there, and trades only towards its targets", () => {
    const { result, fills = [] } = daily;
    expect(result.refused).toEqual({});
    expect(fills.length).toBe(result.fills);
    expect(fills.length).toBeGreaterThan(40);
    const prices = new Map([...files].map(([symbol, path]) => [symbol, closes(path!)]));
    const held = new Map(Object.keys(WEIGHTS).map((symbol) => [symbol, 0]));
    let cash = 10_000;
    const worthAt = (symbol: string, time: number): number => held.get(symbol)! * prices.get(symbol)!.get(time)!;
    const shareAt = (symbol: string, time: number): number => worthAt(symbol, time) / (cash + Object.keys(WEIGHTS).reduce((sum, one) => sum + worthAt(one, time), 0));
    for (const { symbol, side, price, quantity, fee, feeCurrency, time } of fills) {
      // Decided at the close before its open, on what was held then; a funding sale may come from inside the band.
      const share = shareAt(symbol, Math.floor(time / DAY) * DAY);
      if (side === "buy") expect(share).toBeLessThan(WEIGHTS[symbol]! - Math.min(0.05, 0.25 * WEIGHTS[symbol]!) + 1e-3);
      else expect(share).toBeGreaterThan(WEIGHTS[symbol]!);
      const sign = side === "buy" ? 1 : -1;
      cash -= sign * price * quantity + (feeCurrency === "USD" ? fee : 0);
      held.set(symbol, held.get(symbol)! + sign * quantity - (feeCurrency === "USD" ? 0 : fee));
      expect(cash).toBeGreaterThan(0);
    }
    const end = Date.UTC(2024, 6, 1);
    expect(cash + Object.keys(WEIGHTS).reduce((sum, symbol) => sum + worthAt(symbol, end), 0)).toBeCloseTo(result.finalEquity, 2);
    // The last day may have moved a share out of its band, and no day moves it far.
    for (const [symbol, weight] of Object.entries(WEIGHTS)) expect(Math.abs(shareAt(symbol, end) - weight)).toBeLessThan(0.06);
    process.stdout.write(`rebalanced ${(result.totalReturn * 100).toFixed(1)} %, held ${(result.buyAndHold.totalReturn * 100).toFixed(1)} %, ${result.fills} fills\n`);
  });

  it("trades less often by the month, and only on the first days of one", async () => {
    const monthly = await run("--set", "strategies.rebalance.calendar=monthly");
    expect(monthly.result.fills).toBeLessThan(daily.result.fills);
    // The account is filled at the first bar of all.
    const [, ...times] = [...new Set(monthly.fills?.map(({ time }) => time))];
    expect(times.length).toBeGreaterThan(20);
    const days = times.map((time) => new Date(time).getUTCDate());
    // Decided at the close of the last day of a month; a buy that waits for a sale is filled a day later.
    expect(Math.max(...days)).toBeLessThanOrEqual(2);
  });
});
