import type { SharedBars } from "../../../../src/app/portfolio/weights/shared-bars.ts";
import type { WeightsSettings } from "../../../../src/app/portfolio/weights/settings.ts";
import { createRandom } from "../../../../src/core/random.ts";
import { DAY, START } from "./bars.ts";

/** Daily returns of symbols with the given yearly means and deviations, each moved in part by one common market. */
export function randomBars(assets: readonly { readonly mean: number; readonly deviation: number }[], count: number, seed: number, common = 0.5): SharedBars {
  const random = createRandom(seed);
  const returns = Array.from({ length: count }, () => {
    const market = random.normal();
    return assets.map(({ mean, deviation }) => mean / 365 + (deviation / Math.sqrt(365)) * (Math.sqrt(common) * market + Math.sqrt(1 - common) * random.normal()));
  });
  const symbols = assets.map((_, i) => `S${i}/USDT`);
  const to = START + (count + 1) * DAY;
  return {
    symbols, returns, timeframe: DAY, periods: 365, from: START, to, shared: count + 1, leftOut: 0, gaps: 0,
    spans: symbols.map((symbol) => ({ symbol, source: "drawn", bars: count + 1, from: START, to, synthetic: false, late: false })),
  };
}

/** Settings as they are without any flag, with few draws. */
export const PLAIN: WeightsSettings = {
  method: "max-sharpe", estimate: "sample", halfLife: 90, maxWeight: null, minWeight: null, groups: [], current: null, turnover: null,
  cash: { min: 0, max: 0 }, riskFree: 0, riskAversion: 2.5, marketWeights: null, points: 3, draws: 20, seed: 1,
};
