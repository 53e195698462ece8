import { type AnalystParams, analystParams } from "../../core/analyst.ts";
import { brierScore, clip, outcomeOf } from "../../core/learning/forecast.ts";
import { bootstrapInterval } from "../../core/statistics/bootstrap.ts";
import { prepare } from "../backtest/prepare.ts";
import { backtestSteps } from "../backtest/run.ts";
import { analystTask, type HashedVerdict, type OutsideOrder } from "./backtest-outside.ts";
import { briefsOf } from "./analyst/briefs.ts";
import type { LeakageResult } from "./leakage-result.ts";
import type { Stock, Task } from "./outside-answers.ts";

/** One decision, put to the model in both ways, and what the price did. */
export interface LeakagePair {
  readonly symbol: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Without symbol, dates and price level. */
  readonly masked: Task<HashedVerdict>;
  /** With all of it. */
  readonly open: Task<HashedVerdict>;
  /** 1 up, 0 down, 0.5 neither, at the horizon. */
  readonly outcome: number;
}

/** What the decisions come from. */
export type LeakageOrder = Pick<OutsideOrder, "definition" | "datasets" | "agents" | "strategies" | "stored" | "drive"> & {
  readonly samples: number;
  /** How the analyst is asked; as by default when the definition has none. */
  readonly settings: AnalystParams | null;
};

/** The decisions of a run that are put to the model, spread evenly over it, and after how many bars they are judged. */
export async function leakageTasks(order: LeakageOrder): Promise<{ readonly pairs: readonly LeakagePair[]; readonly horizon: number }> {
  const { definition, datasets, agents, strategies, samples } = order;
  const settings = order.settings ?? analystParams.parse({});
  const { plan } = prepare(definition, datasets, agents, strategies);
  const { markets } = plan;
  const from = Math.min(...markets.map(({ series, from: first }) => series.time[first] ?? 0));
  const to = Math.max(...markets.map(({ series }) => (series.time[series.length - 1] ?? 0) + series.timeframe));
  const outside = order.stored({ from, to, symbols: definition.symbols.flatMap((symbol) => [symbol, symbol.split("/")[0] ?? symbol]) });
  const whole = { ...plan, outside };
  const record = await order.drive(backtestSteps({ ...whole, keeps: "everything" }));
  const { horizon } = definition.coordinator;
  // Every decision, not only those that the analyst would be asked about: there is more to choose from.
  const told = briefsOf(whole, record, { every: 1 }, false);
  const masked = briefsOf(whole, record, { every: 1 }, true);
  const pairs = told.flatMap((one, i): LeakagePair[] => {
    const bars = markets.find(({ instrument }) => instrument.symbol === one.symbol)?.bars;
    const twin = masked[i];
    const [before, after] = [bars?.close[one.bar], bars?.close[one.bar + horizon]];
    if (twin === undefined || before === undefined || after === undefined) return [];
    return [{ symbol: one.symbol, time: one.time, masked: analystTask(twin, settings.debate), open: analystTask(one, settings.debate), outcome: outcomeOf(before, after) }];
  });
  return { pairs: spread(pairs, samples), horizon };
}

/** Answers under which an interval would be a claim about nothing. */
const LEAST = 30;
const SEED = 1;

/** Compares the answers: of each pair the masked one first, in the pairs' order. */
export function leakageOf(pairs: readonly LeakagePair[], answers: Stock<HashedVerdict>["answers"], { model, horizon }: Pick<LeakageResult, "model" | "horizon">): LeakageResult {
  const both = pairs.flatMap(({ outcome }, i) => {
    const [masked, told] = [answers[2 * i], answers[2 * i + 1]];
    return masked && told ? [{ outcome, masked: masked.value.verdict.lean, told: told.value.verdict.lean }] : [];
  });
  const score = (lean: number, outcome: number): number => brierScore(clip((1 + lean) / 2), outcome);
  const differences = both.map(({ outcome, masked, told }) => score(masked, outcome) - score(told, outcome));
  const better = both.length < LEAST ? null : bootstrapInterval(differences, mean, { seed: SEED });
  const leaks = better === null ? null : better.low > 0;
  return {
    model, samples: pairs.length, answered: both.length, horizon,
    agreement: mean(both.map(({ masked, told }) => Number(Math.sign(masked) === Math.sign(told)))),
    difference: mean(both.map(({ masked, told }) => Math.abs(masked - told))),
    brier: { masked: mean(both.map(({ masked, outcome }) => score(masked, outcome))), told: mean(both.map(({ told, outcome }) => score(told, outcome))) },
    better, leaks,
    verdict: verdictText(leaks, both.length),
  };
}

function verdictText(leaks: boolean | null, answered: number): string {
  if (leaks === null) return `${answered} answers are too few to tell: ask about more decisions.`;
  if (leaks) return "The model forecasts better when it is told symbol, dates and prices: it remembers. Keep it masked, and trust only months after its training.";
  return "It forecasts no better when it is told symbol, dates and prices: no sign that it remembers these months. That is no proof that it does not.";
}

const mean = (sample: readonly number[]): number | null => (sample.length === 0 ? null : sample.reduce((sum, one) => sum + one, 0) / sample.length);

/** So many of a list, evenly from its beginning to its end. */
function spread<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)] as T);
}
