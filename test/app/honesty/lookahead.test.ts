import { describe, expect, it } from "vitest";
import { z } from "zod";
import { agents } from "../../../agents/index.ts";
import type { Catalogue } from "../../../src/app/definition/load.ts";
import { lookaheadSteps } from "../../../src/app/honesty/lookahead.ts";
import type { Lookahead } from "../../../src/app/honesty/lookahead-result.ts";
import { type Agent, agentEntry, type Observation } from "../../../src/core/agent.ts";
import type { CandleView } from "../../../src/core/candle-view.ts";
import { sliceSeries } from "../../../src/core/candle.ts";
import { strategyEntry } from "../../../src/core/strategy-entry.ts";
import { strategies } from "../../../strategies/index.ts";
import { datasetOf, definitionOf, finished, SWINGS } from "./market.ts";

const WEEK = sliceSeries(SWINGS, 0, 7 * 1_440);
const none = z.strictObject({});

/** The close of the bar after the newest, through the engine's own door; `null` when there is none. */
function peek(candles: CandleView): number | null {
  const now = candles.length;
  candles.reveal(now + 1);
  const next = candles.length > now ? candles.close(0) : null;
  candles.reveal(now);
  return next;
}

function agent(name: string, vote: Agent["vote"], warmup = 1): Agent<Record<string, never>> {
  return { name, title: name, params: none, warmup: () => warmup, vote };
}

const trend = ({ candles }: Observation, next: number): number => Math.sign(next - candles.close(0));
const voice = (score: number) => ({ score, confidence: 1, reason: "a lean", evidence: {} });

function tested(catalogue: Partial<Catalogue>, text: string, options: { cuts?: number; series?: typeof WEEK } = {}): Lookahead {
  const lists = { agents, strategies, ...catalogue };
  const definition = definitionOf(`timeframe: {decision: 5m}\n${text}`, lists);
  return finished(lookaheadSteps(definition, [datasetOf(options.series ?? WEEK)], lists, options.cuts ?? 4));
}

const verdicts = ({ witnesses }: Lookahead): Record<string, string> => Object.fromEntries(witnesses.map(({ name, verdict }) => [name, verdict]));

