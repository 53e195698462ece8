import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ablateSteps, runsOf } from "../../../src/app/honesty/ablation.ts";
import type { Ablation, AblationMetric } from "../../../src/app/honesty/result.ts";
import { shapleyValues } from "../../../src/app/honesty/shapley.ts";
import { agentEntry, type AgentEntry } from "../../../src/core/agent.ts";
import { sliceSeries } from "../../../src/core/candle.ts";
import { strategyEntry } from "../../../src/core/strategy-entry.ts";
import { datasetOf, definitionOf, DRIFTLESS, finished } from "./market.ts";

describe("the Shapley value", () => {
  it("splits a pair of gloves as the books do: a sixth for each left hand, two thirds for the only right one", () => {
    // Bits: left, left, right. Only a pair is worth anything.
    const worth = [0, 0, 0, 0, 0, 1, 1, 1];
    const values = shapleyValues(worth, 3);
    expect(values[0]).toBeCloseTo(1 / 6, 12);
    expect(values[1]).toBeCloseTo(1 / 6, 12);
    expect(values[2]).toBeCloseTo(2 / 3, 12);
  });

  it("adds up to the worth of all less the worth of none, for six players of any worth", () => {
    const worth = Array.from({ length: 64 }, (_, i) => Math.sin(i * 12.9898) * 43.7);
    const sum = shapleyValues(worth, 6).reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(worth[63]! - worth[0]!, 9);
  });

  it("gives a player who changes nothing nothing, and one who adds the same everywhere just that", () => {
    // Player 0 adds 5 to every coalition, player 1 nothing.
    expect(shapleyValues([2, 7, 2, 7], 2)).toEqual([5, 0]);
  });

  it("refuses a list that is not every coalition", () => {
    expect(() => shapleyValues([0, 1, 2], 2)).toThrow(/2 players have 4 coalitions, not 3/);
  });
});

/** Votes for where the price will be, or against it. It looks through the engine's door, as nobody may. */
function seer(name: string, sign: 1 | -1): AgentEntry {
  return agentEntry({
    name,
    title: name,
    params: z.strictObject({}),
    warmup: () => 1,
    vote({ candles }) {
      const now = candles.length;
      const price = candles.close(0);
      candles.reveal(now + 3);
      const later = candles.close(0);
      candles.reveal(now);
      return { score: sign * Math.sign(later - price), confidence: 1, reason: "I know", evidence: {} };
    },
  });
}

/** In the market while the council leans up, or while there is none; out otherwise. */
const follower = strategyEntry<Record<string, never>, { readonly isIn: boolean; readonly turn: number }>({
  name: "follower",
  title: "does what the council says at once",
  params: z.strictObject({}),
  suits: { accumulate: 1, range: 1 },
  initial: () => ({ isIn: false, turn: 0 }),
  evolve(state, event, { decision }) {
    const isIn = decision === null || decision.conviction > 0;
    return event.type !== "candle" || isIn === state.isIn ? state : { isIn, turn: state.turn + 1 };
  },
  desired({ isIn, turn }, view) {
    const held = view.held("all");
    const order = { key: `${turn}`, type: "market" as const, reason: "the council" };
    if (isIn && held === 0) {
      const quantity = (0.3 * view.budget) / view.price;
      return [{ ...order, side: "buy", quantity, lots: [{ lot: "all", quantity }] }];
    }
    return isIn || held === 0 ? [] : [{ ...order, side: "sell", quantity: held, lots: [{ lot: "all", quantity: held }] }];
  },
  watch: () => null,
  ladder: () => [],
  warnings: () => [],
});
const strategies = [follower];

const mute = (name: string): AgentEntry => agentEntry({ name, title: name, params: z.strictObject({}), warmup: () => 1, vote: () => null });

function ablated(agents: readonly AgentEntry[], text: string, options: { metric?: AblationMetric; days?: number } = {}): Ablation {
  const definition = definitionOf(`timeframe: {decision: 15m}\nstrategies: [follower]\nfees: {maker: 0, taker: 0, slippage: 0}\n${text}`, { agents, strategies });
  const series = sliceSeries(DRIFTLESS, 0, (options.days ?? 60) * 1_440);
  return finished(ablateSteps(definition, [datasetOf(series)], { agents, strategies }, options.metric ?? "return"));
}

