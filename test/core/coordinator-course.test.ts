import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Vote } from "../../src/core/agent.ts";
import { type Candidate, coordinate, type CoordinatorParams, type Course, FIRST_COURSE, pool, weightsOf } from "../../src/core/coordinator.ts";
import type { Decision, Stance } from "../../src/core/decision.ts";

const PARAMS: CoordinatorParams = { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 3 };
const AGENTS = ["momentum", "regime", "risk-profile"];
const CANDIDATES: readonly Candidate[] = [
  { name: "dca", suits: { accumulate: 0.75, range: 0.25 } },
  { name: "grid", suits: { range: 0.75, accumulate: 0.25 } },
];

const vote = (agent: string, score: number, rest: Partial<Vote> = {}): Vote => ({ agent, symbol: "ABC/USD", time: 0, expires: 1, score, confidence: 1, reason: "test", evidence: {}, ...rest });
const council = (score: number, ranging: number, size = 0.5): Vote[] => [vote("momentum", score), vote("regime", score, { ranging }), vote("risk-profile", 0, { size })];
const STOP = [vote("risk-profile", 0, { size: 0, veto: { maxExposure: 0, limit: "the stop" } })];

function decide(votes: readonly Vote[], course: Course, params: Partial<CoordinatorParams> = {}, candidates = CANDIDATES): { decision: Decision; course: Course } {
  return coordinate({ symbol: "ABC/USD", time: 7, votes, agents: AGENTS, candidates, course, params: { ...PARAMS, ...params } });
}
const since = (stance: Stance, age = 10, shares: Course["shares"] = {}): Course => ({ stance, age, shares });

describe("the quorum", () => {
  it("of everybody is reached when everybody voted, whatever the weights add up to in floats", () => {
    // 0.1 + 0.2 + 0.3 - 0.3 is not 0.1 + 0.2 in doubles.
    const weights = { momentum: 0.1, regime: 0.2, "risk-profile": 0.3 };
    expect(pool(council(0.5, 0), AGENTS, weightsOf(AGENTS, { weights })).awake).toBe(1);
    expect(decide(council(0.5, 0), FIRST_COURSE, { weights, quorum: 1 }).decision.stance).toBe("accumulate");
  });

  it("is counted by weight: one agent of weight 3 out of 4 is enough for two thirds, the other is not", () => {
    const params = { weights: { momentum: 3 }, quorum: 2 / 3 };
    const sizer = vote("risk-profile", 0, { size: 1 });
    expect(decide([vote("momentum", 0.5), sizer], FIRST_COURSE, params).decision.stance).toBe("accumulate");
    expect(decide([vote("regime", 0.5), sizer], FIRST_COURSE, params).decision.stance).toBe("hold");
  });

  it("is not reached by agents without weight", () => {
    expect(decide(council(1, 0), FIRST_COURSE, { weights: { momentum: 0, regime: 0 }, quorum: 0 }).decision.stance).toBe("hold");
  });
});

describe("the thresholds", () => {
  it.each<[Stance, number, Stance]>([
    ["hold", 0.25, "accumulate"],
    ["hold", 0.24, "hold"],
    ["accumulate", 0.1, "accumulate"],
    ["accumulate", 0.09, "hold"],
    ["hold", -0.25, "reduce"],
    ["hold", -0.24, "hold"],
    ["reduce", -0.1, "reduce"],
    ["reduce", -0.09, "hold"],
    ["accumulate", -0.24, "hold"],
    ["accumulate", -0.25, "reduce"],
  ])("lead from %s at a conviction of %d to %s", (from, score, to) => {
    expect(decide(council(score, -1), since(from)).decision.stance).toBe(to);
  });

  it.each<[Stance, number, Stance]>([
    ["hold", 0.1, "range"],
    ["hold", 0.09, "hold"],
    ["range", -0.1, "range"],
    ["range", -0.11, "hold"],
  ])("lead from %s in a market that ranges by %d to %s when nobody leans", (from, ranging, to) => {
    expect(decide(council(0, ranging), since(from)).decision.stance).toBe(to);
  });

  it("put a clear direction before a sideways market", () => {
    expect(decide(council(0.3, 1), since("range")).decision.stance).toBe("accumulate");
  });
});

