import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Opinion } from "../../src/core/agent.ts";
import { OutsideLog } from "../../src/core/outside-log.ts";
import { hours, observation, opinionOf } from "./observe.ts";

const HOUR = 3_600_000;
const SEEN = observation(hours(Array.from({ length: 60 }, () => 100)));
const NOW = SEEN.time;

interface Said {
  readonly value?: number;
  readonly text?: string;
  readonly score?: number;
  /** Hours. */
  readonly ago?: number;
}

/** What the agent says when each source has said this; a source with nothing is down. */
function opinion(said: Readonly<Record<string, readonly Said[]>>, params: unknown = {}): Opinion | null {
  const log = new OutsideLog(Object.keys(said));
  for (const [source, all] of Object.entries(said)) {
    all.forEach(({ value = null, text = null, score = null, ago = 1 }, at) => {
      const published = NOW - ago * HOUR;
      log.take({ source, id: String(at), symbol: null, published, fetched: published, known: published, expires: published + 26 * HOUR, value, text, score });
    });
  }
  return opinionOf("sentiment", { ...SEEN, outside: log.view(SEEN.symbol, NOW) }, params);
}
const index = (value: number): Said[] => [{ value }];
const titles = (...all: string[]): Said[] => all.map((text) => ({ text }));

describe("sentiment", () => {
  it("abstains without sources, and with none that answers", () => {
    expect(opinion({})).toBeNull();
    expect(opinion({ "fear-greed": [], funding: [] })).toBeNull();
    expect(opinion({ "a source of tomorrow": index(3) })).toBeNull();
  });

  it("speaks against extreme fear and greed, the more the more extreme, and not of what lies between", () => {
    const [deep, fear, middle, greed] = [5, 20, 50, 90].map((value) => opinion({ "fear-greed": index(value) })!.score) as [number, number, number, number];
    expect(deep).toBeGreaterThan(fear);
    expect(fear).toBeGreaterThan(0.3);
    expect(middle).toBe(0);
    expect(greed).toBeLessThan(-0.3);
    expect(opinion({ "fear-greed": index(20) })!.reason).toBe("Fear & Greed is 20 of 100, extreme fear; 1 of 1 sources answer");
  });

  it("speaks against the side that is crowded, more so when open interest has grown", () => {
    expect(opinion({ funding: index(0.0008) })!.score).toBeLessThan(-0.3);
    expect(opinion({ funding: index(-0.0008) })!.score).toBeGreaterThan(0.3);
    expect(opinion({ funding: index(0.0001) })!.score).toBe(0);
    expect(opinion({ "long-short": index(3) })!.score).toBeLessThan(0);
    expect(opinion({ "long-short": index(1 / 3) })!.score).toBeGreaterThan(0);
    const grown = [{ value: 120, ago: 1 }, { value: 100, ago: 24 }];
    expect(opinion({ funding: index(0.0008), "open-interest": grown })!.score).toBeLessThan(opinion({ funding: index(0.0008), "open-interest": [{ value: 100 }] })!.score);
    expect(opinion({ "open-interest": grown })).toMatchObject({ score: 0, reason: "open interest moved 20.0 % in a day; 1 of 1 sources answer" });
  });

  it("goes with the headlines, newer ones more, one title less than several, the same wording once", () => {
    const bad = "Exchange hacked, funds stolen";
    const good = "Bitcoin soars to record high";
    expect(opinion({ headlines: titles(good) })!.score).toBeGreaterThan(0.1);
    expect(opinion({ headlines: titles(bad) })!.score).toBeLessThan(-0.1);
    expect(opinion({ headlines: titles(bad, "Bitcoin crashes", "Panic as ether plunges") })!.score).toBeLessThan(opinion({ headlines: titles(bad) })!.score);
    expect(opinion({ headlines: titles(bad, bad, bad, bad) })!.score).toBe(opinion({ headlines: titles(bad) })!.score);
    expect(opinion({ headlines: [{ text: good, ago: 1 }, { text: bad, ago: 20 }] })!.score).toBeGreaterThan(0);
    expect(opinion({ headlines: [{ text: good, ago: 20 }, { text: bad, ago: 1 }] })!.score).toBeLessThan(0);
    expect(opinion({ headlines: titles("Bitcoin in May") })!.score).toBe(0);
  });

  it("takes the score that something gave a text before its own", () => {
    expect(opinion({ headlines: [{ text: "Bitcoin soars", score: -0.9 }] })!.score).toBeLessThan(0);
  });

  it("takes the grade and signal of others at their word", () => {
    expect(opinion({ "token-metrics": [{ value: 80, score: 1 }] })!.score).toBeCloseTo(0.8);
    expect(opinion({ "token-metrics": [{ value: 80 }] })!.score).toBeCloseTo(0.6);
    expect(opinion({ "token-metrics": [{ value: 80, score: -1 }] })!.score).toBeLessThan(0);
  });

  it("is surer when several agree than when they do not or one speaks alone", () => {
    const alone = opinion({ "fear-greed": index(10) })!;
    const agreed = opinion({ "fear-greed": index(10), funding: index(-0.0008), "long-short": index(0.3) })!;
    const split = opinion({ "fear-greed": index(10), funding: index(0.0008), "long-short": index(0.3) })!;
    expect(agreed.confidence).toBeGreaterThan(alone.confidence);
    expect(agreed.confidence).toBeGreaterThan(split.confidence);
    expect(opinion({ "fear-greed": index(50) })!.confidence).toBeLessThan(alone.confidence);
  });

  it("is less sure for every source that is down, and names it", () => {
    const all = opinion({ "fear-greed": index(10), funding: index(-0.0008) })!;
    const one = opinion({ "fear-greed": index(10), funding: index(-0.0008), headlines: [] })!;
    const two = opinion({ "fear-greed": index(10), funding: index(-0.0008), headlines: [], "long-short": [] })!;
    expect([one.score, two.score]).toEqual([all.score, all.score]);
    expect(one.confidence).toBeLessThan(all.confidence);
    expect(two.confidence).toBeLessThan(one.confidence);
    expect(two.reason).toMatch(/2 of 4 sources answer, without headlines, long-short$/);
    expect(two.evidence["down"]).toBe("headlines, long-short");
  });

  it("takes a silent order book for no silence of the mood", () => {
    expect(opinion({ "fear-greed": index(10), "order-flow": [] })).toEqual(opinion({ "fear-greed": index(10) }));
  });

  it("is not moved past its range or into nonsense by any figure or title", () => {
    const odd = fc.oneof(fc.double(), fc.constantFrom(0, -1, 1e9, -1e9, Number.NaN, Number.POSITIVE_INFINITY));
    const name = fc.constantFrom("fear-greed", "headlines", "funding", "open-interest", "long-short", "cryptopanic", "token-metrics");
    const said = fc.array(fc.record({ value: odd, text: fc.string(), score: fc.option(odd, { nil: undefined }), ago: fc.integer({ min: 0, max: 30 }) }, { requiredKeys: ["ago"] }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.dictionary(name, said, { maxKeys: 7 }), (all) => {
        const found = opinion(all as Record<string, Said[]>);
        if (found === null) return;
        expect(Math.abs(found.score)).toBeLessThanOrEqual(1);
        expect(found.confidence).toBeGreaterThan(0);
        expect(found.confidence).toBeLessThanOrEqual(1);
        expect(found.reason).not.toMatch(/NaN|undefined/);
        expect(found).not.toHaveProperty("size");
        expect(found).not.toHaveProperty("levels");
      }),
    );
  });
});
