import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Vote } from "../../src/core/agent.ts";
import { coordinate, type CoordinatorParams, type Course, FIRST_COURSE, pool, weightsOf } from "../../src/core/coordinator.ts";
import type { Decision, Stance } from "../../src/core/decision.ts";

const PARAMS: CoordinatorParams = { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 3 };
const AGENTS = ["momentum", "regime", "risk-profile"];
const CANDIDATES = [
  { name: "dca", suits: { accumulate: 0.75, range: 0.25 } },
  { name: "grid", suits: { range: 0.75, accumulate: 0.25 } },
];

function vote(agent: string, score: number, confidence = 1, rest: Partial<Vote> = {}): Vote {
  return { agent, symbol: "BTC/USDT", time: 0, expires: 1, score, confidence, reason: "test", evidence: {}, ...rest };
}
const sizing = (size: number, rest: Partial<Vote> = {}): Vote => vote("risk-profile", 0, 1, { size, ...rest });
const VETO = sizing(0, { veto: { maxExposure: 0, limit: "drawdown 21 % has reached the stop of 20 %" } });

function decide(votes: readonly Vote[], course: Course = FIRST_COURSE, params: Partial<CoordinatorParams> = {}): { decision: Decision; course: Course } {
  return coordinate({ symbol: "BTC/USDT", time: 7, votes, agents: AGENTS, candidates: CANDIDATES, course, params: { ...PARAMS, ...params } });
}

/** Feeds one set of votes after another and gives the stances. */
function stances(rounds: readonly (readonly Vote[])[], params: Partial<CoordinatorParams> = {}): Stance[] {
  let course = FIRST_COURSE;
  return rounds.map((votes) => {
    const next = decide(votes, course, params);
    course = next.course;
    return next.decision.stance;
  });
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const up = [vote("momentum", 0.8), vote("regime", 0.4, 1, { ranging: -0.5 }), sizing(0.6)];
const down = [vote("momentum", -0.8), vote("regime", -0.4, 1, { ranging: -0.5 }), sizing(0.6)];
const flat = [vote("momentum", 0.05), vote("regime", 0, 1, { ranging: 0.6 }), sizing(0.6)];

describe("the pool of votes", () => {
  it("is the mean of score times confidence by weight, by hand: (1 x 0.8 x 0.5 + 3 x -0.4 x 1) / 4 = -0.2", () => {
    const pooled = pool([vote("momentum", 0.8, 0.5), vote("regime", -0.4)], AGENTS.slice(0, 2), weightsOf(AGENTS.slice(0, 2), { weights: { regime: 3 } }));
    expect(pooled.conviction).toBeCloseTo(-0.2, 12);
    expect(pooled.awake).toBe(1);
  });

  it("is neither raised nor watered down by an agent that abstains", () => {
    expect(pool([vote("momentum", 0.8)], AGENTS, weightsOf(AGENTS, PARAMS)).conviction).toBe(0.8);
  });

  it("takes no direction from an agent that sizes, and the smallest size of those that do", () => {
    const pooled = pool([vote("momentum", 0.6), sizing(0.4), vote("other", 1, 1, { size: 0.7 })], [...AGENTS, "other"], weightsOf([...AGENTS, "other"], PARAMS));
    expect(pooled.conviction).toBe(0.6);
    expect(pooled.size).toBe(0.4);
    expect(pooled.awake).toBe(0.5);
  });

  it("keeps to its ranges whatever the votes, and does not care in which order they come", () => {
    const arbitrary = fc.array(
      fc.record({ agent: fc.constantFrom(...AGENTS), score: fc.double({ min: -1, max: 1, noNaN: true }), confidence: fc.double({ min: 0, max: 1, noNaN: true }), size: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }) }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(arbitrary, fc.dictionary(fc.constantFrom(...AGENTS), fc.double({ min: 0, max: 10, noNaN: true })), (drawn, weights) => {
        const votes = drawn.map(({ agent, score, confidence, size }) => vote(agent, score, confidence, size === undefined ? {} : { size }));
        const inOrder = weightsOf(AGENTS, { weights });
        const pooled = pool(votes, AGENTS, inOrder);
        expect(Math.abs(pooled.conviction)).toBeLessThanOrEqual(1 + 1e-12);
        for (const one of votes) if (one.size !== undefined) expect(pooled.size).toBeLessThanOrEqual(one.size);
        expect(pool(votes.toReversed(), AGENTS, inOrder).conviction).toBeCloseTo(pooled.conviction, 9);
      }),
    );
  });
});

