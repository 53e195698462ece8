import { describe, expect, it } from "vitest";
import { agents } from "../../agents/index.ts";
import { runBacktest } from "../../src/app/backtest/run.ts";
import type { RunningAgent } from "../../src/core/agent.ts";
import { resample } from "../../src/core/resample.ts";
import { RISK_PROFILES } from "../../src/core/risk-profiles.ts";
import { instrument, plan } from "../plan.ts";
import { walk } from "../property/walk.ts";
import { hours, moodOf, observation } from "./observe.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.0001, minQuantity: 0.0001, minNotional: 5 });
const DECISION = 300_000;
const SERIES = walk({ seed: 5, length: 4_000, price: 100, step: 0.01 });
const BARS = resample(SERIES, DECISION);

function decisionsOf(council: readonly RunningAgent[]) {
  return runBacktest(
    plan({ markets: [{ instrument: ABC, series: SERIES, bars: BARS }], strategies: { grid: {} }, agents: council, profile: RISK_PROFILES.balanced }),
  ).decisions;
}

describe.each(agents.map((agent) => [agent.name, agent] as const))("agent %s before it is warm", (name, agent) => {
  it("is not asked, and is asked at the very bar at which it is", () => {
    const running = agent.start({});
    const asked: number[] = [];
    const decisions = decisionsOf([{ ...running, vote: (seen) => (asked.push(seen.candles.length), running.vote(seen)) }]);
    expect(running.warmup).toBeGreaterThan(0);
    expect(asked[0]).toBe(running.warmup);
    expect(asked.length).toBe(BARS.length - running.warmup + 1);
    expect(decisions.slice(0, running.warmup - 1).every(({ votes }) => votes.length === 0)).toBe(true);
  });

  it("knows its own warm-up: at that bar it has an opinion made of numbers, or abstains", () => {
    const running = agent.start({});
    const opinion = running.vote(observation(BARS, {}, running.warmup));
    for (const value of Object.values(opinion?.evidence ?? {})) expect(value).not.toBeNaN();
    expect(opinion?.reason ?? "").not.toMatch(/NaN|Infinity|undefined/);
  });

  it("abstains, or has finite numbers and no lean, in a market that does not move at all", () => {
    const running = agent.start({});
    const opinion = running.vote(observation(hours(Array.from({ length: 600 }, () => 100), 0)));
    if (opinion === null) return;
    for (const value of [opinion.score, opinion.confidence, opinion.ranging ?? 0, opinion.size ?? 0]) expect(Number.isFinite(value)).toBe(true);
    for (const value of Object.values(opinion.evidence)) if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
    expect(Math.abs(opinion.score)).toBeLessThan(0.1);
    expect(opinion.reason).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("signs its vote with its name, its symbol and the close of the bar, and lets it expire with the next", () => {
    const running = agent.start({});
    const [vote] = decisionsOf([{ ...running, vote: (seen) => running.vote({ ...seen, outside: moodOf(seen.symbol) }) }]).flatMap(({ votes }) => votes);
    expect(vote).toMatchObject({ agent: name, symbol: "ABC/USD" });
    expect(vote!.time % DECISION).toBe(0);
    expect(vote!.expires - vote!.time).toBe(DECISION);
  });
});
