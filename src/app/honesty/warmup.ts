import type { Opinion, RunningAgent } from "../../core/agent.ts";
import { CandleView } from "../../core/candle-view.ts";
import { type CandleSeries, sliceSeries } from "../../core/candle.ts";
import { Indicators } from "../../core/indicators/indicators.ts";
import { NOTHING_OUTSIDE } from "../../core/outside.ts";
import { createRandom, type Random } from "../../core/random.ts";
import type { BacktestMarket } from "../backtest/plan.ts";
import { WARMUP_TOLERANCE, type WarmupCheck, type WarmupStep } from "./lookahead-result.ts";

/** Warm-ups that are tried, in multiples of what an agent asks for. */
const MULTIPLES = [1, 1.5, 2, 3, 4, 6, 8];
const VOTES = 40;
const SAME = 1e-9;
/** Share of votes that may move before a warm-up is called too short. */
const FEW = 0.05;

/** Asks each agent at the same times with ever more history behind it; the account is all cash, so that only candles count. */
export function checkWarmups(agents: readonly RunningAgent[], markets: readonly BacktestMarket[], capital: number, seed: number): WarmupCheck[] {
  return agents.map((agent) => checkWarmup(agent, markets, capital, createRandom(seed).fork(`warm-up ${agent.name}`)));
}

function checkWarmup(agent: RunningAgent, markets: readonly BacktestMarket[], capital: number, random: Random): WarmupCheck {
  const declared = Math.max(1, agent.warmup);
  const account = { equity: capital, drawdown: 0, exposure: 0, totalExposure: 0 };
  const steps = MULTIPLES.map((multiple) => ({ bars: Math.ceil(declared * multiple), votes: 0, differing: 0, moved: 0, largest: 0 }));
  for (const { instrument, bars } of markets) {
    // With less behind it than twice what is asked for there is nothing longer to compare with.
    const least = 2 * declared;
    const each = Math.ceil(VOTES / markets.length);
    if (bars.length <= least) continue;
    const all = historyOf(bars);
    for (let i = 0; i < each; i++) {
      const end = least + 1 + Math.floor((bars.length - least) * ((i + random.uniform()) / each));
      if (end > bars.length) continue;
      all.candles.reveal(end);
      all.indicators.reveal(end);
      const time = (bars.time[end - 1] as number) + bars.timeframe;
      const ask = ({ candles, indicators }: History): Answer => answerOf(() => agent.vote({ symbol: instrument.symbol, time, candles, indicators, account, outside: NOTHING_OUTSIDE }));
      const settled = ask(all);
      for (const step of steps) {
        if (step.bars >= end) continue;
        const distance = distanceOf(ask(historyOf(sliceSeries(bars, end - step.bars, end))), settled);
        step.votes += 1;
        if (distance > SAME) step.differing += 1;
        if (distance > WARMUP_TOLERANCE) step.moved += 1;
        step.largest = Math.max(step.largest, distance);
      }
    }
  }
  const tested = steps.filter(({ votes }) => votes > 0).map((step) => ({ ...step, differing: step.differing / step.votes, moved: step.moved / step.votes }));
  const last = tested.findLastIndex(({ largest }) => largest > WARMUP_TOLERANCE);
  const enough = tested[last + 1]?.bars ?? null;
  return { agent: agent.name, declared: agent.warmup, enough, steps: tested, verdict: verdictOf(tested) };
}

function verdictOf(steps: readonly WarmupStep[]): WarmupCheck["verdict"] {
  const [asked] = steps;
  if (!asked) return "untested";
  if (steps.every(({ moved }) => moved === 0)) return "enough";
  return steps.every(({ moved }) => moved <= FEW) ? "nearly" : "too short";
}

/** An opinion, an abstention, or the error that came instead. */
type Answer = Opinion | "abstains" | "throws";

function answerOf(vote: () => Opinion | null): Answer {
  try {
    return vote() ?? "abstains";
  } catch {
    return "throws";
  }
}

interface History {
  readonly candles: CandleView;
  readonly indicators: Indicators;
}

function historyOf(bars: CandleSeries): History {
  return { candles: new CandleView(bars), indicators: new Indicators(bars) };
}

/** How far apart two answers are in the number that differs most. */
function distanceOf(a: Answer, b: Answer): number {
  if (typeof a === "string" || typeof b === "string") return a === b ? 0 : 1;
  const pairs: readonly (readonly [number | undefined, number | undefined])[] = [
    [a.score, b.score],
    [a.confidence, b.confidence],
    [a.ranging, b.ranging],
    [a.size, b.size],
    [a.veto?.maxExposure, b.veto?.maxExposure],
  ];
  let largest = 0;
  for (const [one, other] of pairs) {
    if (one === other) continue;
    const distance = one === undefined || other === undefined ? 1 : Math.abs(one - other);
    // A vote that is no number differs from every other.
    largest = Math.max(largest, Number.isFinite(distance) ? distance : 1);
  }
  return largest;
}
