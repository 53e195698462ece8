import { agents } from "../../../agents/index.ts";
import type { Level, Opinion } from "../../../src/core/agent.ts";
import { CandleView } from "../../../src/core/candle-view.ts";
import type { CandleSeries } from "../../../src/core/candle.ts";
import { Indicators } from "../../../src/core/indicators/indicators.ts";
import { NOTHING_OUTSIDE } from "../../../src/core/outside.ts";
import { resample } from "../../../src/core/resample.ts";
import { createMarket, type MarketTruth } from "../../../src/core/synthetic/market.ts";
import type { RegimeKind } from "../../../src/core/synthetic/regimes.ts";

/** Figures of one seed, by name. */
export type SeedFigures = Readonly<Record<string, number>>;

const HOUR = 3_600_000;
const START = Date.UTC(2024, 0, 1);
const DAYS = 90;
/** Hourly bars before anything is asked. */
const WARM = 300;
/** A level must have stood this long, so that the price can have met it. */
const KNOWABLE = 48 * HOUR;
/** Named to within this fraction, a level counts as found. */
const FOUND = 0.004;
/** Bars of the trivial baselines. */
const LOOK_BACK = 48;
/** Bars between two questions about levels. */
const LEVELS_EVERY = 24;

interface Scene {
  readonly bars: CandleSeries;
  readonly truth: MarketTruth;
  /** What an agent says when so many bars have closed. */
  readonly ask: (agent: string, length: number) => Opinion | null;
}

function sceneOf(kind: "range" | "mix", seed: number): Scene {
  const { series, truth } = createMarket({ kind, seed, days: DAYS, timeframe: 60_000, start: START, price: 42_000, priceStep: 0.01 });
  const bars = resample(series, HOUR);
  const candles = new CandleView(bars);
  const indicators = new Indicators(bars);
  const running = new Map(agents.map((entry) => [entry.name, entry.start({})]));
  return {
    bars,
    truth,
    ask(name, length) {
      const agent = running.get(name);
      if (!agent) throw new Error(`no agent ${name}`);
      candles.reveal(length);
      indicators.reveal(length);
      const account = { equity: 10_000, drawdown: 0, exposure: 0, totalExposure: 0 };
      return agent.vote({ symbol: "BTC/USDT", time: START + length * HOUR, candles, indicators, account, outside: NOTHING_OUTSIDE });
    },
  };
}

/** Planted levels of a ranging market: recall is the share of those that stand which are named, precision the share of what is named that stands. */
export function levelsOnTruth(seed: number): SeedFigures {
  const { bars, truth, ask } = sceneOf("range", seed);
  const agent = tally();
  const strongest = tally();
  const baseline = tally();
  for (let length = WARM; length <= bars.length; length += LEVELS_EVERY) {
    const now = START + length * HOUR;
    const planted = truth.levels.filter(({ from, to }) => from <= now - KNOWABLE && to >= now).map(({ price }) => price);
    if (planted.length === 0) continue;
    const levels = ask("support-resistance", length)?.levels ?? [];
    agent.mark(planted, levels.map(({ price }) => price));
    strongest.mark(planted, [...strongestOf(levels, "support"), ...strongestOf(levels, "resistance")]);
    baseline.mark(planted, [Math.max(...bars.high.subarray(length - LOOK_BACK, length)), Math.min(...bars.low.subarray(length - LOOK_BACK, length))]);
  }
  return {
    ...agent.figures("agent, all levels"),
    ...strongest.figures("agent, strongest two"),
    ...baseline.figures(`high and low of ${LOOK_BACK} bars`),
  };
}

function strongestOf(levels: readonly Level[], kind: Level["kind"]): number[] {
  const own = levels.filter((level) => level.kind === kind);
  return own.toSorted((a, b) => b.strength - a.strength).slice(0, 1).map(({ price }) => price);
}