describe("the course", () => {
  it("counts the decisions of a stance and begins again with the next", () => {
    let course = FIRST_COURSE;
    const ages = [0.5, 0.5, 0.5, -0.5, -0.5].map((score) => (course = decide(council(score, -1), course).course).age);
    expect(ages).toEqual([1, 2, 3, 1, 2]);
  });

  it("says that it waits, for what, and how long", () => {
    const { decision } = decide(council(-0.5, -1), since("accumulate", 1, { dca: 0.75, grid: 0.25 }));
    expect(decision.reason).toBe(
      'Still "accumulate" (conviction -0.50, market trending -1.00): dca 75 %, grid 25 % of at most 50 % exposure. The votes now say reduce; the stance is kept until it has lasted 3 decisions.',
    );
  });

  it("halts in the middle of a dwell and gives nobody a share, for as long as the veto lasts", () => {
    const first = decide(STOP, since("accumulate", 1));
    const second = decide(STOP, first.course);
    expect([first, second].map(({ decision, course }) => [decision.stance, decision.exposure, decision.shares, course.age])).toEqual([
      ["halt", 0, {}, 1],
      ["halt", 0, {}, 2],
    ]);
  });

  it("does not halt for a size of 0 without a veto: it only allows nothing", () => {
    expect(decide(council(0.5, 0, 0), FIRST_COURSE).decision).toMatchObject({ stance: "accumulate", exposure: 0 });
  });

  it("gives shares that add up to 1, in proportion to what suits, and none to what does not", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.oneof(share, fc.constant(0)), { minLength: 1, maxLength: 6 }), (suits) => {
        const candidates = suits.map((suit, i) => ({ name: `s${i}`, suits: { accumulate: suit } }));
        const { shares } = decide(council(0.5, 0), FIRST_COURSE, {}, candidates).decision;
        const total = suits.reduce((sum, suit) => sum + suit, 0);
        expect(Object.values(shares).reduce((sum, part) => sum + part, 0)).toBeCloseTo(total > 0 ? 1 : 0, 9);
        suits.forEach((suit, i) => expect(shares[`s${i}`] ?? 0).toBeCloseTo(suit > 0 ? suit / total : 0, 9));
      }),
    );
  });
});

describe("any council", () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  const both = fc.double({ min: -1, max: 1, noNaN: true });
  const extra = fc.record({ ranging: both, size: unit, veto: fc.record({ maxExposure: unit, limit: fc.constant("test") }) }, { requiredKeys: [] });
  const votes = fc.uniqueArray(fc.tuple(fc.constantFrom(...AGENTS), both, unit, extra), { selector: ([agent]) => agent }).map((list) => list.map(([agent, score, confidence, rest]) => vote(agent, score, { confidence, ...rest })));
  const rounds = fc.array(votes, { minLength: 1, maxLength: 12 });

  it("gets decisions inside their ranges, with a reason, that change a stance only after its dwell or for a halt", () => {
    fc.assert(
      fc.property(rounds, fc.integer({ min: 0, max: 4 }), (list, dwell) => {
        let course = FIRST_COURSE;
        for (const one of list) {
          const { decision, course: next } = decide(one, course, { dwell });
          expect(Math.abs(decision.conviction)).toBeLessThanOrEqual(1 + 1e-12);
          const caps = one.flatMap(({ size, veto }) => [size ?? 1, veto?.maxExposure ?? 1]);
          expect(decision.exposure).toBe(decision.stance === "halt" ? 0 : Math.min(1, ...caps));
          expect(decision.reason).toMatch(/^[A-Z].+\.$/);
          if (decision.stance !== course.stance) expect(decision.stance === "halt" || course.stance === "halt" || course.age >= dwell).toBe(true);
          course = next;
        }
      }),
    );
  });

  it("gets the same decision for the same votes, and nothing that was handed in is changed", () => {
    fc.assert(
      fc.property(votes, (one) => {
        const before = JSON.stringify(one);
        expect(decide(one, since("range", 1))).toEqual(decide(one, since("range", 1)));
        expect(JSON.stringify(one)).toBe(before);
      }),
    );
  });
});
