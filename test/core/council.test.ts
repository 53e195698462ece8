import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Opinion, RunningAgent } from "../../src/core/agent.ts";
import { type Bot, type BotPlan, STOP, createBot } from "../../src/core/bot.ts";
import { seriesFrom } from "../../src/core/candle.ts";
import type { Decision } from "../../src/core/decision.ts";
import type { OutsideItem } from "../../src/core/outside.ts";
import { RISK_PROFILES } from "../../src/core/risk-profiles.ts";
import { step } from "../../src/core/step.ts";
import { strategies } from "../../strategies/index.ts";
import { instrument } from "../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });
const HOUR = 3_600_000;
const CLOSES = Array.from({ length: 200 }, (_, i) => 100 + (i % 7));

const opinion = (score: number, confidence = 1, rest: Partial<Opinion> = {}): Opinion => ({ score, confidence, reason: "as told", evidence: {}, ...rest });
const voter = (name: string, vote: RunningAgent["vote"], warmup = 1): RunningAgent => ({ name, warmup, vote });
const says = (name: string, ...rest: Parameters<typeof opinion>): RunningAgent => voter(name, () => opinion(...rest));
const silent = (name: string): RunningAgent => voter(name, () => null);

/** A council of these agents over bars of an hour, and what it decides bar after bar. */
function council(agents: readonly RunningAgent[], coordinator: Partial<BotPlan["coordinator"]> = {}, sources: readonly string[] = []) {
  const bars = seriesFrom(CLOSES.map((close, i) => ({ time: i * HOUR, open: close, high: close + 1, low: close - 1, close, volume: 10 })), HOUR);
  const bot = createBot({
    capitalUnits: 1_000 * ABC.quoteScale,
    fees: { maker: 0, taker: 0, currency: "quote", slippage: 0 },
    symbols: [{ instrument: ABC, bars }],
    agents,
    sources,
    coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 1, ...coordinator },
    profile: RISK_PROFILES.balanced,
    strategies: [{ entry: strategies.find(({ name }) => name === "grid")!, params: strategies.find(({ name }) => name === "grid")!.params.parse({}) }],
  });
  let bar = 0;
  return {
    bot,
    next: (): Decision => {
      bar += 1;
      return step(bot, { type: "candle", symbol: "ABC/USD", time: bar * HOUR, close: CLOSES[bar - 1]! }).decision!;
    },
  };
}

const learned = (bot: Bot): readonly (readonly (number | null)[])[] => bot.symbols.get("ABC/USD")!.learning.rounds.map(({ members }) => members);

describe("quorum", () => {
  it("holds while less than the quorum of the weight votes, whatever those who vote say", () => {
    const { next } = council([says("sure", 1), silent("a"), silent("b")], { quorum: 0.5 });
    expect(next()).toMatchObject({ stance: "hold", reason: "Only 33 % of the council voted, under the quorum of 50 %: everything stays as it is." });
  });

  it("counts weight and not heads", () => {
    const { next } = council([says("sure", 1), silent("a"), silent("b")], { quorum: 0.5, weights: { sure: 3 } });
    expect(next().stance).toBe("accumulate");
  });
});

describe("abstention", () => {
  it("of an agent that is still warming up is no vote, and it is not asked", () => {
    let asked = 0;
    const late = voter("late", () => {
      asked += 1;
      return opinion(-1);
    }, 3);
    const { next } = council([says("sure", 0.6), late]);
    expect([next(), next()].map(({ votes, conviction }) => [votes.length, conviction])).toEqual([[1, 0.6], [1, 0.6]]);
    expect(asked).toBe(0);
    expect(next().votes).toHaveLength(2);
  });

  it("neither raises nor waters down what the others say", () => {
    const { next } = council([says("sure", 0.6), silent("no-view")]);
    expect(next()).toMatchObject({ conviction: 0.6, stance: "accumulate" });
  });

  it("is no forecast: it is neither scored nor does it cost weight", () => {
    const { bot, next } = council([says("sure", 0.6), silent("no-view")], { pool: "hedge", horizon: 1 });
    for (let i = 0; i < 40; i++) next();
    expect(learned(bot)).toHaveLength(39);
    expect(learned(bot).every(([, none]) => none === null)).toBe(true);
    const { sure, "no-view": none } = bot.symbols.get("ABC/USD")!.learning.weights();
    expect(sure).toBeCloseTo(none!, 12);
  });
});

