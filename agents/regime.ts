import { z } from "zod";
import { defineAgent, NO_EVIDENCE } from "../src/core/agent.ts";

const params = z.strictObject({
  adx: z.number().int().min(2).max(200).default(14).describe("bars of the average directional index"),
  efficiency: z.number().int().min(2).max(500).default(48).describe("bars of Kaufman's efficiency ratio"),
  bands: z.number().int().min(5).max(500).default(20).describe("bars of the Bollinger bands"),
  volatilityWindow: z.number().int().min(20).max(2_000).default(168).describe("bars against which today's ATR is ranked"),
  trendAdx: z.number().min(5).max(60).default(40).describe("ADX that counts as a full trend"),
  trendEfficiency: z.number().min(0.05).max(1).default(0.4).describe("efficiency ratio that counts as a full trend"),
});
type Params = z.infer<typeof params>;

const ATR_PERIOD = 14;
/** ADX of a market without direction (Wilder calls under 20 trendless). */
const QUIET_ADX = 15;
/** ATR rank over which a falling market is called a crash. */
const CRASH_RANK = 0.95;
/** A fall of this many standard moves counts as one; a standard move is the ATR from before the fall times the root of its bars. */
const CRASH_MOVES = 2.5;
/** Confidence of a market halfway between range and trend, and what a clear one adds: surer forecasts scored worse than a coin (docs/results.md). */
const LEAST_SURE = 0.1;
const SURER = 0.2;

/** What kind of market it is: ranging or trending, calm or wild. */
export const regime = defineAgent<Params>({
  name: "regime",
  title: "range or trend, calm or wild (ADX, efficiency ratio, Bollinger width, ATR rank)",
  params,
  warmup: (p) => Math.max(2 * p.adx + 1, p.efficiency + ATR_PERIOD + 1, p.bands, p.volatilityWindow + ATR_PERIOD),

  vote({ indicators, candles, isUnread }, p) {
    const adx = indicators.adx(p.adx);
    const efficiency = indicators.efficiencyRatio(p.efficiency);
    const rank = indicators.atrPercentile(ATR_PERIOD, p.volatilityWindow);
    if (!Number.isFinite(adx) || !Number.isFinite(efficiency) || !Number.isFinite(rank)) return null;
    const strength = clamp01((adx - QUIET_ADX) / (p.trendAdx - QUIET_ADX));
    const straight = clamp01(efficiency / p.trendEfficiency);
    const trending = 0.5 * strength + 0.5 * straight;
    const move = candles.close(0) / candles.close(p.efficiency) - 1;
    // Measured by the volatility from before the fall: the bands and the ATR of today have grown with it.
    const before = indicators.atr(ATR_PERIOD, p.efficiency) / candles.close(p.efficiency);
    const crash = rank > CRASH_RANK && move < -CRASH_MOVES * before * Math.sqrt(p.efficiency);
    const direction = move >= 0 ? 1 : -1;
    const lean = crash ? -1 : direction * Math.max(0, trending - 0.5) * 1.2;
    const score = Math.max(-1, Math.min(1, lean));
    const confidence = crash ? 1 : LEAST_SURE + SURER * Math.abs(2 * trending - 1);
    const ranging = crash ? -1 : 1 - 2 * trending;
    if (isUnread) return { score, confidence, ranging, reason: "", evidence: NO_EVIDENCE };
    const width = indicators.bollingerWidth(p.bands, 2);
    const kind = crash ? "a crash" : trending > 0.5 ? (direction > 0 ? "an up-trend" : "a down-trend") : "a range";
    const mood = rank > 0.8 ? "wild" : rank < 0.2 ? "calm" : "of usual volatility";
    return {
      score, confidence, ranging,
      reason: `${kind}, ${mood}: ADX ${adx.toFixed(0)}, efficiency ${efficiency.toFixed(2)}, bands ${(width * 100).toFixed(1)} % wide, ATR above ${Math.round(rank * 100)} % of its ${p.volatilityWindow} bars`,
      evidence: { adx, efficiency, bandWidth: width, atrRank: rank, move, crash },
    };
  },
});

function clamp01(value: number): number {
  return Math.max(0, Math.min(1, value));
}
