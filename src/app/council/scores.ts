import type { Bot } from "../../core/bot.ts";
import { regret, regretBound } from "../../core/learning/ada-hedge.ts";
import { brierScore, logScore } from "../../core/learning/forecast.ts";
import type { Learning, ScoredRound } from "../../core/learning/learning.ts";
import { bootstrapInterval } from "../../core/statistics/bootstrap.ts";
import type { ForecastWorth } from "../../ports/operator.ts";
import type { CouncilScores, ForecasterScore, PoolAgainst } from "./result.ts";

/** Seed of the intervals: the same rounds give the same page. */
const SEED = 1;
const BINS = 10;
const MOST_WEIGHTS = 200;
const COIN = 0.5;

type Forecaster = (round: ScoredRound) => number | null;

/** Scores of the council of one symbol; null when no agents vote. */
export function councilScores(bot: Bot, symbol: string): CouncilScores | null {
  const state = bot.symbols.get(symbol);
  if (!state || state.learning.agents.length === 0) return null;
  const { learning } = state;
  return { symbol, pool: learning.pool, horizon: learning.horizon, ...scoresOf(learning) };
}

/** Scores of what a council has learned. */
export function scoresOf(learning: Learning): Omit<CouncilScores, "symbol" | "pool" | "horizon"> {
  const { rounds, agents } = learning;
  const weights = learning.weights();
  const member = (at: number): Forecaster => (round) => round.members[at] ?? null;
  const own = agents.map((name, at) => scoreOf(name, rounds, member(at), weights[name] ?? null));
  const best = bestOf(own);
  const others: readonly (readonly [PoolAgainst["kind"], string, Forecaster])[] = [
    ...(best === null ? [] : [["best", `best agent (${best})`, member(agents.indexOf(best))] as const]),
    ["equal", "equal weights", (round) => round.equal],
    ["base", "always in, at the share of rises so far", (round) => round.base],
    ["coin", "a coin", () => COIN],
  ];
  return {
    rounds: rounds.length,
    agents: own,
    pooled: [
      scoreOf("pool", rounds, (round) => round.pool, null),
      scoreOf("learned weights", rounds, (round) => round.hedge, null),
      ...others.slice(best === null ? 0 : 1).map(([, name, forecaster]) => scoreOf(name, rounds, forecaster, null)),
    ],
    against: others.map(([kind, name, forecaster]) => against(kind, name, rounds, forecaster)),
    regret: regretOf(learning),
    weights: evenly(rounds).map(({ time, weights: inForce }) => ({ time, weights: [...inForce] })),
  };
}

/** Mean Brier score and rounds of every agent of a council and of the pool, without all that takes longer to work out. */
export function worthOf({ agents, rounds }: Learning): { readonly pool: ForecastWorth; readonly agents: ReadonlyMap<string, ForecastWorth> } {
  const mean = (forecaster: Forecaster): ForecastWorth => {
    let count = 0;
    let sum = 0;
    for (const round of rounds) {
      const p = forecaster(round);
      if (p === null) continue;
      count += 1;
      sum += brierScore(p, round.outcome);
    }
    return { brier: count > 0 ? sum / count : null, rounds: count };
  };
  return { pool: mean(({ pool }) => pool), agents: new Map(agents.map((name, at) => [name, mean(({ members }) => members[at] ?? null)])) };
}

/** At most so many rounds, the oldest and the newest among them. */
function evenly(rounds: readonly ScoredRound[]): ScoredRound[] {
  if (rounds.length <= MOST_WEIGHTS) return [...rounds];
  return Array.from({ length: MOST_WEIGHTS }, (_, i) => rounds[Math.round((i * (rounds.length - 1)) / (MOST_WEIGHTS - 1))] as ScoredRound);
}

function scoreOf(name: string, rounds: readonly ScoredRound[], forecaster: Forecaster, weight: number | null): ForecasterScore {
  let count = 0;
  let brier = 0;
  let log = 0;
  const bins = Array.from({ length: BINS }, () => ({ forecast: 0, up: 0, count: 0 }));
  for (const round of rounds) {
    const p = forecaster(round);
    if (p === null) continue;
    count += 1;
    brier += brierScore(p, round.outcome);
    log += logScore(p, round.outcome);
    const bin = bins[Math.min(BINS - 1, Math.floor(p * BINS))] as { forecast: number; up: number; count: number };
    bin.forecast += p;
    bin.up += round.outcome;
    bin.count += 1;
  }
  const calibration = bins.filter((bin) => bin.count > 0).map((bin) => ({ forecast: bin.forecast / bin.count, up: bin.up / bin.count, count: bin.count }));
  return { name, rounds: count, brier: count > 0 ? brier / count : null, log: count > 0 ? log / count : null, weight, calibration };
}

/** The agent with the lowest Brier score of those that spoke in at least half as many rounds as the one that spoke most. */
function bestOf(scores: readonly ForecasterScore[]): string | null {
  const most = Math.max(0, ...scores.map(({ rounds }) => rounds));
  let best: ForecasterScore | null = null;
  for (const score of scores) if (score.brier !== null && 2 * score.rounds >= most && (best?.brier == null || score.brier < best.brier)) best = score;
  return best?.name ?? null;
}

function against(kind: PoolAgainst["kind"], name: string, rounds: readonly ScoredRound[], forecaster: Forecaster): PoolAgainst {
  const differences = rounds.flatMap((round) => {
    const p = forecaster(round);
    return p === null ? [] : [brierScore(p, round.outcome) - brierScore(round.pool, round.outcome)];
  });
  const mean = (sample: readonly number[]): number | null => (sample.length === 0 ? null : sample.reduce((sum, one) => sum + one, 0) / sample.length);
  // Under some thirty rounds an interval would be a claim about nothing.
  return { kind, name, rounds: differences.length, better: differences.length < LEAST_ROUNDS ? null : bootstrapInterval(differences, mean, { seed: SEED }) };
}

const LEAST_ROUNDS = 30;

/** Regret of the learned weights against the agent that they look worst beside. */
function regretOf({ state, hedged }: Learning): CouncilScores["regret"] {
  if (state.rounds === 0) return null;
  let worst = 0;
  hedged.forEach((_, i) => {
    if (regret(state, i) > regret(state, worst)) worst = i;
  });
  return { best: hedged[worst] as string, regret: regret(state, worst), bound: regretBound(state, worst) };
}
