import type { Vote } from "../agent.ts";
import { type HedgeState, hedgeRound, hedgeWeights, startHedge } from "./ada-hedge.ts";
import { brierScore, clip, forecastOf, outcomeOf } from "./forecast.ts";

/** How weights come about: learned by AdaHedge, the same for all, or as the definition says. */
export const POOLS = ["hedge", "equal", "fixed"] as const;
export type PoolName = (typeof POOLS)[number];

/** What the members of a council forecast at one time, before anything is known of it. */
export interface Forecasts {
  /** Epoch milliseconds of the decision. */
  readonly time: number;
  /** Quote, at that time. */
  readonly price: number;
  /** Probability of a higher price at the horizon, by agent; null for those that abstained. */
  readonly members: readonly (number | null)[];
  /** Weights that were in force, by agent. */
  readonly weights: readonly number[];
  /** The pool's forecast with the weights in force, with AdaHedge's, with equal ones. */
  readonly pool: number;
  readonly hedge: number;
  readonly equal: number;
  /** Share of earlier rounds that went up, (ups + 1) / (rounds + 2): a forecaster that never looks. */
  readonly base: number;
}

/** Forecasts whose horizon has passed. */
export interface ScoredRound extends Forecasts {
  /** When the outcome was known, epoch milliseconds. */
  readonly due: number;
  /** 1 up, 0 down, 0.5 neither. */
  readonly outcome: number;
}

/** How a council learns. */
export interface LearningParams {
  readonly pool: PoolName;
  /** Decisions from a forecast to its outcome; one forecast is taken per horizon, so that outcomes do not overlap. */
  readonly horizon: number;
  /** Weight per agent; 1 where not named. The prior of the learned weights. */
  readonly weights: Readonly<Record<string, number>>;
}

/** Rounds kept for reports; what was learned from older ones stays. */
const KEPT = 5_000;

/** What one symbol's council has learned of its members. It changes in the order of decisions alone, so a replay learns the same. */
export class Learning {
  /** Agents that vote on direction, in the council's order. */
  readonly agents: readonly string[];
  readonly #params: LearningParams;
  readonly #fixed: readonly number[];
  /** Which agents count at all: a weight of 0 in the definition is never learned away. */
  readonly #counted: readonly number[];
  #state: HedgeState;
  #weights: Readonly<Record<string, number>> | null = null;
  #pending: Forecasts | null = null;
  #age = 0;
  #ups = 0;
  readonly #rounds: ScoredRound[] = [];

  constructor(agents: readonly string[], params: LearningParams) {
    this.agents = agents;
    this.#params = params;
    this.#fixed = agents.map((name) => params.weights[name] ?? 1);
    this.#counted = agents.flatMap((_, i) => ((this.#fixed[i] as number) > 0 ? [i] : []));
    this.#state = startHedge(this.#counted.map((i) => this.#fixed[i] as number));
  }

  /** How the weights in force come about. */
  get pool(): PoolName {
    return this.#params.pool;
  }

  /** Decisions from a forecast to its outcome. */
  get horizon(): number {
    return this.#params.horizon;
  }

  /** Rounds whose outcome is known, oldest first; at most 5,000. */
  get rounds(): readonly ScoredRound[] {
    return this.#rounds;
  }

  /** What AdaHedge knows of the agents in `hedged`. */
  get state(): HedgeState {
    return this.#state;
  }

  /** Agents with a weight, in the order of `state`. */
  get hedged(): readonly string[] {
    return this.#counted.map((i) => this.agents[i] as string);
  }

  /** Weights in force, by name; learned ones have a mean of 1. */
  weights(): Readonly<Record<string, number>> {
    if (this.#weights !== null) return this.#weights;
    const values = this.#inForce();
    return (this.#weights = Object.fromEntries(this.agents.map((name, i) => [name, values[i] as number])));
  }

  /**
   * One decision further. Forecasts whose horizon has passed are scored at this price first, and only then are new
   * ones taken. Returns the round that was scored, if one was.
   */
  pass(time: number, price: number, votes: readonly Vote[]): ScoredRound | null {
    if (this.#pending !== null) this.#age += 1;
    const scored = this.#pending !== null && this.#age >= this.#params.horizon ? this.#score(this.#pending, time, price) : null;
    if (this.#pending === null) this.#take(time, price, votes);
    return scored;
  }

  #score(forecasts: Forecasts, time: number, price: number): ScoredRound {
    const outcome = outcomeOf(forecasts.price, price);
    const losses = this.#counted.map((i) => {
      const p = forecasts.members[i];
      return p === null || p === undefined ? Number.NaN : brierScore(p, outcome);
    });
    this.#state = hedgeRound(this.#state, losses);
    this.#weights = null;
    const round: ScoredRound = { ...forecasts, due: time, outcome };
    this.#rounds.push(round);
    if (this.#rounds.length > KEPT) this.#rounds.shift();
    this.#ups += outcome;
    this.#pending = null;
    return round;
  }

  #take(time: number, price: number, votes: readonly Vote[]): void {
    const members = this.agents.map((name, i) => {
      const vote = (this.#fixed[i] as number) > 0 ? votes.find(({ agent }) => agent === name) : undefined;
      return vote === undefined ? null : forecastOf(vote);
    });
    if (members.every((p) => p === null)) return;
    const weights = this.#inForce();
    this.#age = 0;
    this.#pending = {
      time,
      price,
      members,
      weights,
      pool: mean(members, weights),
      hedge: mean(members, this.#learned()),
      equal: mean(members, this.#fixed.map((weight) => Number(weight > 0))),
      base: clip((this.#ups + 1) / (this.#state.rounds + 2)),
    };
  }

  #inForce(): readonly number[] {
    switch (this.#params.pool) {
      case "hedge":
        return this.#learned();
      case "equal":
        return this.#fixed.map((weight) => Number(weight > 0));
      case "fixed":
        return this.#fixed;
    }
  }

  #learned(): readonly number[] {
    const learned = hedgeWeights(this.#state);
    const weights = this.agents.map(() => 0);
    this.#counted.forEach((at, i) => {
      weights[at] = (learned[i] as number) * this.#counted.length;
    });
    return weights;
  }
}

/** Mean forecast of those awake by weight; by head when nobody awake has any. */
function mean(members: readonly (number | null)[], weights: readonly number[]): number {
  let total = 0;
  let sum = 0;
  members.forEach((p, i) => {
    if (p === null) return;
    total += weights[i] as number;
    sum += (weights[i] as number) * p;
  });
  if (total > 0) return sum / total;
  const awake = members.filter((p) => p !== null);
  return awake.reduce((all, p) => all + p, 0) / awake.length;
}
