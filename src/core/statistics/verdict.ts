/** What is known about a result; `null` where it is not known. */
export interface Evidence {
  /** Probability 0..1 that the Sharpe ratio is over what luck among the trials would show. */
  readonly deflatedSharpe: number | null;
  /** Probability 0..1 that the best in sample is in the worse half out of sample. */
  readonly pbo: number | null;
  /** Periods observed. */
  readonly observations: number | null;
  /** Periods needed to tell the Sharpe ratio from the benchmark; infinite when it is not over it. */
  readonly minimumTrackRecord: number | null;
  /** Chance 0..1 of a mean this high among trials without any edge. */
  readonly realityCheckP: number | null;
  /** Return of the whole time as a fraction, after costs. */
  readonly totalReturn?: number | null;
  /** Annual growth out of sample over growth in sample. */
  readonly walkForwardEfficiency?: number | null;
}

/** Whether anything speaks against trading a result, in one line, with the reasons as sentences. */
export interface Verdict {
  readonly trade: boolean;
  readonly line: string;
  readonly reasons: readonly string[];
}

/**
 * The lines a result must not cross. None of them is a law of nature:
 * - confidence 0.95, p 0.05: the usual price of calling luck skill, at which one honest nothing in twenty still passes. The
 *   deflated Sharpe ratio, the minimum track record and the reality check are held to the same one, so that none is easier to meet.
 * - PBO 0.5 is a coin: above it, choosing the best of the past does worse than choosing blindly.
 * - 30 observations: all of these formulas are of long samples. Two gains alone would meet every other line.
 * - walk-forward efficiency 0.5 is Pardo's rule of thumb: less than half of the growth survived the step to unseen time.
 */
export const THRESHOLDS = { confidence: 0.95, realityCheckP: 0.05, pbo: 0.5, observations: 30, walkForwardEfficiency: 0.5 } as const;

/** One thing that speaks against a result: a few words for the line, and a sentence. */
interface Objection {
  readonly short: string;
  readonly sentence: string;
}

/** Judges a result by what is known about it. What is not known neither helps nor harms, except that nothing passes without a deflated Sharpe ratio. */
export function verdictOf(evidence: Evidence): Verdict {
  const against = objections(evidence);
  if (against.length > 0) {
    return { trade: false, line: `would not trade this: ${against.map(({ short }) => short).join(", ")}`, reasons: against.map(({ sentence }) => sentence) };
  }
  const unknown = unknowns(evidence);
  return {
    trade: true,
    line: "nothing here speaks against it, which is not a promise",
    reasons: unknown.length === 0 ? [] : [`Not known, so not judged: ${unknown.join(", ")}.`],
  };
}

function objections(evidence: Evidence): Objection[] {
  return [luck(evidence), loss(evidence), overfitting(evidence), record(evidence), snooping(evidence), walkForward(evidence)].filter((one) => one !== null);
}

function luck({ deflatedSharpe }: Evidence): Objection | null {
  if (deflatedSharpe === null) {
    return { short: "Sharpe ratio not known", sentence: "Its Sharpe ratio cannot be judged: nothing varies, or there is too little to go by." };
  }
  if (deflatedSharpe >= THRESHOLDS.confidence) return null;
  return {
    short: `deflated Sharpe ${digits(deflatedSharpe, THRESHOLDS.confidence)}`,
    sentence: `The confidence that it beats the luck of choosing among the trials is ${digits(deflatedSharpe, THRESHOLDS.confidence)}; at least ${THRESHOLDS.confidence} is asked for.`,
  };
}

function loss({ totalReturn }: Evidence): Objection | null {
  if (totalReturn === undefined || totalReturn === null || totalReturn > 0) return null;
  return { short: "no profit", sentence: `It returned ${(totalReturn * 100).toFixed(1)} % in all.` };
}

function overfitting({ pbo }: Evidence): Objection | null {
  if (pbo === null || pbo < THRESHOLDS.pbo) return null;
  return {
    short: `PBO ${digits(pbo, THRESHOLDS.pbo)}`,
    sentence: `The best of one half of the time was in the worse half of the trials in the other half of it in ${digits(pbo, THRESHOLDS.pbo)} of all splits: choosing it is no better than a coin.`,
  };
}

function record({ observations, minimumTrackRecord }: Evidence): Objection | null {
  if (minimumTrackRecord === null) return null;
  if (minimumTrackRecord === Number.POSITIVE_INFINITY) {
    return { short: "Sharpe not over the benchmark", sentence: "Its Sharpe ratio is not over the benchmark, so no track record is long enough." };
  }
  if (observations === null) return null;
  if (observations < THRESHOLDS.observations && minimumTrackRecord <= THRESHOLDS.observations) {
    return { short: `track record ${observations} of ${THRESHOLDS.observations}`, sentence: `Nothing can be told from under ${THRESHOLDS.observations} observations, and there are ${observations}.` };
  }
  if (observations >= minimumTrackRecord) return null;
  const needed = Math.ceil(minimumTrackRecord);
  return {
    short: `track record ${observations} of ${needed}`,
    sentence: `${observations} observations are too few: a Sharpe ratio like this one needs ${needed} to be told from the benchmark, before any choosing.`,
  };
}

function snooping({ realityCheckP }: Evidence): Objection | null {
  if (realityCheckP === null || realityCheckP <= THRESHOLDS.realityCheckP) return null;
  return {
    short: `reality check p ${digits(realityCheckP, THRESHOLDS.realityCheckP)}`,
    sentence: `Among as many trials without any edge, the best mean would be this high with a chance of ${digits(realityCheckP, THRESHOLDS.realityCheckP)}.`,
  };
}

function walkForward({ walkForwardEfficiency }: Evidence): Objection | null {
  if (walkForwardEfficiency === undefined || walkForwardEfficiency === null || walkForwardEfficiency >= THRESHOLDS.walkForwardEfficiency) return null;
  return {
    short: `walk-forward efficiency ${digits(walkForwardEfficiency, THRESHOLDS.walkForwardEfficiency)}`,
    sentence: `Out of sample it kept ${digits(walkForwardEfficiency, THRESHOLDS.walkForwardEfficiency)} of its growth in sample; at least ${THRESHOLDS.walkForwardEfficiency} is asked for.`,
  };
}

function unknowns(evidence: Evidence): string[] {
  const names: [string, unknown][] = [
    ["probability of backtest overfitting", evidence.pbo],
    ["minimum track record", evidence.observations === null ? null : evidence.minimumTrackRecord],
    ["reality check", evidence.realityCheckP],
    // Who leaves these out does not look for them; who gives null looked and did not find.
    ["total return", evidence.totalReturn],
    ["walk-forward efficiency", evidence.walkForwardEfficiency],
  ];
  return names.filter(([, value]) => value === null).map(([name]) => name);
}

/** Two decimals, and more where they would round a value onto the limit that it missed. */
function digits(value: number, limit: number): string {
  for (let decimals = 2; decimals < 6; decimals++) {
    const text = value.toFixed(decimals);
    if (value === limit || Number(text) !== limit) return text;
  }
  return String(value);
}