function tally() {
  let planted = 0;
  let recalled = 0;
  let named = 0;
  let precise = 0;
  const near = (price: number, others: readonly number[]): boolean => others.some((other) => Math.abs(price / other - 1) < FOUND);
  return {
    mark(levels: readonly number[], prices: readonly number[]): void {
      planted += levels.length;
      recalled += levels.filter((level) => near(level, prices)).length;
      named += prices.length;
      precise += prices.filter((price) => near(price, levels)).length;
    },
    figures: (name: string): SeedFigures => ({ [`${name}: recall`]: recalled / planted, [`${name}: precision`]: named === 0 ? Number.NaN : precise / named }),
  };
}

type Kind = "sideways" | "up" | "down";
/** A switch counts as seen at the first of this many right calls in a row. */
const IN_A_ROW = 3;

/** A market of all regimes: how often sideways, up and down are told apart, and how many bars after a switch; one not seen counts as its whole length. */
export function regimesOnTruth(seed: number): SeedFigures {
  const { bars, truth, ask } = sceneOf("mix", seed);
  const actual: Kind[] = [];
  const agent: Kind[] = [];
  const baseline: Kind[] = [];
  let volatility = 0;
  for (let length = 2; length <= bars.length; length++) {
    const step = Math.log((bars.close[length - 1] as number) / (bars.close[length - 2] as number));
    volatility = length === 2 ? step * step : volatility + (step * step - volatility) / Math.min(length, WARM);
    if (length < WARM) continue;
    const time = START + length * HOUR;
    const regime = truth.regimes.find(({ from, to }) => from < time && time <= to);
    actual.push(kindOf(regime?.kind ?? "none"));
    const opinion = ask("regime", length);
    const move = (bars.close[length - 1] as number) / (bars.close[length - 1 - LOOK_BACK] as number) - 1;
    agent.push(opinion === null || (opinion.ranging ?? 0) >= 0 ? "sideways" : Number(opinion.evidence["move"]) >= 0 ? "up" : "down");
    baseline.push(Math.abs(move) < Math.sqrt(LOOK_BACK * volatility) ? "sideways" : move > 0 ? "up" : "down");
  }
  const sideways = actual.map((): Kind => "sideways");
  return {
    ...judged("agent", actual, agent),
    ...judged(`sign and size of the ${LOOK_BACK}-bar return`, actual, baseline),
    ...judged("always sideways", actual, sideways),
  };
}

function kindOf(kind: RegimeKind): Kind {
  return kind === "trend-up" ? "up" : kind === "trend-down" || kind === "crash" ? "down" : "sideways";
}

function judged(name: string, actual: readonly Kind[], called: readonly Kind[]): SeedFigures {
  const recalls = (["sideways", "up", "down"] as const).flatMap((kind) => {
    const at = actual.flatMap((one, i) => (one === kind ? [i] : []));
    return at.length === 0 ? [] : [at.filter((i) => called[i] === kind).length / at.length];
  });
  const delays: number[] = [];
  let seen = 0;
  for (let i = 1; i < actual.length; i++) {
    if (actual[i] === actual[i - 1]) continue;
    let end = i;
    while (end < actual.length && actual[end] === actual[i]) end += 1;
    // The market ends in it: how late it would have been seen is not known.
    if (end === actual.length) break;
    let delay = end - i;
    for (let at = i; at + IN_A_ROW <= end; at++) {
      if (called.slice(at, at + IN_A_ROW).some((kind) => kind !== actual[i])) continue;
      delay = at - i;
      seen += 1;
      break;
    }
    delays.push(delay);
  }
  return {
    [`${name}: accuracy`]: called.filter((kind, i) => kind === actual[i]).length / actual.length,
    [`${name}: mean recall of the kinds`]: recalls.reduce((sum, one) => sum + one, 0) / recalls.length,
    [`${name}: delay, bars`]: delays.length === 0 ? Number.NaN : delays.reduce((sum, one) => sum + one, 0) / delays.length,
    [`${name}: switches seen`]: delays.length === 0 ? Number.NaN : seen / delays.length,
  };
}
