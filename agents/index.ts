import { agentEntry, type AgentEntry } from "../src/core/agent.ts";
import { analyst } from "./analyst.ts";
import { momentum } from "./momentum.ts";
import { orderFlow } from "./order-flow.ts";
import { regime } from "./regime.ts";
import { riskProfile } from "./risk-profile.ts";
import { sentiment } from "./sentiment.ts";
import { supportResistance } from "./support-resistance.ts";

/** Every agent, by name. To add one: write its file, add a line here, add a test. */
export const agents: readonly AgentEntry[] = [
  agentEntry(analyst),
  agentEntry(momentum),
  agentEntry(orderFlow),
  agentEntry(regime),
  agentEntry(riskProfile),
  agentEntry(sentiment),
  agentEntry(supportResistance),
];