describe("the coordinator", () => {
  it("accumulates when the council leans up, with what suits it, and says why", () => {
    const { decision } = decide(up);
    expect(decision).toMatchObject({ stance: "accumulate", exposure: 0.6, shares: { dca: 0.75, grid: 0.25 } });
    expect(decision.conviction).toBeCloseTo(0.6, 12);
    expect(decision.reason).toBe("The council leans up (conviction +0.60, market trending -0.50): dca 75 %, grid 25 % of at most 60 % exposure.");
  });

  it("ranges when nobody leans and the market goes sideways", () => {
    const { decision } = decide(flat);
    expect(decision).toMatchObject({ stance: "range", shares: { grid: 0.75, dca: 0.25 } });
  });

  it("reduces when it leans down: nobody gets a share", () => {
    expect(decide(down).decision).toMatchObject({ stance: "reduce", shares: {} });
  });

  it("holds without a quorum, and says how many voted", () => {
    const { decision } = decide([sizing(0.5)]);
    expect(decision.stance).toBe("hold");
    expect(decision.reason).toBe("Only 0 % of the council voted, under the quorum of 50 %: everything stays as it is.");
  });

  it("keeps the shares of the stance before while it holds", () => {
    const after = decide(up);
    const held = decide([], { ...after.course, age: 10 });
    expect(held.decision.stance).toBe("hold");
    expect(held.decision.shares).toEqual(after.decision.shares);
  });

  it("halts at once when an agent vetoes everything, and names the limit", () => {
    const { decision } = decide([...up.slice(0, 2), VETO], { stance: "accumulate", age: 1, shares: {} });
    expect(decision).toMatchObject({ stance: "halt", exposure: 0 });
    expect(decision.reason).toBe("Everything is sold and nothing opened. risk-profile: drawdown 21 % has reached the stop of 20 %.");
    expect(decision.vetoes).toEqual([{ agent: "risk-profile", maxExposure: 0, limit: "drawdown 21 % has reached the stop of 20 %" }]);
  });

  it("leaves a halt as soon as the veto is gone", () => {
    expect(stances([up, [VETO], up])).toEqual(["accumulate", "halt", "accumulate"]);
  });

  it("lets a partial veto lower the exposure without a halt", () => {
    const { decision } = decide([...up.slice(0, 2), sizing(0.6, { veto: { maxExposure: 0.2, limit: "a large position" } })]);
    expect(decision).toMatchObject({ stance: "accumulate", exposure: 0.2 });
  });

  it("keeps a stance for its dwell, then changes", () => {
    expect(stances([up, down, down, down, down])).toEqual(["accumulate", "accumulate", "accumulate", "reduce", "reduce"]);
  });

  it("leaves a direction later than it enters it, so that it does not flutter", () => {
    const weak = [vote("momentum", 0.15), vote("regime", 0.15, 1, { ranging: -0.9 }), sizing(0.5)];
    expect(decide(weak).decision.stance).toBe("hold");
    expect(stances([...times(4, up), ...times(4, weak)], { dwell: 0 })).toEqual(times(8, "accumulate"));
  });

  it("never allows more exposure than the smallest size or veto", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, fc.option(share, { nil: undefined }), fc.double({ min: -1, max: 1, noNaN: true }), (size, cap, score) => {
        const owner = sizing(size, cap === undefined ? {} : { veto: { maxExposure: cap, limit: "test" } });
        const { decision } = decide([vote("momentum", score), vote("regime", score), owner]);
        expect(decision.exposure).toBeLessThanOrEqual(Math.min(size, cap ?? 1));
      }),
    );
  });
});
