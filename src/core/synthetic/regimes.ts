import type { Random } from "../random.ts";

/** Kinds of synthetic markets. */
export const MARKET_KINDS = ["range", "trend-up", "trend-down", "crash", "chop", "mix", "driftless"] as const;
/** One of them. */
export type MarketKind = (typeof MARKET_KINDS)[number];
/** What a market can be in at one time. */
export type RegimeKind = "range" | "trend-up" | "trend-down" | "crash" | "chop" | "none";

/** A stretch of one kind. */
export interface Regime {
  readonly kind: RegimeKind;
  /** Minutes it lasts. */
  readonly minutes: number;
  /** Log return a minute. */
  readonly drift: number;
  /** Volatility as a multiple of the market's own. */
  readonly volatility: number;
  /** Pull towards the price at which the regime began, per minute. */
  readonly pull: number;
  /** Half width between planted support and resistance, fraction; 0 plants none. */
  readonly levels: number;
}

const DAY = 1_440;

/** Successive regimes of a market, drawn in the order of time. `stretch` is the log of the price over its start. */
export function regimesOf(kind: MarketKind, random: Random): (stretch: number) => Regime {
  let count = 0;
  const days = (least: number, most: number): number => Math.round((least + random.uniform() * (most - least)) * DAY);
  const range = (): Regime => ({ kind: "range", minutes: days(5, 12), drift: 0, volatility: 0.75, pull: 5e-4, levels: 0.022 + 0.018 * random.uniform() });
  const chop = (): Regime => ({ kind: "chop", minutes: days(2, 6), drift: 0, volatility: 1.5, pull: 9e-4, levels: 0.035 + 0.02 * random.uniform() });
  const trend = (sign: 1 | -1, daily: number): Regime => ({
    kind: sign === 1 ? "trend-up" : "trend-down",
    minutes: days(3, 9),
    drift: (sign * daily) / DAY,
    volatility: 0.9,
    pull: 0,
    levels: 0,
  });
  const crash = (): Regime => {
    const minutes = days(0.8, 2);
    return { kind: "crash", minutes, drift: -(0.38 + 0.27 * random.uniform()) / minutes, volatility: 2.6, pull: 0, levels: 0 };
  };
  // It earns back about what a crash takes, so that years of crashes stay within sight of the start.
  const recovery = (): Regime => ({ kind: "chop", minutes: days(20, 30), drift: 0.021 / DAY, volatility: 1.5, pull: 0, levels: 0 });
  switch (kind) {
    case "range":
      return range;
    case "chop":
      return chop;
    case "driftless":
      return () => ({ kind: "none", minutes: 30 * DAY, drift: 0, volatility: 1, pull: 0, levels: 0 });
    case "trend-up":
    case "trend-down":
      return () => (++count % 4 === 0 ? { ...range(), minutes: days(2, 4) } : trend(kind === "trend-up" ? 1 : -1, 0.007));
    case "crash":
      return () => {
        count += 1;
        if (count % 3 === 1) return { ...range(), minutes: days(14, 24) };
        return count % 3 === 2 ? crash() : recovery();
      };
    case "mix":
      return (stretch) => {
        const draw = random.uniform();
        // What has risen far is likelier to fall, so that years stay within sight of the start.
        const up = 1 / (1 + Math.exp(1.5 * stretch));
        if (draw < 0.4) return range();
        if (draw < 0.55) return chop();
        if (draw < 0.97) return trend(random.uniform() < up ? 1 : -1, 0.011);
        return crash();
      };
  }
}
