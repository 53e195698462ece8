/** What AdaHedge has learned: plain data, one entry an expert. */
export interface HedgeState {
  /** Prior weights, positive, summing to 1. */
  readonly prior: readonly number[];
  /** Cumulative losses; an expert that slept a round is charged the pool's own loss of it. */
  readonly losses: readonly number[];
  /** Cumulative mixability gap, from which the learning rate comes. */
  readonly gap: number;
  /** Rounds in which anyone was awake. */
  readonly rounds: number;
  /** Cumulative loss of the weighted pool. */
  readonly poolLoss: number;
}

/** Before the first round. `prior` is scaled to a sum of 1; entries must be positive. */
export function startHedge(prior: readonly number[]): HedgeState {
  const sum = prior.reduce((total, weight) => total + weight, 0);
  return { prior: prior.map((weight) => weight / sum), losses: prior.map(() => 0), gap: 0, rounds: 0, poolLoss: 0 };
}

/**
 * AdaHedge weights of all experts, summing to 1 (de Rooij, van Erven, Grünwald and Koolen, "Follow the leader if you
 * can, hedge if you must", JMLR 15, 2014): w ~ prior x exp(-eta x loss) with eta = ln N / gap. As long as the gap is
 * nothing eta is without bound, and the leaders share the weight by their prior.
 */
export function hedgeWeights({ prior, losses, gap }: HedgeState): number[] {
  const least = Math.min(...losses);
  const eta = learningRate(prior.length, gap);
  const raw = losses.map((loss, i) => (prior[i] as number) * (eta === Number.POSITIVE_INFINITY ? Number(loss === least) : Math.exp(-eta * (loss - least))));
  const sum = raw.reduce((total, weight) => total + weight, 0);
  return raw.map((weight) => weight / sum);
}

/**
 * One round. `losses` in 0..1, NaN for experts that slept: they neither gain nor lose against the pool (sleeping
 * experts; Freund, Schapire, Singer and Warmuth, 1997), since they are charged what the pool lost. A round in which
 * all slept changes nothing.
 */
export function hedgeRound(state: HedgeState, losses: readonly number[]): HedgeState {
  const weights = hedgeWeights(state);
  let awake = 0;
  let weighted = 0;
  losses.forEach((loss, i) => {
    if (Number.isNaN(loss)) return;
    awake += weights[i] as number;
    weighted += (weights[i] as number) * loss;
  });
  if (losses.every(Number.isNaN)) return state;
  // All weight may lie with those asleep: then the awake share the round by their prior.
  const pooled = awake > 0 ? weighted / awake : priorMean(state.prior, losses);
  const charged = losses.map((loss) => (Number.isNaN(loss) ? pooled : loss));
  const eta = learningRate(state.prior.length, state.gap);
  const hedge = weights.reduce((sum, weight, i) => sum + weight * (charged[i] as number), 0);
  const gap = Math.max(0, hedge - mixLoss(state, charged, eta));
  return {
    prior: state.prior,
    losses: state.losses.map((loss, i) => loss + (charged[i] as number)),
    gap: state.gap + gap,
    rounds: state.rounds + 1,
    poolLoss: state.poolLoss + pooled,
  };
}

/**
 * By how much the pool may have lost more than an expert did over the rounds in which that one was awake, at the most:
 * gap x (1 + ln(1 / prior) / ln N). It holds on every sequence (the cited paper's lemma 3: cumulative mix loss and gap).
 */
export function regretBound({ prior, gap }: HedgeState, expert: number): number {
  if (prior.length < 2) return 0;
  return gap * (1 + Math.log(1 / (prior[expert] as number)) / Math.log(prior.length));
}

/** By how much the pool has lost more than an expert over the rounds in which that one was awake; negative when it lost less. */
export function regret({ losses, poolLoss }: HedgeState, expert: number): number {
  return poolLoss - (losses[expert] as number);
}

/** Losses that differ by less are the same: a rate from it would overflow. */
const NO_GAP = 1e-12;

function learningRate(experts: number, gap: number): number {
  return gap > NO_GAP && experts > 1 ? Math.log(experts) / gap : Number.POSITIVE_INFINITY;
}

/**
 * What a round does to the potential -1/eta ln sum prior exp(-eta loss). Taken from cumulative losses, each shifted by
 * its least: weights themselves underflow when the rate is high, and a leader that falls would be missed.
 */
function mixLoss({ prior, losses }: HedgeState, charged: readonly number[], eta: number): number {
  return potential(prior, losses.map((loss, i) => loss + (charged[i] as number)), eta) - potential(prior, losses, eta);
}

function potential(prior: readonly number[], losses: readonly number[], eta: number): number {
  const least = Math.min(...losses);
  if (eta === Number.POSITIVE_INFINITY) return least;
  return least - Math.log(losses.reduce((sum, loss, i) => sum + (prior[i] as number) * Math.exp(-eta * (loss - least)), 0)) / eta;
}

function priorMean(prior: readonly number[], losses: readonly number[]): number {
  let weight = 0;
  let sum = 0;
  losses.forEach((loss, i) => {
    if (Number.isNaN(loss)) return;
    weight += prior[i] as number;
    sum += (prior[i] as number) * loss;
  });
  return sum / weight;
}
