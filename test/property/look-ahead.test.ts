import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agents } from "../../agents/index.ts";
import { runBacktest } from "../../src/app/backtest/run.ts";
import type { RunRecord } from "../../src/app/backtest/record.ts";
import type { RunningAgent } from "../../src/core/agent.ts";
import { type CandleSeries, indexAtOrAfter, sliceSeries } from "../../src/core/candle.ts";
import { resample } from "../../src/core/resample.ts";
import { RISK_PROFILES } from "../../src/core/risk-profiles.ts";
import { strategies } from "../../strategies/index.ts";
import { instrument, plan } from "../plan.ts";
import { walk } from "./walk.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.0001, minQuantity: 0.0001, minNotional: 5 });
/** A decision every five minutes, so that a short series holds many. */
const DECISION = 300_000;
const MARKET = walk({ seed: 7, length: 6_000, price: 100, step: 0.01 });

/** Makes the council for a series; an honest one ignores it. */
type Council = (bars: CandleSeries) => readonly RunningAgent[];

const all: Council = () => agents.map((agent) => agent.start({}));
const voter = (name: string): Council => {
  // One voter beside the owner's limits: without a size there is nothing to decide on.
  return () => agents.filter((agent) => agent.name === name || agent.name === "risk-profile").map((agent) => agent.start({}));
};

function run(series: CandleSeries, council: Council, names: readonly string[]): RunRecord {
  const bars = resample(series, DECISION);
  return runBacktest(
    plan({
      markets: [{ instrument: ABC, series, bars }],
      strategies: Object.fromEntries(names.map((name) => [name, {}])),
      agents: council(bars),
      profile: RISK_PROFILES.growth,
    }),
  );
}

/** Everything a run did up to a time, as text. */
function historyUntil(record: RunRecord, time: number): string {
  return JSON.stringify({
    decisions: record.decisions.filter((decision) => decision.time <= time),
    fills: record.fills.filter((fill) => fill.time < time),
    samples: record.samples.filter((sample) => sample.time < time),
    ladders: record.ladders.filter((ladder) => ladder.time < time),
  });
}

/** Tells whether a run is the same up to some cuts when what comes after them is cut off. The whole one is the same for all cuts, and made once. */
function blindness(council: Council, names: readonly string[]): (cuts: readonly number[]) => boolean {
  const whole = run(MARKET, council, names);
  return (cuts) => cuts.every((cut) => {
    const time = (MARKET.time[cut] as number) + MARKET.timeframe;
    const part = run(sliceSeries(MARKET, 0, indexAtOrAfter(MARKET, time)), council, names);
    return historyUntil(whole, time) === historyUntil(part, time);
  });
}

const cutsOf = fc.array(fc.integer({ min: 1_500, max: MARKET.length - 2 }), { minLength: 1, maxLength: 2 });

describe("no look-ahead: a result up to t stays the same, byte for byte, when everything after t is cut off", () => {
  const names = strategies.flatMap(({ name, byHand }) => (byHand ? [] : [name]));
  it.each(agents.map((agent) => agent.name))("agent %s", (name) => {
    fc.assert(fc.property(cutsOf, blindness(voter(name), names)), { numRuns: 6 });
  });
  it.each(names)("strategy %s under the whole council", (name) => {
    fc.assert(fc.property(cutsOf, blindness(all, [name])), { numRuns: 6 });
  });
  it("the whole bot, which does trade in this market", () => {
    expect(run(MARKET, all, names).fills.length).toBeGreaterThan(50);
    fc.assert(fc.property(cutsOf, blindness(all, names)), { numRuns: 6 });
  });

  it("catches a planted cheater that peeks one candle ahead", () => {
    const cheater: Council = (bars) => [
      ...all(bars),
      {
        name: "cheater",
        warmup: 1,
        vote: ({ candles }) => {
          const next = bars.close[candles.length];
          if (next === undefined) return null;
          return { score: Math.sign(next - candles.close(0)), confidence: 1, reason: "I know", evidence: {} };
        },
      },
    ];
    expect(blindness(cheater, names)([3_004])).toBe(false);
  });
});
