import { agents } from "../../agents/index.ts";
import { hashSeries } from "../../src/adapters/candles/hash.ts";
import type { BacktestPlan } from "../../src/app/backtest/plan.ts";
import { prepare } from "../../src/app/backtest/prepare.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { readDefinition } from "../../src/cli/definition-file.ts";
import { createMarket } from "../../src/core/synthetic/market.ts";
import type { Dataset } from "../../src/ports/candles.ts";
import { strategies } from "../../strategies/index.ts";

/** What a definition allows at the most. */
export const SYMBOLS = 50;
const HOUR = 3_600_000;
const START = Date.UTC(2022, 0, 1);

/** How the candles of a bench lie beside one another: all from the first hour to the last, or each begun late, ended early and holed as its number says. */
export type Shape = "even" | "ragged";

/** Two years of hours for so many symbols, another market each. */
export function manyDatasets(symbols = SYMBOLS, days = 730, shape: Shape = "even"): Dataset[] {
  return Array.from({ length: symbols }, (_, i) => {
    const late = shape === "ragged" ? (i % 5) * Math.floor(days / 12) : 0;
    const early = shape === "ragged" && i % 7 === 3 ? Math.floor(days / 5) : 0;
    const price = [42_000, 2_300, 95, 0.6, 12][i % 5] as number;
    const { series } = createMarket({ kind: "mix", seed: i + 1, days: days - late - early, timeframe: HOUR, start: START + late * 86_400_000, price, priceStep: price / 1e5 > 0.01 ? 0.01 : 0.0001 });
    return { symbol: `C${String(i).padStart(2, "0")}/USDT`, series, hash: hashSeries(series), synthetic: true, description: "bench", notes: [], filters: null };
  });
}

/** The default definition over these candles: the whole council, grid and DCA, one cash account. */
export async function manyPlan(datasets: readonly Dataset[]): Promise<BacktestPlan> {
  const { text, name } = await readDefinition("default");
  const symbols = datasets.map(({ symbol }) => symbol);
  const overrides = [
    { path: ["symbols"], value: symbols, flag: "--set symbols" },
    { path: ["capital"], value: 100_000, flag: "--set capital" },
  ];
  return prepare(loadDefinition({ text, name, overrides, agents, strategies }), datasets, agents, strategies).plan;
}
