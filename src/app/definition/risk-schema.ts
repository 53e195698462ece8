import { z } from "zod";
import { profileWith } from "../../core/profile-overrides.ts";
import { type ProfileOverrides, RISK_PROFILE_NAMES, type RiskProfile, type RiskProfileName } from "../../core/risk-profiles.ts";

const share = z.number().positive().max(1);
const count = z.number().int().min(1).max(500);

/** A risk profile by name, or a name with the owner's own numbers in place of the table's. */
export const riskSchema = z.union([
  z.enum(RISK_PROFILE_NAMES),
  z.strictObject({
    name: z.enum(RISK_PROFILE_NAMES).default("balanced").describe("the profile whose numbers hold where none is given here"),
    maxExposure: share.optional().describe("largest share of equity in the market, open buys included"),
    maxSymbolShare: share.optional().describe("largest share of equity in one symbol, open buys included"),
    maxOrderShare: share.optional().describe("largest share of equity in one order"),
    stopDrawdown: share.optional().describe("fall from the highest equity at which everything is sold, fraction"),
    gridWidth: z.number().min(0.005).max(0.9).optional().describe("half width of an automatic grid, fraction of the price"),
    gridLevels: count.min(2).optional().describe("most levels of a grid"),
    dcaRungs: z.number().int().min(0).max(100).optional().describe("most safety orders of a DCA deal"),
    reserve: z.number().min(0).max(1).optional().describe("smallest share of equity that stays in free cash after every buy and its fee"),
    maxVar: share.optional().describe("largest value at risk of the portfolio (one day, 95 %), share of equity; absent: none"),
    maxCvar: share.optional().describe("largest mean loss of the worst twentieth of days, share of equity; absent: none"),
    groups: z
      .array(z.strictObject({ name: z.string().min(1).max(40).describe("what the group is called"), symbols: z.array(z.string()).min(1).max(50).describe("its symbols"), most: share.describe("largest share of equity in all of them together") }))
      .max(20)
      .optional()
      .describe("symbols that are limited together, each with `name`, `symbols` and `most`"),
  }),
]);
/** The risk section of a definition. */
export type RiskSection = z.infer<typeof riskSchema>;

/** A risk section in parts: the profile's name, and the numbers that replace some of it. */
export function riskOf(section: RiskSection): { readonly name: RiskProfileName; readonly overrides: ProfileOverrides } {
  if (typeof section === "string") return { name: section, overrides: {} };
  const { name, ...overrides } = section;
  return { name, overrides };
}

/** The limits that a risk section comes to. */
export function profileOf(section: RiskSection): RiskProfile {
  const { name, overrides } = riskOf(section);
  return profileWith(name, overrides);
}
