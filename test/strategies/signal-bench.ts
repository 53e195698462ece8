import type { RunningAgent, Opinion } from "../../src/core/agent.ts";
import { RISK_PROFILES, type RiskProfile } from "../../src/core/risk-profiles.ts";
import { hand, heldBy } from "./hand.ts";

/** What agents say until they are told otherwise; null abstains. */
export type Says = Record<string, number | null>;

const opinion = (score: number): Opinion => ({ score, confidence: 1, reason: "as told, 1", evidence: {} });

/** Voters that say what `says` holds at the time. */
export function votersOf(says: Says): RunningAgent[] {
  return Object.keys(says).map((name) => ({ name, warmup: 1, vote: () => (says[name] === null ? null : opinion(says[name]!)) }));
}

/** The boldest profile without what would size an order of its own. */
export const WIDE: RiskProfile = { ...RISK_PROFILES["high-risk-high-reward"], maxExposure: 1, maxSymbolShare: 1, maxOrderShare: 1 };

/** A bot with 10 000 dollars and the signal strategy alone, at a price of 100, whose council says what `says` holds. */
export function signalBench(params: Record<string, unknown> = {}, says: Says = { trend: 0 }, options: { readonly capital?: number; readonly profile?: RiskProfile; readonly slowCancels?: boolean } = {}) {
  const bench = hand({ strategies: { signal: params }, agents: votersOf(says), profile: options.profile ?? WIDE, capital: options.capital ?? 10_000, slowCancels: options.slowCancels ?? false });
  const sleeve = bench.sleeve("signal");
  bench.begin(100);
  return {
    ...bench,
    says,
    /** The council says so much from the next bar on; the bar closes. */
    saying(score: number | null, bars = 1): void {
      for (const name of Object.keys(says)) says[name] = score;
      for (let i = 0; i < bars; i++) bench.bar();
    },
    /** Keys of what rests now. */
    wants: (): string[] => sleeve.strategy.desired().map(({ key }) => key),
    watch: () => sleeve.strategy.watch(),
    held: (): number => heldBy(bench, "signal"),
    /** Keys of what was filled completely, without the strategy's name. */
    filled: (): string[] => bench.done.map((key) => key.replace("signal ", "")),
  };
}
