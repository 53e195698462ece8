import { z } from "zod";
import { defineAgent, NO_EVIDENCE } from "../src/core/agent.ts";

const params = z
  .strictObject({
    trend: z.number().int().min(2).max(1_000).default(50).describe("bars of the trend's moving average"),
    slopeOver: z.number().int().min(1).max(200).default(12).describe("bars over which the average's slope is taken"),
    fast: z.number().int().min(2).max(500).default(12).describe("bars of MACD's fast average"),
    slow: z.number().int().min(3).max(1_000).default(26).describe("bars of MACD's slow average"),
    signal: z.number().int().min(2).max(200).default(9).describe("bars of MACD's signal line"),
    rsi: z.number().int().min(2).max(200).default(14).describe("bars of the relative strength index"),
  })
  .refine((p) => p.fast < p.slow, { path: ["fast"], message: "must be below slow" });
type Params = z.infer<typeof params>;

const ATR_PERIOD = 14;
/** Lengths of an exponential average after which its first value has no say left: e^-8. Wilder's averages take twice as long. */
const SETTLED = 4;
/** Slope of the average, in ATR over the window, that counts as a full trend. */
const FULL_SLOPE = 2;
/** MACD histogram, in ATR, that counts as a full push. */
const FULL_PUSH = 0.4;
/** Confidence when the three disagree, and what full agreement adds: surer forecasts scored worse than a coin (docs/results.md). */
const LEAST_SURE = 0.1;
const SURER = 0.18;

/** Direction and strength of the trend: the slope of an average, MACD's histogram, RSI. */
export const momentum = defineAgent<Params>({
  name: "momentum",
  title: "direction and strength of the trend (EMA slope, MACD, RSI)",
  params,
  warmup: (p) => Math.max(SETTLED * p.trend + p.slopeOver, SETTLED * (p.slow + p.signal), 2 * SETTLED * Math.max(p.rsi, ATR_PERIOD)),

  vote({ indicators, isUnread }, p) {
    const range = indicators.atr(ATR_PERIOD);
    const average = indicators.ema(p.trend);
    const slope = (average - indicators.ema(p.trend, p.slopeOver)) / range;
    const push = indicators.macdHistogram(p.fast, p.slow, p.signal) / range;
    const rsi = indicators.rsi(p.rsi);
    if (!Number.isFinite(slope) || !Number.isFinite(push) || !Number.isFinite(rsi)) return null;
    const trend = clamp(slope / FULL_SLOPE);
    const drive = clamp(push / FULL_PUSH);
    const lean = clamp((rsi - 50) / 25);
    // A stretched market has less of the move ahead of it than behind it.
    const stretched = rsi > 75 || rsi < 25 ? 0.6 : 1;
    const score = clamp((0.5 * trend + 0.25 * drive + 0.25 * lean) * stretched);
    const agreement = Math.abs(Math.sign(trend) + Math.sign(drive) + Math.sign(lean)) / 3;
    return {
      score,
      confidence: LEAST_SURE + SURER * agreement,
      reason: isUnread ? "" : `the ${p.trend}-bar average moved ${slope.toFixed(2)} ATR in ${p.slopeOver} bars, MACD pushes ${push.toFixed(2)} ATR, RSI ${rsi.toFixed(0)}`,
      evidence: isUnread ? NO_EVIDENCE : { slope, push, rsi },
    };
  },
});

function clamp(value: number): number {
  return Math.max(-1, Math.min(1, value));
}
