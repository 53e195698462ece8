import { z } from "zod";
import { defineAgent, NO_EVIDENCE } from "../src/core/agent.ts";
import { RISK_PROFILE_NAMES, RISK_PROFILES } from "../src/core/risk-profiles.ts";
import { DAY } from "../src/core/timeframe.ts";

const params = z.strictObject({
  profile: z.enum(RISK_PROFILE_NAMES).default("balanced").describe("the owner's profile; riskProfile of the definition"),
});
type Params = z.infer<typeof params>;

const ATR_PERIOD = 14;
const VOLATILITY_WINDOW = 168;
/** Share of the way to the drawdown stop from which the size shrinks. */
const SHRINK_FROM = 0.5;
/** The stop is to outlast this many standard moves of so many days: it is met once, and then for good. */
const OUTLASTS = 2;
const OUTLASTS_DAYS = 90;
/** But never less than this share for it: an order that no venue takes protects nobody. */
const LEAST_STEADY = 0.25;
/** A move is taken over this many bars, every few bars: what swings back within them is a grid's income, not its risk. */
const MOVE_BARS = 24;
const MOVE_WINDOW = 240;
const MOVE_STRIDE = 4;

/** The owner's limits at the table: no view on direction, a size, and a veto when a limit is reached. */
export const riskProfile = defineAgent<Params>({
  name: "risk-profile",
  title: "the owner's limits: sizes every decision and vetoes past the drawdown stop",
  params,
  sizes: true,
  // The first of the ATRs that are ranked has settled by then, and the moves are all there.
  warmup: () => Math.max(VOLATILITY_WINDOW + 8 * ATR_PERIOD, MOVE_WINDOW + MOVE_BARS),

  vote({ account, candles, indicators, limits: changed, isUnread }, p) {
    const limits = changed ?? RISK_PROFILES[p.profile];
    const way = account.drawdown / limits.stopDrawdown;
    const rank = indicators.atrPercentile(ATR_PERIOD, VOLATILITY_WINDOW);
    const evidence = isUnread ? NO_EVIDENCE : { drawdown: account.drawdown, exposure: account.exposure, atrRank: rank };
    if (way >= 1) {
      const limit = isUnread ? "" : `drawdown ${percent(account.drawdown)} has reached the stop of ${percent(limits.stopDrawdown)} of ${limits.name}`;
      return { score: 0, confidence: 1, reason: limit, evidence, size: 0, veto: { maxExposure: 0, limit } };
    }
    const shrink = way > SHRINK_FROM ? 1 - (way - SHRINK_FROM) / (1 - SHRINK_FROM) : 1;
    const wild = rank > 0.95 ? 0.6 : 1;
    const bars = OUTLASTS_DAYS * (DAY / (MOVE_BARS * candles.timeframe));
    const risk = OUTLASTS * indicators.rootMeanSquareMove(MOVE_BARS, MOVE_WINDOW, MOVE_STRIDE) * Math.sqrt(bars);
    const steady = Math.max(LEAST_STEADY, limits.stopDrawdown / Math.max(risk * limits.maxExposure, limits.stopDrawdown));
    const size = limits.maxExposure * steady * wild * shrink;
    if (isUnread) return { score: 0, confidence: 1, reason: "", evidence, size };
    const stop = `the stop of ${percent(limits.stopDrawdown)}`;
    const nears = shrink < 1 ? `drawdown ${percent(account.drawdown)} nears ${stop}` : null;
    const moves = steady < 1 ? `with ${OUTLASTS} standard moves of ${OUTLASTS_DAYS} days (${percent(risk)}) more could meet ${stop}` : wild < 1 ? "the market is wild" : null;
    const grounds = [nears, moves].filter((ground) => ground !== null).join(" and ");
    const why = grounds === "" ? "" : `, less because ${grounds}`;
    return { score: 0, confidence: 1, reason: `${limits.name} allows ${percent(size)} in the market${why}`, evidence, size };
  },
});

function percent(value: number): string {
  return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
}
