import { z } from "zod";
import { defineAgent, type Level, NO_EVIDENCE } from "../src/core/agent.ts";
import { SWING, type SwingWindow } from "../src/core/indicators/swings.ts";

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
    if (levels.length === 0) return null;
    let supports = 0;
    while (supports < levels.length && levels[supports]?.kind === "support") supports += 1;
    const support = supports > 0 ? levels[supports - 1] : undefined;
    const resistance = levels[supports];
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
      evidence: isUnread ? NO_EVIDENCE : { support: support?.price ?? "none", resistance: resistance?.price ?? "none", way, touches, atr: range },
      levels,
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

/** A reaction of this many ATR counts in full. */
const FULL_REACTION = 4;

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
 * turned back, and falls with each time it went straight through. The strongest of each kind, by rising price.
 */
function findLevels(window: SwingWindow, newest: number, price: number, p: Params, range: number): Level[] {
  const levels: Level[] = [];
  /** Where those above the price begin. */
  let supports = 0;
  const { count, rows } = window;
  if (count === 0) return levels;
  const tolerance = range * p.cluster;
  const full = FULL_REACTION * range;
  const faded = recencyTable(p.halfLife, newest - window.oldest);
  for (let start = 0; start < count; ) {
    const first = rows[start * SWING.size + SWING.price] as number;
    let end = start;
    let weightSum = 0;
    let priceSum = 0;
    for (; end < count; end++) {
      const row = end * SWING.size;
      const at = rows[row + SWING.price] as number;
      if (at - first > tolerance) break;
      const went = rows[row + SWING.reach] as number;
      // After the newest swings the price has not turned yet: it has gone as far as it is now.
      const reaction = Math.min(1, (went >= 0 ? went : Math.abs(price - at)) / full);
      const weight = (faded[newest - (rows[row + SWING.index] as number)] as number) * (0.5 + Math.min(2, rows[row + SWING.busy] as number) / 2) * reaction;
      weightSum += weight;
      priceSum += weight * at;
    }
    const touches = end - start;
    start = end;
    if (touches < p.minTouches || weightSum <= 0) continue;
    const centre = priceSum / weightSum;
    const bounceRate = touches / (touches + passes(window, centre, tolerance));
    const strength = 1 - Math.exp(-weightSum * bounceRate);
    if (centre <= price) {
      keepStrongest(levels, 0, "support", centre, strength, touches, p.keep);
      supports = levels.length;
    } else keepStrongest(levels, supports, "resistance", centre, strength, touches, p.keep);
  }
  return levels;
}

/** Puts a level at the end if it is one of the `keep` strongest of those from place `from` on; of equally strong ones the lower stays. */
function keepStrongest(levels: Level[], from: number, kind: Level["kind"], price: number, strength: number, touches: number, keep: number): void {
  const { length } = levels;
  if (length - from < keep) {
    levels.push({ kind, price, strength, touches });
    return;
  }
  let weakest = from;
  for (let i = from + 1; i < length; i++) if ((levels[i] as Level).strength <= (levels[weakest] as Level).strength) weakest = i;
  if (strength <= (levels[weakest] as Level).strength) return;
  for (let i = weakest; i < length - 1; i++) levels[i] = levels[i + 1] as Level;
  levels[length - 1] = { kind, price, strength, touches };
}

/** How often the price went from one swing to the next right through a level. */
function passes({ rows, path, count }: SwingWindow, level: number, tolerance: number): number {
  let passed = 0;
  let before = sideOf(rows[path] as number, level, tolerance);
  for (let i = path + 1; i < path + count; i++) {
    const after = sideOf(rows[i] as number, level, tolerance);
    // 1 when the sides differ, in whose product the sign is set. Nobody can guess the turns of a market, a processor neither: without branches this takes half the time.
    passed += (before * after) >>> 31;
    before = after;
  }
  return passed;
}

/** 1 above a level, -1 below it, 0 within the tolerance of it. */
function sideOf(price: number, level: number, tolerance: number): number {
  const distance = price - level;
  return (Number(distance > tolerance) | 0) - (Number(distance < -tolerance) | 0);
}
