import { type SearchResult, searchResultSchema, type WalkForward } from "../../../../src/app/optimize/result.ts";
import { fixture } from "../fixture.ts";

const START = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

/** A made-up search over a number and a list, with every part of the result filled; `text` goes into every text. */
export function searchFixture(text = "", objectives: SearchResult["search"]["objectives"] = ["sharpe", "drawdown"]): SearchResult {
  const { output } = fixture({ candles: 24 * 60, text });
  const key = `strategies.grid.levels${text}`;
  const figures = { totalReturn: 0.1, cagr: 0.7, sharpe: 1.2, sortino: 2, calmar: 3, maxDrawdown: -0.05, exposure: 0.4, turnover: 12, feesPaid: 33, fills: 120, roundTrips: 60 };
  const trials = Array.from({ length: 80 }, (_, number): SearchResult["trials"][number] => {
    const parameters = { [key]: 8 + (number % 32), mode: number % 2 === 0 ? `wait${text}` : "close" };
    if (number === 7) return { number, parameters, state: "failed", objectives: objectives.map(() => null), figures: null, reason: `no room for the ladder${text}` };
    const score = Math.sin(number / 9) * 2;
    return { number, parameters, state: "done", objectives: objectives.map((_, at) => (at === 0 ? score : -0.05 - Math.abs(score) / 40)), figures: { ...figures, sharpe: score }, reason: null };
  });
  const winner = trials[14]!;
  const walk: WalkForward = {
    folds: [0, 1, 2].map((at) => ({
      inSample: { from: START, to: START + (at + 1) * 10 * DAY },
      outOfSample: { from: START + (at + 1) * 10 * DAY, to: START + (at + 2) * 10 * DAY },
      trials: 10,
      parameters: winner.parameters,
      inSampleObjective: 2 + at,
      outOfSampleObjective: at === 2 ? null : 1 - at,
      inSampleReturn: 0.04,
      outOfSampleReturn: at === 2 ? null : 0.01,
    })),
    totalReturn: 0.021, sharpe: 0.8, efficiency: 0.42,
    daily: Array.from({ length: 20 }, (_, day) => Math.sin(day) / 100),
  };
  const span = { least: 0.08, base: 0.1, most: 0.13 };
  return searchResultSchema.parse({
    version: 1,
    definition: output.definition,
    data: output.data,
    search: { hash: "0123456789abcdef", method: "tpe", seed: 1, objectives, folds: 3, space: [{ key, from: 8, to: 40, step: 1, scale: "linear" }, { key: "mode", values: [`wait${text}`, "close"] }], asked: 80, done: 79, failed: 1 },
    trials,
    winner: { number: 14, parameters: winner.parameters, flags: [`--set '${key}=22'`], result: output.result, startTime: START, daily: [0.01, -0.01] },
    front: [14, 13, 0],
    honesty: {
      trials: 80, observations: 60, sharpeVariance: 0.01, expectedMaximumSharpe: 2.4, probabilisticSharpe: 0.97, deflatedSharpe: 0.31, minimumTrackRecord: 88.4, minimumBacktestYears: 0.7, realityCheckP: 0.081,
      overfitting: { pbo: 0.61, blocks: 8, trials: 79, logits: [-2, -1, -0.5, 0.3, 1.1] },
      neighbours: { list: [{ parameters: { ...winner.parameters, mode: "close" }, objective: 1.5 }], median: 1.5 },
      walkForward: { anchored: walk, rolling: walk },
      intervals: { totalReturn: { estimate: 0.1, low: -0.04, high: 0.25 }, sharpe: { estimate: 1.9, low: -0.6, high: 4 } },
      bounds: { totalReturn: span, maxDrawdown: span, fills: span, spread: 0.05, tooCoarse: false, runs: [] },
      rules: [{ name: `buy and hold${text}`, totalReturn: 0.02, sharpe: 0.2, maxDrawdown: -0.2, objective: 0.2 }],
      bestRule: `buy and hold${text}`,
      verdict: { trade: false, line: `would not trade this: PBO 0.61${text}`, reasons: [`It is no better than a coin.${text}`] },
    },
    warnings: [`a warning${text}`],
  });
}
