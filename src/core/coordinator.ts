import type { Level, Veto, Vote } from "./agent.ts";
import type { Decision, Stance } from "./decision.ts";
import type { PoolName } from "./learning/learning.ts";

/** How votes become a decision. */
export interface CoordinatorParams {
  /** How the weights in force come about; as they are named here unless told. */
  readonly pool?: PoolName;
  /** Decisions from a forecast to its outcome; 24 unless told. */
  readonly horizon?: number;
  /** Weight per agent; 1 where not named. */
  readonly weights: Readonly<Record<string, number>>;
  /** Share of the weight that must vote for a decision other than "hold", 0..1. */
  readonly quorum: number;
  /** Conviction at which a directional stance is entered, 0..1. */
  readonly enter: number;
  /** Conviction under which it is left again, 0..1, below `enter`. */
  readonly leave: number;
  /** Decisions that a stance lasts at least; a halt does not wait. */
  readonly dwell: number;
  /** Share of the Kelly bet that a stance with a direction may put in the market at the most, 0..1; without, sizes alone limit it. */
  readonly kelly?: number;
}

/** What a strategy brings to the table: its name and how well it suits each stance. */
export interface Candidate {
  readonly name: string;
  readonly suits: Readonly<Partial<Record<Stance, number>>>;
}

/** The coordinator's memory of one symbol, whose strategies stay the same. */
export interface Course {
  readonly stance: Stance;
  /** Decisions since the stance was entered. */
  readonly age: number;
  /** Of the symbol's capital, by strategy, since the stance was entered; while holding those of the stance before. */
  readonly shares: Readonly<Record<string, number>>;
}

/** Before the first decision: holding cash and waiting for a quorum. */
export const FIRST_COURSE: Course = { stance: "hold", age: Number.POSITIVE_INFINITY, shares: {} };

/** What the votes come to. */
export interface Pool {
  /** -1..1, weighted by weight and confidence over all weight awake. */
  readonly conviction: number;
  /** -1..1, of the agents that judge the kind of market; 0 without any. */
  readonly ranging: number;
  /** 0..1, the smallest size that a sizing agent allows; 1 without any. */
  readonly size: number;
  /** 0..1, share of the directional weight that is awake. */
  readonly awake: number;
}

/**
 * A linear pool: conviction is the mean of score x confidence by weight over the agents awake. An agent that
 * abstains neither adds nor waters down. Agents that only size (they give `size`) do not vote on direction. The weights
 * are in the order of the agents.
 */
export function pool(votes: readonly Vote[], agents: readonly string[], weights: readonly number[]): Pool {
  let weightAsleep = 0;
  let next = 0;
  for (let i = 0; i < agents.length; i++) {
    // As a rule they come in the order of the council: then nobody is looked for.
    if (votes[next]?.agent === agents[i]) next += 1;
    else if (!hasVoted(votes, agents[i] as string)) weightAsleep += weights[i] as number;
  }
  let weightAwake = 0;
  let score = 0;
  let ranging = 0;
  let rangingWeight = 0;
  let size = 1;
  let place = -1;
  for (const vote of votes) {
    place = agents[place + 1] === vote.agent ? place + 1 : agents.indexOf(vote.agent);
    const weight = weights[place] ?? 1;
    if (vote.size !== undefined) {
      size = Math.min(size, vote.size);
      continue;
    }
    weightAwake += weight;
    score += weight * vote.score * vote.confidence;
    if (vote.ranging !== undefined) {
      ranging += weight * vote.ranging;
      rangingWeight += weight;
    }
  }
  return {
    conviction: weightAwake > 0 ? score / weightAwake : 0,
    ranging: rangingWeight > 0 ? ranging / rangingWeight : 0,
    size,
    // Not divided by a sum of all: rounding would keep a full council under a quorum of 1.
    awake: weightAwake > 0 ? weightAwake / (weightAwake + weightAsleep) : 0,
  };
}

function hasVoted(votes: readonly Vote[], name: string): boolean {
  for (const { agent } of votes) if (agent === name) return true;
  return false;
}

/** The weights of a council in its order, as `pool` takes them: 1 where none is named. */
export function weightsOf(agents: readonly string[], { weights }: Pick<CoordinatorParams, "weights">): readonly number[] {
  return agents.map((name) => weights[name] ?? 1);
}

/** Turns the votes of one symbol into a decision, and moves its course. */
export function coordinate(input: {
  readonly symbol: string;
  readonly time: number;
  readonly votes: readonly Vote[];
  readonly agents: readonly string[];
  readonly candidates: readonly Candidate[];
  readonly course: Course;
  readonly params: CoordinatorParams;
  /** Those of `params` in the order of `agents`, where whoever asks has them at hand. */
  readonly weights?: readonly number[];
  /** Weights that the council has learned, kept with the decision; its record is silent of them when absent. */
  readonly learned?: Readonly<Record<string, number>>;
  /** One standard move of the price over the horizon, fraction; NaN when it is not known. */
  readonly volatility?: number;
  /** Nobody will read the reason: it is left empty. */
  readonly isUnread?: boolean;
}): { decision: Decision; course: Course } {
  const { symbol, time, votes, agents, candidates, params } = input;
  const pooled = pool(votes, agents, input.weights ?? weightsOf(agents, params));
  let vetoes: readonly (Veto & { readonly agent: string })[] = NONE;
  let levels: readonly Level[] = NONE;
  let cap = pooled.size;
  for (const vote of votes) {
    if (vote.veto) {
      vetoes = [...vetoes, { ...vote.veto, agent: vote.agent }];
      cap = Math.min(cap, vote.veto.maxExposure);
    }
    if (vote.levels) levels = levels.length === 0 ? vote.levels : [...levels, ...vote.levels];
  }
  const wanted = cap <= 0 && vetoes.length > 0 ? "halt" : wantedStance(pooled, input.course.stance, params);
  const stance = settle(wanted, input.course, params);
  const stays = stance === input.course.stance;
  // Strategies do not change under a course, so a stance that stays has the shares that it was entered with.
  const shares = stance === "hold" || stays ? input.course.shares : sharesFor(stance, candidates);
  const course: Course = { stance, age: stays ? input.course.age + 1 : 1, shares };
  const bet = stance === "accumulate" ? kellyCap(pooled.conviction, input.volatility ?? Number.NaN, params) : 1;
  const exposure = stance === "halt" ? 0 : Math.min(cap, bet);
  const reason = input.isUnread ? "" : explain({ stance, wanted, pooled, vetoes, shares, exposure, params });
  const { conviction } = pooled;
  const { learned } = input;
  return {
    decision: learned === undefined
      ? { symbol, time, stance, conviction, exposure, shares, levels, votes, vetoes, reason }
      : { symbol, time, stance, conviction, exposure, shares, levels, votes, vetoes, reason, weights: learned },
    course,
  };
}

