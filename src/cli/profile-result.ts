import { z } from "zod";
import { ANSWERS_EACH } from "../core/questionnaire.ts";
import { RISK_PROFILE_NAMES } from "../core/risk-profiles.ts";

const name = z.enum(RISK_PROFILE_NAMES);
const share = z.number().min(0).max(1);
const count = z.int().min(0);

/** What `caucus profile --json` prints: the risk profile that the answers come to. */
export const profileResultSchema = z.strictObject({
  profile: name,
  points: count,
  mostPoints: count,
  byPoints: name.describe("what the points alone would give"),
  answers: z.array(
    z.strictObject({
      question: z.string().describe("a word for it, such as Horizon"),
      answer: z.int().min(1).max(ANSWERS_EACH).describe("1 (most careful) to 5"),
      text: z.string().describe("the answer in words"),
      towards: z.enum(["careful", "middle", "bold"]).describe("against the middle answer"),
    }),
  ),
  cappedBy: z.array(z.string()).describe("questions whose answers hold the result under what the points would give"),
  reasons: z.array(z.string()).readonly().describe("in sentences"),
  limits: z
    .strictObject({
      name,
      title: z.string(),
      maxExposure: share.describe("largest share of equity in the market, open buys included"),
      maxSymbolShare: share.describe("largest share of equity in one symbol"),
      maxOrderShare: share.describe("largest share of equity in one order"),
      stopDrawdown: share.describe("fall from the highest equity at which everything is sold, fraction"),
      gridWidth: share.describe("half width of an automatic grid, fraction of the price"),
      gridLevels: count.describe("most price levels of a grid"),
      dcaRungs: count.describe("most safety orders of a DCA deal"),
      reserve: share.describe("smallest share of equity that stays in cash"),
    })
    .describe("the profile's numbers, each a key of riskProfile in a definition"),
});
/** What seven answers come to. */
export type ProfileResult = z.infer<typeof profileResultSchema>;
