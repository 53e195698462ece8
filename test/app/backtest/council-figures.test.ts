import { describe, expect, it } from "vitest";
import type { Opinion, RunningAgent } from "../../../src/core/agent.ts";
import { seriesFrom } from "../../../src/core/candle.ts";
import { RISK_PROFILES } from "../../../src/core/risk-profiles.ts";
import { dataOf, fullOutput } from "../../../src/app/backtest/output.ts";
import { backtestSteps } from "../../../src/app/backtest/run.ts";
import { type FullBacktestOutput, backtestOutputSchema } from "../../../src/app/result.ts";
import { instrument, plan } from "../../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });
const HOUR = 3_600_000;
const DAYS = 60;
const CLOSES = Array.from({ length: DAYS * 24 }, (_, i) => 100 + 5 * Math.sin(i / 30));

/** What a run of these agents over sixty days of hours tells. */
function run(agents: readonly RunningAgent[], profile = true): FullBacktestOutput {
  const series = seriesFrom(CLOSES.map((close, i) => ({ time: i * HOUR, open: close, high: close + 0.2, low: close - 0.2, close, volume: 1_000 })), HOUR);
  const made = plan({ markets: [{ instrument: ABC, series, bars: series }], strategies: { grid: { levels: 8 } }, agents, profile: profile ? RISK_PROFILES.balanced : null });
  const steps = backtestSteps(made);
  let next = steps.next();
  while (!next.done) next = steps.next();
  const dataset = { symbol: "ABC/USD", description: "made up", hash: "0".repeat(64), series, synthetic: true, notes: [], filters: null };
  return fullOutput({ definition: {}, data: dataOf([dataset], made, "0".repeat(64)), plan: made, record: next.value, warnings: [] });
}

const says = (name: string, vote: (time: number) => Opinion | null): RunningAgent => ({ name, warmup: 1, vote: ({ time }) => vote(time) });
const opinion = (score: number): Opinion => ({ score, confidence: 1, reason: "as told", evidence: {} });
const day = (time: number): number => Math.floor(time / HOUR / 24);

describe("the figures of a council", () => {
  const output = run([says("turning", (time) => opinion(day(time) % 2 === 0 ? 0.5 : -0.5)), says("broken", (time) => (day(time) === 3 ? opinion(Number.NaN) : null))]);

  it("count how often the stance became another one, a month of 30.44 days", () => {
    const stances = output.decisions.map(({ stance }) => stance);
    const switches = stances.filter((stance, i) => i > 0 && stance !== stances[i - 1]).length;
    expect(switches).toBeGreaterThan(50);
    expect(output.result.switchesPerMonth).toBeCloseTo((switches / DAYS) * 30.44, 3);
  });

  it("count answers that could not be used, by agent", () => {
    expect(output.result.malformed).toEqual({ broken: 24 });
  });

  it("say what the votes were worth, by symbol", () => {
    expect(output.council).toHaveLength(1);
    const [scores] = output.council!;
    expect(scores).toMatchObject({ symbol: "ABC/USD", horizon: 24 });
    expect(scores!.agents.map(({ name, rounds }) => [name, rounds > 0])).toEqual([["turning", true], ["broken", false]]);
    expect(scores!.rounds).toBe(scores!.agents[0]!.rounds);
    expect(scores!.weights.length).toBe(scores!.rounds);
  });

  it("are as the published schema says", () => {
    expect(backtestOutputSchema.parse(JSON.parse(JSON.stringify(output))).council).toEqual(output.council);
  });

  it("are null without agents, and without agents that forecast", () => {
    const none = run([], false);
    expect([none.council, none.result.switchesPerMonth, none.result.malformed]).toEqual([null, null, {}]);
    const owner: RunningAgent = { name: "owner", sizes: true, warmup: 1, vote: () => ({ ...opinion(0), size: 0.5 }) };
    expect(run([owner]).council).toBe(null);
  });
});
