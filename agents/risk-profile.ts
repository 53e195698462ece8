import { z } from "zod";
import { defineAgent } from "../src/core/agent.ts";
import { RISK_PROFILE_NAMES, RISK_PROFILES } from "../src/core/risk-profiles.ts";

const params = z.strictObject({
  profile: z.enum(RISK_PROFILE_NAMES).default("balanced").describe("the owner's profile; riskProfile of the definition"),
});
type Params = z.infer<typeof params>;

const ATR_PERIOD = 14;
const VOLATILITY_WINDOW = 168;
/** Share of the way to the drawdown stop from which the size shrinks. */
const SHRINK_FROM = 0.5;

/** The owner's limits at the table: no view on direction, a size, and a veto when a limit is reached. */
export const riskProfile = defineAgent<Params>({
  name: "risk-profile",
  title: "the owner's limits: sizes every decision and vetoes past the drawdown stop",
  params,
  sizes: true,
  // The first of the ATRs that are ranked has settled by then.
  warmup: () => VOLATILITY_WINDOW + 8 * ATR_PERIOD,

  vote({ account, indicators, limits: changed, isUnread }, p) {
    const limits = changed ?? RISK_PROFILES[p.profile];
    const way = account.drawdown / limits.stopDrawdown;
    const rank = indicators.atrPercentile(ATR_PERIOD, VOLATILITY_WINDOW);
    const evidence = isUnread ? {} : { drawdown: account.drawdown, exposure: account.exposure, atrRank: rank };
    if (way >= 1) {
      const limit = `drawdown ${percent(account.drawdown)} has reached the stop of ${percent(limits.stopDrawdown)} of ${limits.name}`;
      return { score: 0, confidence: 1, reason: limit, evidence, size: 0, veto: { maxExposure: 0, limit } };
    }
    const shrink = way > SHRINK_FROM ? 1 - (way - SHRINK_FROM) / (1 - SHRINK_FROM) : 1;
    const wild = rank > 0.95 ? 0.6 : 1;
    const size = limits.maxExposure * shrink * wild;
    if (isUnread) return { score: 0, confidence: 1, reason: "", evidence, size };
    const why =
      shrink < 1 ? `, less because drawdown ${percent(account.drawdown)} nears the stop of ${percent(limits.stopDrawdown)}` : wild < 1 ? ", less because the market is wild" : "";
    return { score: 0, confidence: 1, reason: `${limits.name} allows ${percent(size)} in the market${why}`, evidence, size };
  },
});

function percent(value: number): string {
  return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
}
