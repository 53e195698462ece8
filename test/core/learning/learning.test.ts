import { describe, expect, it } from "vitest";
import type { Vote } from "../../../src/core/agent.ts";
import { Learning, type LearningParams } from "../../../src/core/learning/learning.ts";
import { brierScore, forecastOf, logScore, outcomeOf } from "../../../src/core/learning/forecast.ts";

const vote = (agent: string, score: number, confidence = 1): Vote => ({ agent, symbol: "ABC/USD", time: 0, expires: 1, score, confidence, reason: "", evidence: {} });
const params = (change: Partial<LearningParams> = {}): LearningParams => ({ pool: "hedge", horizon: 3, weights: {}, ...change });
const HOUR = 3_600_000;

/** Passes decisions one hour apart: prices, with the same votes each time. */
function run(learning: Learning, prices: readonly number[], votes: readonly Vote[]) {
  return prices.map((price, i) => learning.pass(i * HOUR, price, votes));
}

describe("a forecast", () => {
  it("is a vote as the probability of a higher price", () => {
    expect(forecastOf(vote("a", 0.5, 0.4))).toBeCloseTo(0.6, 12);
    expect(forecastOf(vote("a", -1, 0.5))).toBe(0.25);
  });

  it("is never certain", () => {
    expect(forecastOf(vote("a", 1))).toBe(0.98);
    expect(forecastOf(vote("a", -1))).toBeCloseTo(0.02, 12);
  });

  it("is scored by Brier and by logarithm", () => {
    expect(brierScore(0.7, 1)).toBeCloseTo(0.09, 12);
    expect(brierScore(0.5, 0)).toBe(0.25);
    expect(logScore(0.5, 1)).toBeCloseTo(Math.log(2), 12);
    expect(logScore(0.8, 0)).toBeCloseTo(-Math.log(0.2), 12);
  });

  it("of a price that has not moved counts as half right and half wrong", () => {
    expect(outcomeOf(100, 100)).toBe(0.5);
    expect([outcomeOf(100, 101), outcomeOf(100, 99)]).toEqual([1, 0]);
  });
});

describe("a council that learns", () => {
  it("scores a forecast when its horizon has passed, and not earlier", () => {
    const rounds = run(new Learning(["a", "b"], params()), [100, 90, 80, 101], [vote("a", 0.6), vote("b", -0.2)]);
    expect(rounds.slice(0, 3)).toEqual([null, null, null]);
    expect(rounds[3]).toMatchObject({ time: 0, due: 3 * HOUR, price: 100, outcome: 1, members: [0.8, 0.4], pool: 0.6000000000000001, base: 0.5 });
  });

  it("takes one forecast per horizon, so that outcomes do not overlap", () => {
    const learning = new Learning(["a"], params());
    run(learning, Array.from({ length: 13 }, (_, i) => 100 + i), [vote("a", 0.6)]);
    expect(learning.rounds.map(({ time, due }) => [time / HOUR, due / HOUR])).toEqual([[0, 3], [3, 6], [6, 9], [9, 12]]);
  });

  it("keeps the weights as they are until the first outcome is known", () => {
    const learning = new Learning(["a", "b"], params());
    run(learning, [100, 101, 102], [vote("a", 1), vote("b", -1)]);
    expect(learning.weights()).toEqual({ a: 1, b: 1 });
    learning.pass(3 * HOUR, 103, []);
    const { a, b } = learning.weights() as { a: number; b: number };
    expect(a).toBeGreaterThan(b);
    expect(a + b).toBeCloseTo(2, 12);
  });

  it("waits with the first forecast until somebody has one", () => {
    const learning = new Learning(["a"], params());
    run(learning, [100, 101, 102, 103], []);
    learning.pass(4 * HOUR, 104, [vote("a", 0.2)]);
    run(learning, [], []);
    learning.pass(5 * HOUR, 1, []);
    learning.pass(6 * HOUR, 1, []);
    expect(learning.pass(7 * HOUR, 105, [])).toMatchObject({ time: 4 * HOUR, price: 104, outcome: 1 });
  });

  it("leaves one that abstained out of the pool and out of the score", () => {
    const [, , , round] = run(new Learning(["a", "b"], params()), [100, 1, 1, 99], [vote("b", 0.5)]);
    expect(round).toMatchObject({ members: [null, 0.75], pool: 0.75, equal: 0.75 });
  });

  it("never gives weight to an agent that the definition gives none", () => {
    const learning = new Learning(["a", "b"], params({ weights: { b: 0 } }));
    run(learning, [100, 99, 98, 97, 96, 95, 94], [vote("a", 1), vote("b", -1)]);
    expect(learning.weights()).toEqual({ a: 1, b: 0 });
    expect(learning.rounds[0]?.members).toEqual([0.98, null]);
  });

  it("has the definition's weights as its prior", () => {
    expect(new Learning(["a", "b"], params({ weights: { b: 3 } })).weights()).toEqual({ a: 0.5, b: 1.5 });
  });

  it("leaves weights alone where they are fixed or equal, and says all the same what it has learned", () => {
    for (const pool of ["fixed", "equal"] as const) {
      const learning = new Learning(["a", "b"], params({ pool, weights: { b: 3 } }));
      run(learning, [100, 1, 1, 101, 1, 1, 102], [vote("a", 1), vote("b", -1)]);
      expect(learning.weights()).toEqual(pool === "fixed" ? { a: 1, b: 3 } : { a: 1, b: 1 });
      expect(learning.rounds[1]?.hedge).toBeGreaterThan(learning.rounds[0]?.hedge ?? 1);
    }
  });

  it("learns the same from the same decisions", () => {
    const prices = [100, 101, 99, 102, 98, 103, 97, 104, 105, 106];
    const votes = [vote("a", 0.3), vote("b", -0.4, 0.5)];
    const one = new Learning(["a", "b"], params());
    const other = new Learning(["a", "b"], params());
    expect(JSON.stringify(run(one, prices, votes))).toBe(JSON.stringify(run(other, prices, votes)));
    expect(one.weights()).toEqual(other.weights());
  });
});
