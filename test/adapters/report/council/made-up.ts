import type { CouncilScores } from "../../../../src/app/result.ts";
import { scoresOf } from "../../../../src/app/council/scores.ts";
import type { Vote } from "../../../../src/core/agent.ts";
import { Learning } from "../../../../src/core/learning/learning.ts";
import { createRandom } from "../../../../src/core/random.ts";

/** How a made-up council forecasts. */
export interface CouncilShape {
  readonly symbol?: string;
  readonly rounds?: number;
  /** Share of moves that each agent knows, 0..1; 0.5 is guessing. */
  readonly agents?: Readonly<Record<string, number>>;
  readonly seed?: number;
}

const START = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

/** Scores of a council that really learned, from agents that know so many moves of a price. */
export function councilOf({ symbol = "BTC/USDT", rounds = 400, agents = { momentum: 0.62, regime: 0.5, "support-resistance": 0.44 }, seed = 3 }: CouncilShape = {}): CouncilScores {
  const learning = new Learning(Object.keys(agents), { pool: "hedge", horizon: 1, weights: {} });
  const random = createRandom(seed);
  let price = 100;
  for (let i = 0; i <= rounds; i++) {
    const up = random.uniform() < 0.5;
    const votes = Object.entries(agents).map(([agent, knows]): Vote => {
      const says = random.uniform() < knows ? up : !up;
      return { agent, symbol, time: i, expires: i + 1, score: (says ? 1 : -1) * random.uniform(), confidence: 0.6, reason: "", evidence: {} };
    });
    learning.pass(START + i * DAY, price, votes);
    price += up ? 1 : -1;
  }
  return { symbol, pool: "hedge", horizon: 24, ...scoresOf(learning) };
}