describe("expiry", () => {
  it("ends a vote with its bar: an agent that says nothing any more has no vote left over from before", () => {
    const once = voter("once", ({ time }) => (time <= HOUR ? opinion(1) : null));
    const { next } = council([once, silent("other")]);
    const first = next();
    expect(first.votes.map(({ time, expires }) => [time, expires])).toEqual([[HOUR, 2 * HOUR]]);
    expect(first.stance).toBe("accumulate");
    expect(next()).toMatchObject({ votes: [], conviction: 0, stance: "hold" });
  });

  it("of what an agent stands on makes it abstain, from the instant on", () => {
    const item: OutsideItem = { source: "news", id: "1", symbol: null, published: 0, fetched: 0, known: 0, expires: 3 * HOUR, value: 0.8, text: null, score: null };
    const reader = voter("reader", ({ outside }) => {
      const newest = outside.latest("news");
      return newest === null ? null : opinion(newest.value ?? 0);
    });
    const { bot, next } = council([reader], {}, ["news"]);
    step(bot, { type: "outside", items: [item], time: 0 });
    expect([next(), next(), next()].map(({ votes }) => votes.length)).toEqual([1, 1, 0]);
  });
});

describe("veto", () => {
  const stop = (maxExposure: number): RunningAgent => says("owner", 0, 1, { size: 0.6, veto: { maxExposure, limit: "drawdown 21 %" } });

  it("of everything halts against every vote, at once and without a quorum", () => {
    const { next } = council([says("sure", 1), says("as-sure", 1), silent("x"), silent("y"), silent("z"), stop(0)], { quorum: 1, dwell: 100 });
    expect(next()).toMatchObject({ stance: "halt", exposure: 0, vetoes: [{ agent: "owner", maxExposure: 0, limit: "drawdown 21 %" }] });
  });

  it("of a part caps the exposure and is no halt", () => {
    const { next } = council([says("sure", 1), stop(0.2)]);
    expect(next()).toMatchObject({ stance: "accumulate", exposure: 0.2 });
  });

  it("with a cap that is no share is malformed: it is reported, and does not count as a veto", () => {
    const { next } = council([says("sure", 1), stop(Number.NaN)]);
    const decision = next();
    expect(decision.vetoes).toEqual([]);
    expect(decision.malformed).toEqual([{ agent: "owner", why: "its maxExposure of its veto is NaN, which is not within 0 to 1" }]);
  });
});