const NONE: readonly never[] = [];

/** Mean of |move| over its standard deviation, of a normal one. */
const MEAN_MOVE = Math.sqrt(2 / Math.PI);

/**
 * The largest exposure that a forecast is worth, 0..1: `kelly` x edge / variance of the move over the horizon (Kelly, 1956;
 * in the small-move form of Thorp). A forecast says only which way, so its edge is conviction x mean absolute move.
 */
export function kellyCap(conviction: number, volatility: number, { kelly }: Pick<CoordinatorParams, "kelly">): number {
  if (kelly === undefined) return 1;
  // Nothing is known of the moves yet: a bet that cannot be sized is not made.
  if (!(volatility > 0)) return 0;
  return Math.max(0, Math.min(1, (kelly * conviction * MEAN_MOVE) / volatility));
}

function wantedStance(pooled: Pool, current: Stance, params: CoordinatorParams): Stance {
  if (pooled.awake < params.quorum || pooled.awake === 0) return "hold";
  if (pooled.conviction >= (current === "accumulate" ? params.leave : params.enter)) return "accumulate";
  if (pooled.conviction <= -(current === "reduce" ? params.leave : params.enter)) return "reduce";
  // The same hysteresis for the kind of market, so that a grid is not built and torn down on noise.
  return pooled.ranging >= (current === "range" ? -params.leave : params.leave) ? "range" : "hold";
}

function settle(wanted: Stance, course: Course, params: CoordinatorParams): Stance {
  if (wanted === "halt" || wanted === course.stance) return wanted;
  return course.age >= params.dwell || course.stance === "halt" ? wanted : course.stance;
}

function sharesFor(stance: Stance, candidates: readonly Candidate[]): Readonly<Record<string, number>> {
  const shares: Record<string, number> = {};
  let total = 0;
  for (const { suits } of candidates) total += suits[stance] ?? 0;
  if (total <= 0) return shares;
  for (const { name, suits } of candidates) {
    const suit = suits[stance] ?? 0;
    if (suit > 0) shares[name] = suit / total;
  }
  return shares;
}

/** "+0.25", in which the council speaks of convictions. */
export const signed = (value: number): string => (value < 0 ? "-" : "+") + Math.abs(value).toFixed(2);
/** "65 %", in which it speaks of shares. */
export const percent = (value: number): string => `${Math.round(value * 100)} %`;

function explain(found: {
  readonly stance: Stance;
  readonly wanted: Stance;
  readonly pooled: Pool;
  readonly vetoes: readonly (Veto & { agent: string })[];
  readonly shares: Readonly<Record<string, number>>;
  readonly exposure: number;
  readonly params: CoordinatorParams;
}): string {
  const { stance, wanted, pooled, vetoes, shares, exposure } = found;
  const lean = `conviction ${signed(pooled.conviction)}, market ${pooled.ranging >= 0 ? "ranging" : "trending"} ${signed(pooled.ranging)}`;
  const veto = vetoes.length > 0 ? ` ${vetoes.map((v) => `${v.agent}: ${v.limit}`).join("; ")}.` : "";
  if (stance === "halt") return `Everything is sold and nothing opened.${veto}`;
  const split = Object.entries(shares)
    .map(([name, share]) => `${name} ${percent(share)}`)
    .join(", ");
  const allowed = ` of at most ${percent(exposure)} exposure`;
  const waits = wanted === stance ? "" : ` The votes now say ${wanted}; the stance is kept until it has lasted ${found.params.dwell} decisions.`;
  // A stance that only its dwell keeps is not what the votes say.
  const says = (now: string): string => (waits === "" ? now : `Still "${stance}"`);
  switch (stance) {
    case "range":
      return `${says("The market moves sideways")} (${lean}): ${split}${allowed}.${waits}${veto}`;
    case "accumulate":
      return `${says("The council leans up")} (${lean}): ${split}${allowed}.${waits}${veto}`;
    case "reduce":
      return `${says("The council leans down")} (${lean}): nothing new is bought, what is held leaves at its own exits.${waits}${veto}`;
    default:
      return pooled.awake < found.params.quorum || pooled.awake === 0
        ? `Only ${percent(pooled.awake)} of the council voted, under the quorum of ${percent(found.params.quorum)}: everything stays as it is.${veto}`
        : `${says("No clear view")} (${lean}): everything stays as it is.${waits}${veto}`;
  }
}
