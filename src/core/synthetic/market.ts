import { allocateSeries, type CandleSeries } from "../candle.ts";
import { createRandom } from "../random.ts";
import { resample } from "../resample.ts";
import { formatTimeframe } from "../timeframe.ts";
import { UserError } from "../user-error.ts";
import { type PlantedLevel, PlantedLevels } from "./levels.ts";
import { priceGrid } from "./price-grid.ts";
import { type MarketKind, type Regime, type RegimeKind, regimesOf } from "./regimes.ts";

export { isPriceStep } from "./price-grid.ts";
export { MARKET_KINDS, type MarketKind } from "./regimes.ts";

/** What a market is made from. The same options give the same candles, byte for byte. */
export interface SyntheticOptions {
  readonly kind: MarketKind;
  readonly seed: number;
  readonly days: number;
  /** Milliseconds, a multiple of a minute. */
  readonly timeframe: number;
  /** Epoch milliseconds of the first candle. */
  readonly start: number;
  /** First open, quote. */
  readonly price: number;
  /** Prices are whole multiples of it; see `isPriceStep`. */
  readonly priceStep: number;
}

/** What the generator knows of its market and an agent must find out. Times in epoch milliseconds. */
export interface MarketTruth {
  readonly levels: readonly PlantedLevel[];
  readonly regimes: readonly { readonly kind: RegimeKind; readonly from: number; readonly to: number }[];
  readonly jumps: readonly { readonly time: number; /** Log return. */ readonly size: number }[];
}

const MINUTE = 60_000;
/** A minute's standard deviation at 60 % a year. */
const SIGMA = 0.6 / Math.sqrt(525_600);
/** GARCH(1,1) (Bollerslev 1986): the weight of the last shock and of the last variance. */
const SHOCK = 0.06;
const MEMORY = 0.93;
/** A slow swing of volatility over about a day, so that calm and wild days follow one another. */
const SWING_PULL = 1 / 1_440;
const SWING_SIZE = 0.35 * Math.sqrt(2 * SWING_PULL);
/** Jumps a minute: one in four days. */
const JUMP_RATE = 1 / (4 * 1_440);
const JUMP_SIZE = 0.016;
const LARGEST_JUMP = 0.06;
/** Turnover of a usual minute, quote. */
const TURNOVER = 1_500_000;
const VOLUME_SCALE = 100_000;

/**
 * A market of one-minute candles drawn in the order of time, so that a longer one begins with the shorter one.
 * Log returns have a regime's drift, GARCH volatility with a slow swing, and rare jumps; ranges hold planted
 * supports and resistances. Extremes inside a minute are those of a Brownian bridge (Glasserman 2003, 6.4).
 */
export function createMarket(options: SyntheticOptions): { series: CandleSeries; truth: MarketTruth } {
  if (options.timeframe % MINUTE !== 0) {
    throw new UserError(`candles: a synthetic market is made of minutes: timeframe must be whole minutes such as 5m or 1h, not ${formatTimeframe(options.timeframe)}`);
  }
  const minutes = Math.max(1, Math.floor(options.days * 1_440));
  const series = allocateSeries(minutes, MINUTE);
  const truth = draw(options, series);
  return { series: options.timeframe === MINUTE ? series : resample(series, options.timeframe), truth };
}

function draw(options: SyntheticOptions, series: CandleSeries): MarketTruth {
  const random = createRandom(options.seed);
  const shocks = random.fork("shocks");
  const inside = random.fork("inside");
  const trades = random.fork("volume");
  const leaps = random.fork("jumps");
  const levels = new PlantedLevels(random.fork("levels"));
  const nextRegime = regimesOf(options.kind, random.fork("regimes"));
  const regimes: { kind: RegimeKind; from: number; to: number }[] = [];
  const jumps: { time: number; size: number }[] = [];
  const grid = priceGrid(options.priceStep);
  const toTicks = (log: number): number => grid.ticks(Math.exp(log));
  const first = Math.log(options.price);

  let log = first;
  let openTicks = toTicks(log);
  let variance = 1;
  let swing = 0;
  let regime: Regime | null = null;
  let left = 0;
  let anchor = log;

  for (let i = 0; i < series.length; i++) {
    const time = options.start + i * MINUTE;
    if (regime === null || left === 0) {
      regime = nextRegime(log - first);
      left = regime.minutes;
      anchor = log;
      levels.plant(log, regime.levels, time);
      const before = regimes.at(-1);
      if (before) before.to = time;
      regimes.push({ kind: regime.kind, from: time, to: 0 });
    }
    left -= 1;
    swing += -SWING_PULL * swing + SWING_SIZE * shocks.normal();
    const shock = Math.sqrt(variance) * shocks.normal();
    const sigma = SIGMA * regime.volatility * Math.exp(swing);
    let move = regime.drift - regime.pull * (log - anchor) + sigma * shock;
    let jumped = false;
    if (leaps.uniform() < JUMP_RATE) {
      const size = Math.max(-LARGEST_JUMP, Math.min(LARGEST_JUMP, JUMP_SIZE * leaps.normal()));
      move += size;
      jumped = true;
      jumps.push({ time, size });
    }
    // Half the variance off, so that a market without drift earns nothing on average in price, not only in log.
    move -= 0.5 * (sigma * sigma * variance + JUMP_RATE * JUMP_SIZE * JUMP_SIZE);
    variance = Math.max(0.05, Math.min(25, 1 - SHOCK - MEMORY + SHOCK * shock * shock + MEMORY * variance));
    const next = levels.meet(log + move, time, jumped);
    const spread = 2 * sigma * sigma * variance;
    const gap = (next - log) ** 2;
    const top = (log + next + Math.sqrt(gap + spread * inside.exponential())) / 2;
    const bottom = (log + next - Math.sqrt(gap + spread * inside.exponential())) / 2;
    const closeTicks = toTicks(next);
    series.time[i] = time;
    series.open[i] = grid.price(openTicks);
    series.close[i] = grid.price(closeTicks);
    series.high[i] = grid.price(Math.max(openTicks, closeTicks, toTicks(Math.min(top, Math.max(next, levels.ceiling)))));
    series.low[i] = grid.price(Math.min(openTicks, closeTicks, toTicks(Math.max(bottom, Math.min(next, levels.floor)))));
    const bustle = 0.4 + 0.6 * (Math.abs(next - log) / SIGMA);
    const volume = (TURNOVER / options.price) * Math.exp(0.45 * trades.normal() + 0.6 * swing) * bustle;
    series.volume[i] = Math.max(1, Math.round(volume * VOLUME_SCALE)) / VOLUME_SCALE;
    log = next;
    openTicks = closeTicks;
  }
  const end = options.start + series.length * MINUTE;
  levels.end(end);
  const last = regimes.at(-1);
  if (last) last.to = end;
  return { levels: levels.done, regimes, jumps };
}
