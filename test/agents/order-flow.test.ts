import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agents } from "../../agents/index.ts";
import type { Opinion } from "../../src/core/agent.ts";
import { OutsideLog } from "../../src/core/outside-log.ts";
import { hours, observation, opinionOf } from "./observe.ts";

const MINUTE = 60_000;
const SEEN = observation(hours(Array.from({ length: 60 }, () => 100)));
const NOW = SEEN.time;

interface Told {
  readonly book: number | null;
  readonly flow?: number | null;
  /** Minutes. */
  readonly ago?: number;
  readonly symbol?: string;
}

/** What the agent says when the source has told this, each item for five minutes. */
function opinion(told: readonly Told[], params: unknown = {}): Opinion | null {
  const log = new OutsideLog(["order-flow"]);
  for (const { book, flow = null, ago = 0, symbol = "BTC/USDT" } of told) {
    const published = NOW - ago * MINUTE;
    log.take({ source: "order-flow", id: `binance:${published}`, symbol, published, fetched: published, known: published, expires: published + 5 * MINUTE, value: book, text: null, score: flow });
  }
  return opinionOf("order-flow", { ...SEEN, outside: log.view(SEEN.symbol, NOW) }, params);
}

describe("order-flow", () => {
  it("sits in no council that did not name it", () => {
    expect(agents.find(({ name }) => name === "order-flow")?.needs).toBe("order-flow");
  });

  it("abstains in a backtest of candles, without a fresh item, and with one of another market", () => {
    expect(opinionOf("order-flow", SEEN)).toBeNull();
    expect(opinion([])).toBeNull();
    expect(opinion([{ book: 0.5, flow: 0.5, ago: 5 }])).toBeNull();
    expect(opinion([{ book: 0.5, flow: 0.5, symbol: "ETH/USDT" }])).toBeNull();
    expect(opinion([{ book: null, flow: 0.5 }])).toBeNull();
  });

  it("goes with the fuller side of the book and with those who would not wait", () => {
    expect(opinion([{ book: 0.6, flow: 0.4 }])!.score).toBeGreaterThan(0.3);
    expect(opinion([{ book: -0.6, flow: -0.4 }])!.score).toBeLessThan(-0.3);
    expect(opinion([{ book: 0.6, flow: -0.6 }])!.score).toBe(0);
    expect(opinion([{ book: 0.6, flow: -0.6 }], { bookWeight: 1 })!.score).toBeGreaterThan(0.3);
    expect(opinion([{ book: 0.6, flow: -0.6 }], { bookWeight: 0 })!.score).toBeLessThan(-0.3);
    expect(opinion([{ book: 0.5, flow: 0.05 }])!.score).toBeGreaterThan(0);
    expect(opinion([{ book: 1, flow: 1 }])!.score).toBe(1);
  });

  it("abstains from a calm book and calm trades, and does not jump where the calm ends", () => {
    expect(opinion([{ book: 0.1, flow: -0.08 }])).toBeNull();
    expect(opinion([{ book: -0.05 }])).toBeNull();
    expect(opinion([{ book: 0.1001 }])!.score).toBeLessThan(0.001);
    expect(opinion([{ book: 0.1001 }])!.score).toBeGreaterThan(0);
  });

  it("goes with the book alone when nothing traded, and is less sure", () => {
    const alone = opinion([{ book: 0.6 }])!;
    const both = opinion([{ book: 0.6, flow: 0.6 }])!;
    expect(alone.score).toBeCloseTo(both.score);
    expect(alone.confidence).toBeLessThan(both.confidence);
    expect(alone.reason).toBe("bids outweigh asks by +0.60, no trades tell a side, told 0.0 minutes ago");
    expect(alone.evidence).toEqual({ book: 0.6, minutes: 0 });
  });

  it("is never sure, surest when book and flow agree, and half as sure after its half-life", () => {
    const now = opinion([{ book: 0.9, flow: 0.9 }])!;
    expect(now.confidence).toBeCloseTo(0.2);
    expect(opinion([{ book: 0.9, flow: -0.9 }])!.confidence).toBeLessThan(now.confidence);
    expect(opinion([{ book: 0.9, flow: 0.9, ago: 2 }])!.confidence).toBeCloseTo(0.1);
    expect(opinion([{ book: 0.9, flow: 0.9, ago: 4 }])!.confidence).toBeCloseTo(0.05);
    expect(opinion([{ book: 0.9, flow: 0.9, ago: 2 }])!.score).toBe(now.score);
  });

  it("listens to the newest item only", () => {
    expect(opinion([{ book: 0.8, flow: 0.8, ago: 3 }, { book: -0.8, flow: -0.8, ago: 1 }])!.score).toBeLessThan(0);
  });

  it("neither sizes nor vetoes, keeps to its ranges and abstains from figures that are none", () => {
    const odd = fc.oneof(fc.double(), fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(null, -0, 1e-320));
    fc.assert(
      fc.property(odd, odd, fc.integer({ min: 0, max: 60 }).map((tenths) => tenths / 10), (book, flow, ago) => {
        const found = opinion([{ book, flow, ago }]);
        const speaks = book !== null && Math.abs(book) <= 1 && (Math.abs(book) > 0.1 || (flow !== null && Math.abs(flow) > 0.1 && Math.abs(flow) <= 1));
        expect(found === null).toBe(!speaks || ago >= 5);
        if (found === null) return;
        expect(Math.abs(found.score)).toBeLessThanOrEqual(1);
        expect(found.confidence).toBeGreaterThan(0);
        expect(found.confidence).toBeLessThanOrEqual(0.2);
        expect(found.reason).not.toMatch(/NaN|undefined|Infinity/);
        for (const key of ["size", "veto", "levels", "ranging"]) expect(found).not.toHaveProperty(key);
      }),
    );
  });
});