describe("ablation", () => {
  const pair = [seer("fool", -1), seer("prophet", 1)];
  const council = "agents: [fool, prophet]\nriskProfile: growth\ncoordinator: {dwell: 0, weights: {prophet: 2}}";
  const result = ablated(pair, council, { metric: "sharpe" });
  const of = (name: string) => result.agents.find(({ agent }) => agent === name)!;

  it("runs every subset and equal weights, and shares out what the council is worth to the last bit", () => {
    expect(result.runs).toBe(5);
    expect(result.subsets.map(({ agents }) => agents)).toEqual([[], ["fool"], ["prophet"], ["fool", "prophet"]]);
    expect(result.all).toEqual(result.subsets[3]);
    expect(result.none).toEqual(result.subsets[0]);
    const sum = result.agents.reduce((total, { shapley }) => total + shapley.estimate!, 0);
    expect(sum).toBeCloseTo(result.council.estimate!, 12);
    expect(result.council.estimate).toBeCloseTo(result.all.value - result.none.value, 12);
    // By hand, for two: half of what it adds to nobody and half of what it adds to the other.
    const [none, fool, prophet, all] = result.subsets.map(({ value }) => value) as [number, number, number, number];
    expect(of("prophet").shapley.estimate).toBeCloseTo((prophet - none + all - fool) / 2, 12);
    expect(of("prophet")).toMatchObject({ alone: prophet, without: fool });
    expect(of("prophet").leftOut.estimate).toBeCloseTo(all - fool, 12);
  });

  it("values a run by its daily returns, which come to its total return and its Sharpe ratio", () => {
    const { subsets } = ablated([seer("fool", -1)], "agents: [fool]");
    expect(subsets).toHaveLength(2);
    for (const { value, totalReturn } of subsets) expect(value).toBeCloseTo(totalReturn, 9);
    for (const { value, sharpe } of result.subsets) expect(value).toBeCloseTo(sharpe!, 12);
  });

  it("says that an agent which knows the future helps, and that one which votes against it hurts", () => {
    expect(of("prophet").shapley.estimate).toBeGreaterThan(of("fool").shapley.estimate!);
    expect(of("prophet").verdict).toBe("helps");
    expect(of("fool").verdict).toBe("hurts");
    expect(of("fool").sentence).toBe("fool hurts: its interval lies below zero.");
    expect(of("fool").shapley.interval!.high).toBeLessThan(0);
    expect(of("prophet").shapley.interval!.low).toBeGreaterThan(0);
  });

  it("gives the same result again, and other intervals for another seed", () => {
    expect(ablated(pair, council, { metric: "sharpe" })).toEqual(result);
    const other = ablated(pair, `${council}\nseed: 2`, { metric: "sharpe" });
    expect(other.agents[0]!.shapley.estimate).toBe(result.agents[0]!.shapley.estimate);
    expect(other.agents[0]!.shapley.interval).not.toEqual(result.agents[0]!.shapley.interval);
  });

  it("runs no equal weights where they are equal already", () => {
    const same = ablated(pair, "agents: [prophet, fool]\ncoordinator: {weights: {fool: 3, prophet: 3}}");
    expect(same).toMatchObject({ runs: 4, equal: null, equalWeights: null });
  });

  it("can say nothing of an agent that never speaks, and tells of councils that never traded", () => {
    const silent = ablated([mute("mute"), seer("prophet", 1)], "agents: [mute, prophet]", { metric: "sharpe" });
    expect(silent.agents.find(({ agent }) => agent === "mute")!.verdict).not.toBe("helps");
    expect(silent.subsets[1]).toMatchObject({ agents: ["mute"], value: 0, fills: 0 });
    expect(silent.warnings.join()).toMatch(/1 of the 4 councils never traded, which counts as 0: mute/);
  });

  it("gives no interval for a few days", () => {
    const short = ablated(pair, council, { days: 10 });
    expect(short.agents.map(({ shapley, verdict }) => [shapley.interval, verdict])).toEqual([[null, "unclear"], [null, "unclear"]]);
    expect(short.agents[0]!.sentence).toMatch(/nothing can be said from 10 days/);
  });

  it("takes six agents and no more, and needs one", () => {
    const many = Array.from({ length: 7 }, (_, i) => mute(`a${i}`));
    expect(runsOf(definitionOf("agents: [a0, a1, a2, a3, a4, a5]", { agents: many }))).toBe(64);
    expect(() => runsOf(definitionOf("name: big", { agents: many }))).toThrow(/at most 6 agents \(64 backtests\) can be judged at once; big has 7/);
    expect(() => runsOf(definitionOf("agents: none"))).toThrow(/has no council, so there is nothing to leave out/);
  });
});
