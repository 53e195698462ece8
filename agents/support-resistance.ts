import { z } from "zod";
import { defineAgent, type Level } from "../src/core/agent.ts";
import type { Swing, SwingWindow } from "../src/core/indicators/swings.ts";

const params = z.strictObject({
  lookback: z.number().int().min(30).max(5_000).default(240).describe("bars in which swings are looked for"),
  wing: z.number().int().min(1).max(50).default(8).describe("bars on either side that a swing must top; it is known that much later"),
  cluster: z.number().positive().max(5).default(1).describe("swings within this many ATR are one level"),
  minTouches: z.number().int().min(1).max(20).default(2).describe("touches that make a level"),
  halfLife: z.number().positive().default(120).describe("bars after which a touch counts half"),
  keep: z.number().int().min(1).max(10).default(3).describe("strongest levels kept on either side of the price"),
});
type Params = z.infer<typeof params>;

const ATR_PERIOD = 14;
/** Touches of the two nearest levels from which on their word counts in full, and how much that is: surer forecasts scored worse than a coin (docs/results.md). */
const FULL_TOUCHES = 8;
const MOST_SURE = 0.3;
/** Share of the way between two levels within which the nearer one speaks. */
const REACH = 0.35;

/** Where the price stands between the levels at which the market has turned before. */
export const supportResistance = defineAgent<Params>({
  name: "support-resistance",
  title: "swing highs and lows clustered into levels; speaks near them, is silent between them",
  params,
  // The oldest swing needs its wing before it, and Wilder's average eight lengths to forget its first value.
  warmup: (p) => Math.max(p.lookback + p.wing + 1, 8 * ATR_PERIOD),

  vote({ candles, indicators, isUnread }, p) {
    const price = candles.close(0);
    const range = indicators.atr(ATR_PERIOD);
    if (!(range > 0)) return null;
    const levels = findLevels(indicators.swingWindow(p.wing, p.lookback), candles.length - 1, price, p, range);
    const below = strongest(levels, "support", p.keep);
    const above = strongest(levels, "resistance", p.keep);
    const support = below.at(-1);
    const resistance = above[0];
    if (!support && !resistance) return null;
    const low = support?.price ?? price - 3 * range;
    const high = resistance?.price ?? price + 3 * range;
    const way = (price - low) / (high - low);
    const lift = support && way < REACH ? support.strength * (1 - way / REACH) : 0;
    const weight = resistance && way > 1 - REACH ? resistance.strength * (1 - (1 - way) / REACH) : 0;
    const touches = (support?.touches ?? 0) + (resistance?.touches ?? 0);
    return {
      score: lift - weight,
      confidence: MOST_SURE * Math.min(1, touches / FULL_TOUCHES),
      reason: isUnread ? "" : explain(price, way, support, resistance),
      evidence: isUnread ? {} : { support: support?.price ?? "none", resistance: resistance?.price ?? "none", way, touches, atr: range },
      levels: [...below, ...above],
    };
  },
});

function explain(price: number, way: number, support: Level | undefined, resistance: Level | undefined): string {
  const at = number(price);
  if (!support) return `price ${at} has no support below it; resistance at ${number(resistance?.price ?? 0)} (${resistance?.touches ?? 0} touches)`;
  if (!resistance) return `price ${at} has no resistance above it; support at ${number(support.price)} (${support.touches} touches)`;
  const percent = Math.round(way * 100);
  return `price ${at} is ${percent} % of the way from support ${number(support.price)} (${support.touches} touches) to resistance ${number(resistance.price)} (${resistance.touches} touches)`;
}

/** Five significant digits, without an exponent. */
function number(value: number): string {
  return value >= 10_000 ? String(Math.round(value)) : String(Number(value.toPrecision(5)));
}

/** The strongest levels of one kind, of equally strong ones the lower; like all levels, by rising price. */
function strongest(levels: readonly Level[], kind: Level["kind"], keep: number): Level[] {
  const own = levels.filter((level) => level.kind === kind);
  while (own.length > keep) {
    let weakest = 0;
    for (let i = 1; i < own.length; i++) if ((own[i] as Level).strength <= (own[weakest] as Level).strength) weakest = i;
    own.splice(weakest, 1);
  }
  return own;
}

/** A reaction of this many ATR counts in full. */
const FULL_REACTION = 4;

/** How far the price went after a swing, until it turned again or until now, in ATR over `FULL_REACTION`, at most 1. */
function reactionTo(swings: readonly Swing[], at: number, price: number, range: number): number {
  const swing = swings[at] as Swing;
  let turned = price;
  for (let k = at + 1; k < swings.length; k++) {
    const later = swings[k] as Swing;
    if (later.kind !== swing.kind) {
      turned = later.price;
      break;
    }
  }
  return Math.min(1, Math.abs(turned - swing.price) / (FULL_REACTION * range));
}

/** 0.5 ^ (age / half life) by age in bars, of the half life last asked for: a power is what a swing costs most. */
let recency: { readonly halfLife: number; readonly byAge: number[] } = { halfLife: 0, byAge: [] };

function recencyTable(halfLife: number, oldest: number): readonly number[] {
  if (recency.halfLife !== halfLife) recency = { halfLife, byAge: [] };
  const { byAge } = recency;
  for (let age = byAge.length; age <= oldest; age++) byAge.push(0.5 ** (age / halfLife));
  return byAge;
}

/**
 * Clusters swings by price and scores each cluster. A level's kind is the side of the price it is on now, so a
 * broken support becomes resistance. Strength grows with recent touches, their volume and how far the price then
 * turned back, and falls with each time it went straight through. Returned by rising price.
 */
function findLevels({ swings, byPrice, meanVolume }: SwingWindow, newest: number, price: number, p: Params, range: number): Level[] {
  if (swings.length === 0) return [];
  const tolerance = range * p.cluster;
  const faded = recencyTable(p.halfLife, newest - (swings[0] as Swing).index);
  const levels: Level[] = [];
  for (let start = 0; start < byPrice.length; ) {
    const first = (swings[byPrice[start] as number] as Swing).price;
    let end = start;
    let weightSum = 0;
    let priceSum = 0;
    for (; end < byPrice.length; end++) {
      const place = byPrice[end] as number;
      const { price: at, index, volume } = swings[place] as Swing;
      if (at - first > tolerance) break;
      const busy = meanVolume > 0 ? Math.min(2, volume / meanVolume) : 1;
      const weight = (faded[newest - index] as number) * (0.5 + busy / 2) * reactionTo(swings, place, price, range);
      weightSum += weight;
      priceSum += weight * at;
    }
    const touches = end - start;
    start = end;
    if (touches < p.minTouches || weightSum <= 0) continue;
    const centre = priceSum / weightSum;
    const bounceRate = touches / (touches + passes(swings, centre, tolerance));
    levels.push({
      kind: centre <= price ? "support" : "resistance",
      price: centre,
      strength: 1 - Math.exp(-weightSum * bounceRate),
      touches,
    });
  }
  return levels;
}

/** How often the price went from one swing to the next right through a level. */
function passes(swings: readonly Swing[], level: number, tolerance: number): number {
  let count = 0;
  let before = (swings[0]?.price ?? level) - level;
  for (let i = 1; i < swings.length; i++) {
    const after = (swings[i] as Swing).price - level;
    if (before * after < 0 && Math.abs(before) > tolerance && Math.abs(after) > tolerance) count += 1;
    before = after;
  }
  return count;
}
