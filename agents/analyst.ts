import { z } from "zod";
import { defineAgent } from "../src/core/agent.ts";
import { ANALYST, analystParams, callOf } from "../src/core/analyst.ts";

type Params = z.infer<typeof analystParams>;

/** A language model that has read the other agents' numbers: it can take exposure away, within `most`, and do nothing else. */
export const analyst = defineAgent<Params>({
  name: ANALYST,
  title: "a language model weighs what the others say: it may lower exposure, and nothing else",
  params: analystParams,
  sizes: true,
  needs: "languageModel",
  warmup: () => 1,

  vote({ outside, symbol }, { most }) {
    const item = outside.latest(ANALYST);
    if (item?.symbol !== symbol || item.value === null || !Number.isFinite(item.value)) return null;
    const least = 1 - most;
    const size = Math.max(least, Math.min(1, item.value));
    const lean = item.score !== null && Number.isFinite(item.score) ? Math.max(-1, Math.min(1, item.score)) : 0;
    const held = item.value < least ? ` (it asks for ${percent(Math.max(0, item.value))}; not under ${percent(least)})` : "";
    return {
      score: 0,
      confidence: 1,
      reason: `the model allows ${percent(size)} in the market${held}${item.text === null || item.text === "" ? "" : `: ${item.text}`}`,
      evidence: { allows: item.value, lean, asOf: item.published, call: callOf(item) },
      size,
    };
  },
});

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
