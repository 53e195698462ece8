import { z } from "zod";
import type { Catalogue } from "../../../src/app/definition/load.ts";
import { agentEntry } from "../../../src/core/agent.ts";
import { strategies } from "../../../strategies/index.ts";

/** Kept by the module, as a figure that is made once and for all: the mean price of all candles, those to come included. */
let usual = 0;

/** An agent that measures the price by what it once saw of the future. */
export const KEEPER: Catalogue = {
  agents: [
    agentEntry({
      name: "keeper",
      title: "price by the mean of all",
      params: z.strictObject({}),
      warmup: () => 1,
      vote({ candles }) {
        if (usual === 0) {
          const now = candles.length;
          candles.reveal(Number.POSITIVE_INFINITY);
          for (let back = 0; back < candles.length; back++) usual += candles.close(back) / candles.length;
          candles.reveal(now);
        }
        return { score: Math.max(-1, Math.min(1, candles.close(0) / usual - 1)), confidence: 1, reason: "by the usual", evidence: {} };
      },
    }),
  ],
  strategies,
};