describe("a malformed answer", () => {
  it("of an agent that limits closes: nothing new is bought until it can be read again", () => {
    const owner: RunningAgent = { ...says("owner", 0, 1, { size: Number.NaN }), sizes: true };
    const decision = council([says("sure", 1), owner]).next();
    expect(decision).toMatchObject({ stance: "accumulate", exposure: 0, malformed: [{ agent: "owner" }] });
    expect(decision.votes.find(({ agent }) => agent === "owner")?.reason).toContain("nothing new is bought");
  });

  const CASES: readonly (readonly [string, Opinion, string])[] = [
    ["a score that is no number", opinion(Number.NaN), "its score is NaN, which is not within -1 to 1"],
    ["a score out of range", opinion(1.01), "its score is 1.01, which is not within -1 to 1"],
    ["a score without bound", opinion(Number.NEGATIVE_INFINITY), "its score is -Infinity, which is not within -1 to 1"],
    ["a confidence that is no number", opinion(1, Number.NaN), "its confidence is NaN, which is not within 0 to 1"],
    ["a confidence under nothing", opinion(1, -0.5), "its confidence is -0.5, which is not within 0 to 1"],
    ["a ranging score out of range", opinion(0, 1, { ranging: 7 }), "its ranging is 7, which is not within -1 to 1"],
    ["a size that is no number", opinion(0, 1, { size: Number.NaN }), "its size is NaN, which is not within 0 to 1"],
    ["a size over everything", opinion(0, 1, { size: 3 }), "its size is 3, which is not within 0 to 1"],
  ];
  for (const [name, answer, why] of CASES) {
    it(`with ${name} counts as an abstention and is reported`, () => {
      const { next } = council([says("sure", 0.5), voter("broken", () => answer)]);
      const decision = next();
      expect(decision.malformed).toEqual([{ agent: "broken", why }]);
      expect(decision.votes.map(({ agent }) => agent)).toEqual(["sure"]);
      expect(decision).toMatchObject({ conviction: 0.5, stance: "accumulate" });
    });
  }

  it("is missing in the quorum like any abstention", () => {
    const { next } = council([says("sure", 1), says("broken", Number.NaN), says("broken-too", 2)]);
    expect(next()).toMatchObject({ stance: "hold", malformed: [{ agent: "broken" }, { agent: "broken-too" }] });
  });

  it("is never scored and leaves the weights numbers", () => {
    const { bot, next } = council([says("sure", 0.5), says("broken", Number.NaN)], { pool: "hedge", horizon: 1 });
    for (let i = 0; i < 20; i++) next();
    expect(learned(bot).every(([, broken]) => broken === null)).toBe(true);
    expect(Object.values(bot.symbols.get("ABC/USD")!.learning.weights()).every(Number.isFinite)).toBe(true);
  });

  it("is not reported when there is none", () => {
    expect(council([says("sure", 0.5)]).next().malformed).toBe(undefined);
  });

  it("can carry no decision out of its ranges, whatever the numbers of an agent are", () => {
    const any = fc.double();
    fc.assert(
      fc.property(any, any, any, any, fc.double({ min: -1, max: 1, noNaN: true }), (score, confidence, size, cap, other) => {
        const { next } = council([says("any", score, confidence), says("sizer", 0, 1, { size, veto: { maxExposure: cap, limit: "x" } }), says("sane", other)], { pool: "hedge", horizon: 1 });
        for (const decision of [next(), next(), next()]) {
          expect(Math.abs(decision.conviction)).toBeLessThanOrEqual(1);
          expect(decision.exposure).toBeGreaterThanOrEqual(0);
          expect(decision.exposure).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("the weights of a decision", () => {
  it("are those in force after the outcome that became known with it", () => {
    const { next } = council([says("bull", 1), says("bear", -1)], { pool: "hedge", horizon: 1, quorum: 0 });
    expect(next().weights).toEqual({ bull: 1, bear: 1 });
    const second = next();
    expect(second.scored).toMatchObject({ outcome: 1, weights: [1, 1] });
    expect(second.weights!["bull"]).toBeGreaterThan(second.weights!["bear"]!);
    expect(second.conviction).toBeGreaterThan(0.25);
  });
});

describe("a drawdown stop", () => {
  const PROFILE = RISK_PROFILES.balanced;

  /** A bot whose equity has fallen a little further than its owner allows. */
  function fallen(): Bot {
    const { bot } = council([says("sure", 1)]);
    bot.peakEquity = 1_000 / (1 - PROFILE.stopDrawdown) + 1;
    return bot;
  }

  it("is over when the owner resumes: falls are counted from there", () => {
    const bot = fallen();
    step(bot, { type: "command", command: "run", time: 1, by: "ann" });
    expect(bot.peakEquity).toBe(1_000);
  });

  it("is not over because a process was stopped and started again", () => {
    const bot = fallen();
    bot.brakes.tripped = true;
    const before = bot.peakEquity;
    step(bot, { type: "command", command: "run", time: 1, by: STOP });
    expect(bot.peakEquity).toBe(before);
    expect(bot.brakes.tripped).toBe(true);
  });

  it("that was not reached leaves the high where it was", () => {
    const bot = fallen();
    bot.peakEquity = 1_100;
    step(bot, { type: "command", command: "run", time: 1, by: "ann" });
    expect(bot.peakEquity).toBe(1_100);
  });
});
