import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HedgeState, hedgeRound, hedgeWeights, regret, regretBound, startHedge } from "../../../src/core/learning/ada-hedge.ts";

const learn = (prior: readonly number[], rounds: readonly (readonly number[])[]): HedgeState => rounds.reduce(hedgeRound, startHedge(prior));

describe("AdaHedge over sleeping experts", () => {
  it("begins with the prior, scaled to a sum of 1", () => {
    expect(hedgeWeights(startHedge([1, 3]))).toEqual([0.25, 0.75]);
  });

  it("follows the leader while no gap has been seen", () => {
    // The first loss that tells two experts apart is charged to the prior's mean; the mix loss of a leader follower is the leader's.
    const state = learn([1, 1], [[0, 1]]);
    expect(state.poolLoss).toBe(0.5);
    expect(state.gap).toBe(0.5);
    const eta = Math.log(2) / 0.5;
    const [first] = hedgeWeights(state);
    expect(first).toBeCloseTo(1 / (1 + Math.exp(-eta)), 12);
  });

  it("gives the rounds of the paper's recursion, worked by hand", () => {
    const state = learn([1, 1], [[0, 1], [1, 0]]);
    const eta = Math.log(2) / 0.5;
    const w = 1 / (1 + Math.exp(-eta));
    const mix = -Math.log(w * Math.exp(-eta) + (1 - w)) / eta;
    expect(state.poolLoss).toBeCloseTo(0.5 + w, 12);
    expect(state.gap).toBeCloseTo(0.5 + w - mix, 12);
    expect(state.losses).toEqual([1, 1]);
  });

  it("leaves the weight of one that slept where it was against the pool", () => {
    const state = learn([1, 1, 1], [[0.2, 0.6, Number.NaN], [0.3, 0.5, Number.NaN]]);
    expect(regret(state, 2)).toBeCloseTo(0, 12);
    const [best, worst, asleep] = hedgeWeights(state) as [number, number, number];
    expect(best).toBeGreaterThan(asleep);
    expect(asleep).toBeGreaterThan(worst);
  });

  it("changes nothing in a round in which all slept", () => {
    const state = learn([1, 2], [[0.1, 0.9]]);
    expect(hedgeRound(state, [Number.NaN, Number.NaN])).toBe(state);
  });

  it("moves all weight to a member that is always better", () => {
    const state = learn([1, 1, 1, 1], Array.from({ length: 400 }, () => [0.1, 0.3, 0.3, 0.3]));
    expect(hedgeWeights(state)[0]).toBeGreaterThan(0.99);
  });

  it("never loses more against any member than the bound says, whatever happens and whoever sleeps", () => {
    const loss = fc.oneof({ weight: 4, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }, { weight: 1, arbitrary: fc.constant(Number.NaN) }, { weight: 1, arbitrary: fc.constantFrom(0, 1) });
    const sequences = fc.integer({ min: 1, max: 6 }).chain((members) =>
      fc.record({
        prior: fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: members, maxLength: members }),
        rounds: fc.array(fc.array(loss, { minLength: members, maxLength: members }), { maxLength: 120 }),
      }),
    );
    fc.assert(
      fc.property(sequences, ({ prior, rounds }) => {
        let pooled = 0;
        const against = prior.map(() => 0);
        let state = startHedge(prior);
        for (const round of rounds) {
          const weights = hedgeWeights(state);
          const before = state.poolLoss;
          state = hedgeRound(state, round);
          const lost = state.poolLoss - before;
          pooled += lost;
          round.forEach((one, i) => {
            if (!Number.isNaN(one)) against[i] = (against[i] as number) + lost - one;
          });
          const sum = weights.reduce((all, one) => all + one, 0);
          expect(sum).toBeCloseTo(1, 9);
        }
        expect(state.poolLoss).toBeCloseTo(pooled, 9);
        against.forEach((own, i) => {
          expect(regret(state, i)).toBeCloseTo(own, 9);
          expect(own).toBeLessThanOrEqual(regretBound(state, i) + 1e-9);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("has a bound that grows with the root of the rounds against two that take turns at being right", () => {
    const state = learn([1, 1], Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? [0, 1] : [1, 0])));
    expect(regretBound(state, 0)).toBeLessThan(2 * Math.sqrt((10_000 * Math.log(2)) / 2));
    expect(regret(state, 0)).toBeLessThan(regretBound(state, 0));
  });
});
