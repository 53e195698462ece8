import { describe, expect, it } from "vitest";
import type { Vote } from "../../../src/core/agent.ts";
import { scoresOf, worthOf } from "../../../src/app/council/scores.ts";
import { Learning } from "../../../src/core/learning/learning.ts";
import { createRandom } from "../../../src/core/random.ts";

const vote = (agent: string, score: number): Vote => ({ agent, symbol: "ABC/USD", time: 0, expires: 1, score, confidence: 1, reason: "", evidence: {} });

/** A council over `rounds` moves of a price: one member knows seven in ten of them, one guesses, one sleeps. */
function learned(rounds: number): Learning {
  const learning = new Learning(["prophet", "fool", "sleeper"], { pool: "hedge", horizon: 1, weights: {} });
  const random = createRandom(7);
  let price = 100;
  for (let i = 0; i <= rounds; i++) {
    const up = random.uniform() < 0.5;
    const says = random.uniform() < 0.7 ? up : !up;
    const votes = [vote("prophet", says ? 0.4 : -0.4), vote("fool", random.uniform() < 0.5 ? 0.8 : -0.8)];
    learning.pass(i, price, votes);
    price += up ? 1 : -1;
  }
  return learning;
}

describe("the scores of a council", () => {
  it("say nothing before a horizon has passed", () => {
    const scores = scoresOf(learned(0));
    expect(scores).toMatchObject({ rounds: 0, regret: null, weights: [] });
    expect(scores.agents.map(({ rounds, brier, log }) => [rounds, brier, log])).toEqual([[0, null, null], [0, null, null], [0, null, null]]);
    expect(scores.against.every(({ better }) => better === null)).toBe(true);
  });

  it("tell who knows from who guesses, and what each weighs", () => {
    const { agents, regret } = scoresOf(learned(600));
    const [prophet, fool, sleeper] = agents as [(typeof agents)[0], (typeof agents)[0], (typeof agents)[0]];
    expect(prophet.brier).toBeLessThan(0.22);
    expect(fool.brier).toBeGreaterThan(0.35);
    expect(prophet.weight).toBeGreaterThan(2);
    expect(sleeper.rounds).toBe(0);
    expect(regret?.best).toBe("prophet");
    expect(regret?.regret).toBeLessThanOrEqual(regret?.bound ?? 0);
  });

  it("show how often the price rose after forecasts of each size", () => {
    const [prophet] = scoresOf(learned(600)).agents;
    expect(prophet?.calibration.map(({ count }) => count).reduce((a, b) => a + b, 0)).toBe(600);
    for (const { forecast, up } of prophet?.calibration ?? []) expect(Math.abs(forecast - up)).toBeLessThan(0.08);
  });

  it("compare the pool with equal weights and with a coin, with intervals", () => {
    const { against } = scoresOf(learned(600));
    const coin = against.find(({ name }) => name === "a coin");
    expect(coin?.better?.low).toBeGreaterThan(0);
    const equal = against.find(({ name }) => name === "equal weights");
    expect(equal?.better?.low).toBeGreaterThan(0);
    const best = against.find(({ name }) => name === "best agent (prophet)");
    expect(best?.better?.high).toBeLessThan(0.01);
  });

  it("give no interval on a handful of rounds", () => {
    expect(scoresOf(learned(20)).against.every(({ better, rounds }) => better === null && rounds === 20)).toBe(true);
  });

  it("show weights over the whole time on at most 200 rounds, the first and the newest among them", () => {
    const long = learned(900);
    const { weights } = scoresOf(long);
    expect(weights).toHaveLength(200);
    expect([weights[0]!.time, weights.at(-1)!.time]).toEqual([long.rounds[0]!.time, long.rounds.at(-1)!.time]);
    const times = weights.map(({ time }) => time);
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
  });

  it("tell in short what they tell in full", () => {
    const learning = learned(300);
    const { agents, pooled } = scoresOf(learning);
    const short = worthOf(learning);
    for (const { name, brier, rounds } of agents) expect(short.agents.get(name)).toEqual({ brier, rounds });
    expect(short.pool).toEqual({ brier: pooled[0]!.brier, rounds: pooled[0]!.rounds });
  });

  it("are the same each time", () => {
    expect(JSON.stringify(scoresOf(learned(100)))).toBe(JSON.stringify(scoresOf(learned(100))));
  });
});
