import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backtestOutputSchema } from "../../src/app/result.ts";
import { caucus } from "../cli/caucus.ts";
import { sharedData } from "../shared-data.ts";

const root = sharedData();

interface Recorded {
  readonly file: string;
  readonly path: string;
  readonly symbol: string;
  readonly volumeIn: "base" | "quote";
}

/** The symbol is in the name: binance_BTCUSDT_1m..., yahoo_ADAUSD_1d... */
function recorded(): Recorded[] {
  if (root === null) return [];
  return ["candles_1d", "candles_1h", "candles_5m", "candles_1m"].flatMap((folder) =>
    readdirSync(join(root, folder)).flatMap((file) => {
      const [, venue = "", base = "", quote = ""] = /(binance|yahoo)_([A-Z]+?)(USDT|USD|BTC)_/.exec(file) ?? [];
      return base === "" ? [] : [{ file, path: join(root, folder, file), symbol: `${base}/${quote}`, volumeIn: venue === "yahoo" ? ("quote" as const) : ("base" as const) }];
    }),
  );
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)} %`;

describe.skipIf(root === null)("the whole council with grid and DCA over every recorded file (skipped where there are none beside the checkout)", () => {
  const files = recorded();

  it("finds at least thirty files", () => {
    expect(files.length).toBeGreaterThanOrEqual(30);
  });

  it.each(files.filter(({ file }) => !file.startsWith("DEFECTIVE")))("$file", async ({ file, path, symbol, volumeIn }) => {
    const { code, out, err } = await caucus(["backtest", "--candles", path, "--symbol", symbol, "--set", `volumeIn=${volumeIn}`, "--json"]);
    expect(err).toBe("");
    expect(code).toBe(0);
    const { result, data } = backtestOutputSchema.parse(JSON.parse(out));
    expect(data.synthetic).toBe(false);
    expect(result.votes).toBeGreaterThan(0);
    expect(result.fills).toBeGreaterThan(0);
    // Closed-cell profit and what is open explain the equity to the last settlement decimal.
    expect(result.finalEquity).toBeCloseTo(result.startEquity + result.closedProfit + result.unrealisedProfit, 5);
    expect(result.liquidationEquity).toBeLessThanOrEqual(result.finalEquity);
    expect(result.maxDrawdown).toBeGreaterThan(-1);
    process.stdout.write(
      `${file}: return ${percent(result.totalReturn)}, hold ${percent(result.buyAndHold.totalReturn)} (equal exposure ${percent(result.buyAndHold.equalExposureReturn)}), max drawdown ${percent(result.maxDrawdown)}, ${result.fills} fills, ${result.roundTrips} round trips, exposure ${percent(result.exposure)}, gaps ${data.symbols[0]?.gaps ?? 0}\n`,
    );
  });

  it.each(files.filter(({ file }) => file.startsWith("DEFECTIVE")))("$file is refused", async ({ path, symbol }) => {
    const { code, err } = await caucus(["backtest", "--candles", path, "--symbol", symbol]);
    expect(code).toBe(2);
    expect(err).toMatch(/is there twice \(542 such\)\. Nothing was repaired/);
  });
});
