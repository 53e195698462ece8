import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Vote } from "../../src/core/agent.ts";
import { ANALYST, verdictId } from "../../src/core/analyst.ts";
import { coordinate, FIRST_COURSE, type CoordinatorParams, type Course } from "../../src/core/coordinator.ts";
import type { OutsideItem } from "../../src/core/outside.ts";
import { OutsideLog } from "../../src/core/outside-log.ts";
import { agents } from "../../agents/index.ts";
import { hours, observation, opinionOf } from "./observe.ts";

const SEEN = observation(hours(Array.from({ length: 50 }, (_, i) => 100 + i)));
const NOW = SEEN.time;

const item = (own: Partial<OutsideItem>): OutsideItem => ({
  source: ANALYST, id: verdictId(NOW, "abc"), symbol: SEEN.symbol, published: NOW, fetched: NOW, known: NOW, expires: NOW + 1, value: 0.7, text: "RSI 71 is stretched.", score: -0.2, ...own,
});

function asked(items: readonly OutsideItem[], params: unknown = {}) {
  const log = new OutsideLog([ANALYST]);
  for (const one of items) log.take(one);
  return opinionOf(ANALYST, { ...SEEN, outside: log.view(SEEN.symbol, NOW) }, params);
}

describe("the analyst", () => {
  it("allows what the model allows, and gives the call that it comes from", () => {
    const opinion = asked([item({})]);
    expect(opinion?.size).toBe(0.7);
    expect(opinion?.evidence).toEqual({ allows: 0.7, lean: -0.2, asOf: NOW, call: "abc" });
    expect(opinion?.reason).toBe("the model allows 70 % in the market: RSI 71 is stretched.");
  });

  it("takes away no more than it may", () => {
    expect(asked([item({ value: 0 })])?.size).toBe(0.5);
    expect(asked([item({ value: 0 })], { most: 0.2 })?.size).toBe(0.8);
    expect(asked([item({ value: -1e9 })], { most: 0.9 })?.size).toBeCloseTo(0.1, 12);
    expect(asked([item({ value: 1e9 })])?.size).toBe(1);
  });

  it("abstains without an answer that still counts", () => {
    expect(asked([])).toBeNull();
    expect(asked([item({ known: NOW - 2, expires: NOW })])).toBeNull();
    expect(asked([item({ known: NOW + 1, expires: NOW + 2 })])).toBeNull();
    expect(asked([item({ value: null })])).toBeNull();
    expect(asked([item({ value: Number.NaN })])).toBeNull();
  });

  it("does not take the verdict on another market for its own", () => {
    expect(asked([item({ symbol: "ETH/USDT" })])).toBeNull();
    expect(asked([item({ symbol: null })])).toBeNull();
  });

  it("goes by the newest question that was answered", () => {
    expect(asked([item({ published: NOW - 10, value: 0.9, id: "1:a" }), item({ published: NOW - 5, value: 0.6, id: "2:b" })])?.size).toBe(0.6);
  });

  it("does not tell the others how the world outside is", () => {
    const log = new OutsideLog([ANALYST, "fear-greed"]);
    log.take(item({}));
    expect(log.view(SEEN.symbol, NOW).health()).toEqual([{ source: "fear-greed", good: false }]);
  });
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const lean = fc.double({ min: -1, max: 1, noNaN: true });
const anything = fc.oneof(fc.double(), fc.constantFrom(1e9, -1e9, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null));
const round = fc.record({
  score: lean, confidence: share, ranging: lean, size: share, veto: fc.option(share, { nil: undefined }), volatility: fc.double({ min: 0.0001, max: 0.2, noNaN: true }),
  value: anything, itemScore: anything, text: fc.string(),
});

describe("a council with the analyst in it", () => {
  it("never has more exposure nor a bolder stance than without, whatever stands in the item", () => {
    const names = ["trend", "limits", ANALYST];
    const entry = agents.find(({ name }) => name === ANALYST);
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 12 }), share, share, share, fc.double({ min: 0, max: 0.9, noNaN: true }), (rounds, quorum, enter, kelly, most) => {
        const params: CoordinatorParams = { weights: { [ANALYST]: 0, limits: 0 }, quorum, enter, leave: enter / 2, dwell: 2, kelly };
        const running = entry?.start({ most });
        let alone: Course = FIRST_COURSE;
        let together: Course = FIRST_COURSE;
        for (const one of rounds) {
          const log = new OutsideLog([ANALYST]);
          log.take(item({ value: one.value, score: one.itemScore, text: one.text }));
          const opinion = running?.vote({ ...SEEN, outside: log.view(SEEN.symbol, NOW) }) ?? null;
          const signed = { symbol: SEEN.symbol, time: NOW, expires: NOW + 1, reason: "1", evidence: {} };
          const votes: Vote[] = [
            { ...signed, agent: "trend", score: one.score, confidence: one.confidence, ranging: one.ranging },
            { ...signed, agent: "limits", score: 0, confidence: 1, size: one.size, ...(one.veto === undefined ? {} : { veto: { maxExposure: one.veto, limit: "limit" } }) },
          ];
          const decide = (cast: readonly Vote[], course: Course) =>
            coordinate({ symbol: SEEN.symbol, time: NOW, votes: cast, agents: names, candidates: [{ name: "grid", suits: { range: 1, accumulate: 1 } }], course, params, volatility: one.volatility });
          const without = decide(votes, alone);
          const within = decide(opinion === null ? votes : [...votes, { ...signed, agent: ANALYST, ...opinion }], together);
          alone = without.course;
          together = within.course;
          expect(within.decision.exposure).toBeLessThanOrEqual(without.decision.exposure);
          expect(within.decision.stance).toBe(without.decision.stance);
          expect(within.decision.conviction).toBe(without.decision.conviction);
          expect(within.decision.shares).toEqual(without.decision.shares);
        }
      }),
      { numRuns: 300 },
    );
  });
});