describe("the look-ahead test", () => {
  it("finds nothing in the shipped agents and strategies, which say plenty before the cuts", () => {
    const result = tested({}, "agents: [momentum, regime, risk-profile, support-resistance]");
    expect(result.clean).toBe(true);
    expect(new Set(Object.values(verdicts(result)))).toEqual(new Set(["clean"]));
    for (const { name, compared } of result.witnesses) expect(compared, name).toBeGreaterThan(5);
    expect(result.cuts).toHaveLength(4);
    expect(result.cuts.some(({ insideBar }) => insideBar)).toBe(true);
    expect(result.cuts.some(({ insideBar }) => !insideBar)).toBe(true);
  });

  it("cuts inside a bar even when it cuts only once", () => {
    expect(tested({}, "agents: none", { cuts: 1 }).cuts.map(({ insideBar }) => insideBar)).toEqual([true]);
  });

  it("names an agent that peeks one bar ahead, the time, and what it said with the future and without", () => {
    const cheater = agent("cheater", (seen) => {
      const next = peek(seen.candles);
      return next === null ? null : voice(trend(seen, next));
    });
    const result = tested({ agents: [...agents, agentEntry(cheater)] }, "agents: [momentum, risk-profile, cheater]");
    expect(result.clean).toBe(false);
    expect(verdicts(result)).toMatchObject({ cheater: "looks ahead", momentum: "clean", "risk-profile": "clean" });
    const { first } = result.witnesses.find(({ name }) => name === "cheater")!;
    expect(first).toMatchObject({ kind: "agent", symbol: "BTC/USDT", cut: "abstains" });
    expect(first!.whole).toMatch(/"score":-?1/);
    // It is the last bar that closed before the first cut.
    expect(result.cuts[0]!.time - first!.time).toBeLessThan(300_000);
    expect(result.cuts[0]!.time - first!.time).toBeGreaterThanOrEqual(0);
  });

  it("names two agents that peek at the same bar", () => {
    const cheaters = ["one", "two"].map((name) => agentEntry(agent(name, (seen) => voice(peek(seen.candles) === null ? 0 : 1))));
    expect(verdicts(tested({ agents: cheaters }, "agents: [one, two]"))).toMatchObject({ one: "looks ahead", two: "looks ahead" });
  });

  it("names an agent that throws where the future ends", () => {
    const careless = agent("careless", (seen) => {
      const next = peek(seen.candles);
      // The whole run ends with a bar that has no next one, too.
      if (next === null && seen.time < WEEK.time[WEEK.length - 1]!) throw new Error("no more bars");
      return voice(0);
    });
    const result = tested({ agents: [agentEntry(careless)] }, "agents: [careless]");
    expect(result.witnesses.find(({ name }) => name === "careless")).toMatchObject({ verdict: "looks ahead", first: { cut: "throws: no more bars" } });
  });

  it("names a strategy that peeks, and not the honest agent through whose eyes it does", () => {
    let eyes: CandleView | null = null;
    const accomplice = agent("accomplice", (seen) => {
      eyes = seen.candles;
      return voice(1);
    });
    const seer = strategyEntry<Record<string, never>, { readonly next: number }>({
      name: "seer",
      title: "buys what it knows will rise",
      params: none,
      suits: { accumulate: 1, range: 1 },
      initial: () => ({ next: 0 }),
      evolve: (state, event) => (event.type === "candle" && eyes ? { next: peek(eyes) ?? 0 } : state),
      desired: ({ next }, view) =>
        next > view.price ? [{ key: `rise/${view.time}`, side: "buy", type: "limit", price: view.price * 0.99, quantity: 1, lots: [{ lot: "a", quantity: 1 }], reason: "it will rise" }] : [],
      watch: () => null,
      ladder: () => [],
      warnings: () => [],
    });
    const result = tested({ agents: [agentEntry(accomplice)], strategies: [seer] }, "agents: [accomplice]\nstrategies: [seer]", { cuts: 12 });
    expect(verdicts(result)).toEqual({ accomplice: "clean", seer: "looks ahead" });
    const { first } = result.witnesses.find(({ name }) => name === "seer")!;
    expect(`${first!.whole ?? ""} ${first!.cut ?? ""}`).toMatch(/buy 1 BTC at [\d.]+ \(rise\/\d+\)/);
  });

  it("calls unsteady who remembers an earlier run, and cuts nothing until that is mended", () => {
    const memory = new Map<number, number>();
    const rememberer = agent("rememberer", ({ candles, time }) => {
      memory.set(time, candles.close(0));
      return voice(memory.has(time + 300_000) ? 1 : 0);
    });
    const result = tested({ agents: [agentEntry(rememberer)] }, "agents: [rememberer]");
    expect(result.clean).toBe(false);
    expect(verdicts(result)).toMatchObject({ rememberer: "unsteady", grid: "untested" });
    expect(result.cuts).toEqual([]);
  });

  it("calls unsteady who reads the clock, be it only the year or the day of the week", () => {
    const readers = { year: () => new Date().getFullYear() % 2, weekday: () => new Date().getDay() / 7, hour: () => new Date(Date.now()).getUTCHours() / 24 };
    for (const [name, read] of Object.entries(readers)) {
      const reader = agent(name, () => voice(read()));
      expect(verdicts(tested({ agents: [agentEntry(reader)] }, `agents: [${name}]`)), name).toMatchObject({ [name]: "unsteady" });
    }
    const honest = agent("honest", ({ time }) => voice(new Date(time).getUTCDay() / 7));
    expect(verdicts(tested({ agents: [agentEntry(honest)] }, "agents: [honest]"))).toMatchObject({ honest: "clean" });
    expect(Math.abs(new Date().getTime() - performance.timeOrigin - performance.now())).toBeLessThan(60_000);
  });

  it("does not call clean who only ever abstained", () => {
    expect(verdicts(tested({ agents: [agentEntry(agent("silent", () => null))] }, "agents: [silent]"))).toMatchObject({ silent: "untested" });
  });

  it("tells where a definition looks outside, for only candles are run", () => {
    expect(tested({}, "agents: [sentiment, risk-profile]\nsources: [fear-greed]").warnings.join()).toContain("nothing from outside the market is heard here");
    expect(tested({}, "agents: [momentum]").warnings.join()).not.toContain("outside");
  });

  it("tells of an agent that throws in the whole run, with its name and the time", () => {
    const broken = agent("broken", ({ candles }) => voice(Math.sign(candles.close(candles.length))));
    expect(() => tested({ agents: [agentEntry(broken)] }, "agents: [broken]")).toThrow(/agent broken throws: bar 1 back is not visible.*\(BTC\/USDT, 1970-01-01T00:05:00\.000Z\)/);
  });

  it("gives the same result for the same seed, and cuts elsewhere for another one", () => {
    const times = (seed: number): number[] => tested({}, `agents: none\nseed: ${seed}`).cuts.map(({ time }) => time);
    expect(times(3)).toEqual(times(3));
    expect(times(3)).not.toEqual(times(4));
  });

  it("finds nothing in two symbols that share an account", () => {
    const definition = definitionOf("symbols: [BTC/USDT, ETH/USDT]\ntimeframe: {decision: 5m}");
    const second = sliceSeries(SWINGS, 10 * 1_440, 17 * 1_440);
    const shifted = { ...second, time: second.time.map((time) => time - 10 * 86_400_000) };
    const result = finished(lookaheadSteps(definition, [datasetOf(WEEK), datasetOf(shifted, "ETH/USDT")], { agents, strategies }, 3));
    expect(result.clean).toBe(true);
    expect(result.cuts.map(({ compared }) => compared > 100)).toEqual([true, true, true]);
  });
});

describe("the warm-up check", () => {
  const average = (bars: number, declared: number) =>
    agentEntry(
      agent(
        "average",
        ({ candles }) => {
          let sum = 0;
          const seen = Math.min(bars, candles.length);
          for (let back = 0; back < seen; back++) sum += candles.close(back);
          return voice(Math.max(-1, Math.min(1, (candles.close(0) / (sum / seen) - 1) * 100)));
        },
        declared,
      ),
    );

  it("finds an agent that asks for fewer bars than it looks at, and from how many on its vote stands still", () => {
    const [check] = tested({ agents: [average(100, 40)] }, "agents: [average]").warmups;
    expect(check).toMatchObject({ agent: "average", declared: 40, verdict: "too short", enough: 120 });
    expect(check!.steps[0]!).toMatchObject({ bars: 40 });
    expect(check!.steps[0]!.moved).toBeGreaterThan(0.5);
    expect(check!.steps.filter(({ bars }) => bars >= 100).every(({ differing }) => differing === 0)).toBe(true);
  });

  it("is content with one that asks for what it looks at", () => {
    const [check] = tested({ agents: [average(40, 40)] }, "agents: [average]").warmups;
    expect(check).toMatchObject({ verdict: "enough", enough: 40 });
  });

  it("says that nothing was tested when there are too few bars to compare with", () => {
    const [check] = tested({ agents: [average(40, 40)] }, "agents: [average]", { series: sliceSeries(SWINGS, 0, 300) }).warmups;
    expect(check).toMatchObject({ verdict: "untested", enough: null, steps: [] });
  });
});
