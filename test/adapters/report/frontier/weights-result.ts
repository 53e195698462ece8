import type { PortfolioWeights } from "../../../../src/app/portfolio/weights/result.ts";

/** A result with `count` symbols to draw and to print; equal steps, so that every figure can be told from its place. */
export function weightsResult(count: number, changes: Partial<PortfolioWeights> = {}): PortfolioWeights {
  const symbols = Array.from({ length: count }, (_, i) => `COIN${i}/USDT`);
  const named = symbols.map((symbol, i) => ({ symbol, weight: i === 0 ? 0.5 : 0.5 / (count - 1) }));
  const point = (share: number) => ({ mean: 0.2 + 0.6 * share, deviation: 0.4 + 0.5 * share * share, sharpe: (0.2 + 0.6 * share) / (0.4 + 0.5 * share * share) });
  return {
    version: 1,
    name: "coins",
    method: "max-sharpe",
    estimate: { name: "ledoit-wolf", halfLife: null, shrinkage: 0.12 },
    riskFree: 0,
    data: {
      bars: "1d", periods: 365, from: "2021-01-01T00:00:00.000Z", to: "2024-01-01T00:00:00.000Z", shared: 1_096, leftOut: 0, gaps: 0, returns: 1_095, synthetic: false,
      symbols: symbols.map((symbol) => ({ symbol, source: "file.csv", bars: 1_096, from: "2021-01-01T00:00:00.000Z", to: "2024-01-01T00:00:00.000Z", late: false })),
    },
    weights: named.map(({ symbol, weight }, i) => ({
      symbol, weight, band: { low: weight / 2, middle: weight, high: Math.min(1, weight * 1.5) }, riskShare: 1 / count, mean: 0.1 + 0.02 * i, deviation: 0.5 + 0.03 * i, equal: 1 / count, current: null,
    })),
    cash: { weight: 0, band: { low: 0, middle: 0, high: 0 }, current: null },
    chosen: point(0.5),
    equal: { mean: 0.4, deviation: 0.6, sharpe: 0.67 },
    current: null,
    frontier: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ ...point(share), cash: 0, weights: named })),
    resample: {
      draws: 40, failed: 0, frontier: [0, 0.5, 1].map((share) => ({ ...point(share * 0.8), low: named.map(() => 0), high: named.map(() => 1) })), cloud: Array.from({ length: 40 }, (_, i): [number, number] => [0.5 + i / 200, 0.3 + i / 300]),
      unseen: { sharpe: { low: -0.2, middle: 0.6, high: 1.4 }, equalSharpe: { low: -0.1, middle: 0.65, high: 1.3 } }, yardstick: "a higher Sharpe ratio", gain: { low: -0.3, middle: 0, high: 0.3 },
    },
    views: null,
    betterThanEqual: false,
    verdict: ["The weights of the resamples range widely.", "This is not better than equal weights within its own uncertainty."],
    warnings: ["40 bars left out, because not every symbol has them."],
    ...changes,
  };
}
