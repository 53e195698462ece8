import { describe, expect, it } from "vitest";
import { hand } from "./hand.ts";
import { signalBench } from "./signal-bench.ts";

/** A position of 9 803 dollars at the most (2 % of margin stay with the gate), with exits far away unless a test says so. */
const FAR = { stop: 0.5, takeProfit: 5 };

describe("the signal strategy", () => {
  it("buys when a bar closes at or over enter, holds in between, and sells at or under leave", () => {
    const bench = signalBench({ ...FAR, enter: 0.4, leave: 0.1 });
    bench.saying(0.39, 3);
    expect(bench.told).toEqual([]);
    bench.saying(0.4);
    expect(bench.told).toEqual(["B98.039@100"]);
    bench.saying(0.11, 5);
    expect(bench.told).toHaveLength(1);
    bench.saying(0.1);
    expect(bench.told).toEqual(["B98.039@100", "S98.039@100"]);
    expect(bench.filled()).toEqual(["s1/enter", "s1/leave/2"]);
    expect(bench.held()).toBe(0);
  });

  it("listens to one agent when it names one, whatever the council says", () => {
    const says = { trend: -0.2, mood: 0.9 };
    const bench = signalBench({ ...FAR, source: "trend", enter: 0.3, leave: -0.5 }, says);
    bench.bar(3);
    bench.bar(3);
    expect(bench.told).toEqual([]);
    says.trend = 0.3;
    bench.bar();
    expect(bench.filled()).toEqual(["s1/enter"]);
  });

  it("counts an agent's score by its confidence", () => {
    const bench = signalBench({ ...FAR, source: "trend", enter: 0.3 }, { trend: 0.5 });
    const agent = bench.bot.plan.agents[0]! as { vote: unknown };
    agent.vote = () => ({ score: 0.5, confidence: 0.59, reason: "as told, 1", evidence: {} });
    bench.bar();
    bench.bar();
    expect(bench.told).toEqual([]);
    agent.vote = () => ({ score: 0.5, confidence: 0.6, reason: "as told, 1", evidence: {} });
    bench.bar();
    expect(bench.filled()).toEqual(["s1/enter"]);
  });

  it("never enters on silence; what it holds it keeps, or sells when silence means leave", () => {
    for (const [silence, told] of [["keep", 1], ["leave", 2]] as const) {
      const bench = signalBench({ ...FAR, silence, source: "trend" }, { trend: null, mood: 0.9 });
      bench.bar();
      bench.bar();
      expect(bench.told).toEqual([]);
      bench.says["trend"] = 0.9;
      bench.bar();
      expect(bench.told).toHaveLength(1);
      bench.says["trend"] = null;
      bench.bar();
      bench.bar();
      expect(bench.told).toHaveLength(told);
    }
  });

  it("buys nothing without a council, and says why", () => {
    const bench = hand({ strategies: { signal: {} } });
    bench.begin(100);
    for (let i = 0; i < 3; i++) bench.bar();
    expect(bench.told).toEqual([]);
    expect(bench.sleeve("signal").strategy.warnings()).toEqual(["signal on ABC/USD: no agents vote, so there is no signal and nothing is bought"]);
  });

  it("spends no more than its share of the budget", () => {
    const bench = signalBench({ ...FAR, budget: 0.25 });
    bench.saying(0.9);
    // 2 500 / 1.02 = 2 450.98 dollars.
    expect(bench.told).toEqual(["B24.509@100"]);
  });

  it("asks for no more than the owner's limits let one order be worth", () => {
    const bench = signalBench(FAR, { trend: 0 }, { profile: { ...signalBench().bot.profile!, maxOrderShare: 0.3 } });
    bench.saying(0.9);
    expect(bench.notices).toEqual([]);
    expect(bench.told).toEqual(["B29.999@100"]);
  });

  it("says that an entry is too small, once, and goes without", () => {
    const bench = signalBench({ ...FAR, budget: 0.00005 });
    bench.saying(0.9, 3);
    expect(bench.told).toEqual([]);
    expect(bench.notices).toEqual([]);
    expect(bench.sleeve("signal").strategy.warnings()).toEqual([expect.stringMatching(/an entry of 0\.49.* is under the smallest \(minNotional 1\)/)]);
  });

  it("tells of a source that has said nothing for long", () => {
    const bench = signalBench({ source: "mood" }, { trend: 0.5, mood: null });
    for (let i = 0; i < 500; i++) bench.bar();
    expect(bench.sleeve("signal").strategy.warnings()).toEqual([expect.stringMatching(/"mood" has said nothing in 500 bars/)]);
  });
});

describe("an exit of the signal strategy", () => {
  it("stops at its fraction under the average cost, inside the bar, and rests for its cooldown", () => {
    const bench = signalBench({ stop: 0.05, takeProfit: 0, cooldown: 2 });
    bench.saying(0.9);
    expect(bench.watch()).toEqual({ below: 95 });
    bench.go(95.01);
    expect(bench.told).toHaveLength(1);
    bench.go(94);
    expect(bench.told).toEqual(["B98.039@100", "S98.039@94"]);
    expect(bench.filled()).toEqual(["s1/enter", "s1/stop/1"]);
    expect(bench.watch()).toBeNull();
    bench.saying(0.9, 2);
    expect(bench.told).toHaveLength(2);
    bench.saying(0.9);
    expect(bench.filled().at(-1)).toBe("s2/enter");
  });

  it("stops average true ranges under the average cost, those of the entry", () => {
    const bench = signalBench({ stop: 2, stopUnit: "atr", atrPeriod: 2, takeProfit: 0 });
    // The price alternates between 100 and 102: from bar to bar a true range of 2.
    for (const price of [102, 100, 102, 100]) {
      bench.go(price);
      bench.saying(0);
    }
    bench.saying(0.9);
    const { below } = bench.watch()!;
    // The last bar stands still at 100: Wilder's average is (2 + 0) / 2 = 1 after it.
    expect(below).toBeCloseTo(98, 9);
    bench.go(120);
    bench.saying(0.9);
    expect(bench.watch()!.below).toBe(below);
    bench.go(97.9);
    expect(bench.filled().at(-1)).toBe("s1/stop/1");
  });

  it("does not enter before its stop can be placed", () => {
    const bench = signalBench({ stop: 2, stopUnit: "atr", atrPeriod: 14 });
    bench.saying(0.9, 10);
    expect(bench.told).toEqual([]);
  });

  it("takes its profit with an order that rests at its price", () => {
    const bench = signalBench({ stop: 0.5, takeProfit: 0.1 });
    bench.saying(0.9);
    expect([...bench.open.values()].map(({ desired }) => [desired.key, desired.type, Number(desired.price!.toFixed(6))])).toEqual([["s1/profit/1", "limit", 110]]);
    bench.go(115);
    expect(bench.told).toEqual(["B98.039@100", "S98.039@110"]);
  });

  it("trails its peak once it has begun, and sells under it", () => {
    const bench = signalBench({ stop: 0.5, takeProfit: 0, trailing: 0.1, trailingFrom: 0.05 });
    bench.saying(0.9);
    bench.go(92);
    expect(bench.told).toHaveLength(1);
    bench.go(105);
    expect(bench.watch()!.below).toBeCloseTo(94.5, 9);
    bench.go(120);
    expect(bench.watch()!.below).toBeCloseTo(108, 9);
    bench.go(108.1);
    expect(bench.told).toHaveLength(1);
    bench.go(107);
    expect(bench.filled()).toEqual(["s1/enter", "s1/trail/1"]);
    expect(bench.told[1]).toBe("S98.039@107");
  });

  it("trails from its entry when it is told of no profit to begin at, the stop being there all the same", () => {
    const bench = signalBench({ stop: 0.02, takeProfit: 0, trailing: 0.05 });
    bench.saying(0.9);
    expect(bench.watch()!.below).toBeCloseTo(98, 9);
    bench.go(104);
    expect(bench.watch()!.below).toBeCloseTo(98.8, 9);
    bench.go(98.5);
    expect(bench.filled().at(-1)).toBe("s1/trail/1");
  });

  it("sells after so many bars", () => {
    const bench = signalBench({ ...FAR, maxBars: 3 });
    bench.saying(0.9);
    bench.saying(0.9, 2);
    expect(bench.told).toHaveLength(1);
    bench.saying(0.9);
    expect(bench.filled()).toEqual(["s1/enter", "s1/time/2"]);
  });

  it("is not followed by another entry before the signal has been under enter, when it is told so", () => {
    const bench = signalBench({ stop: 0.05, takeProfit: 0, cooldown: 0, reenter: false });
    bench.saying(0.9);
    bench.go(94);
    bench.saying(0.9, 5);
    expect(bench.filled()).toEqual(["s1/enter", "s1/stop/1"]);
    bench.saying(0.02);
    bench.saying(0.9);
    expect(bench.filled().at(-1)).toBe("s2/enter");
  });

  it("leaves nothing behind and reuses no key, however often", () => {
    const bench = signalBench({ stop: 0.05, takeProfit: 0.05, cooldown: 0 });
    for (let i = 0; i < 12; i++) {
      bench.saying(0.9);
      bench.go(i % 3 === 0 ? 106 : i % 3 === 1 ? 94 : 101);
      if (i % 3 === 2) bench.saying(-0.9);
      bench.go(100);
    }
    expect(new Set(bench.filled()).size).toBe(bench.filled().length);
    expect(bench.filled().length).toBeGreaterThan(20);
    bench.saying(-0.9);
    expect(bench.held()).toBe(0);
  });
});

describe("an entry of the signal strategy at a limit", () => {
  const LIMIT = { ...FAR, entry: "limit", offset: 0.01, patience: 2 };

  it("waits at its price and is given up after its patience", () => {
    const bench = signalBench(LIMIT);
    bench.saying(0.9);
    expect([...bench.open.values()].map(({ desired }) => [desired.key, desired.price])).toEqual([["s1/enter", 99]]);
    bench.saying(0.9);
    expect(bench.wants()).toEqual(["s1/enter"]);
    bench.saying(0.9);
    expect(bench.wants()).toEqual([]);
    bench.saying(0.9, 2);
    expect(bench.wants()).toEqual(["s2/enter"]);
    bench.go(99);
    // No margin is needed for a limit: 10 000 / 99.
    expect(bench.told).toEqual(["B101.01@99"]);
  });

  it("has what was bought by then as its position, with its exits", () => {
    const bench = signalBench({ ...LIMIT, takeProfit: 0.1 });
    bench.saying(0.9);
    const [order] = [...bench.open.values()];
    bench.fill(order!, 30_000);
    expect(bench.watch()!.below).toBeCloseTo(49.5, 9);
    bench.saying(0.9, 2);
    expect(bench.wants()).toEqual(["s1/profit/1"]);
    bench.go(110);
    expect(bench.held()).toBe(0);
  });

  it("that fills while its cancel is on the way belongs to the position, whose exit is for all of it", () => {
    const bench = signalBench({ ...LIMIT, takeProfit: 0.1 }, { trend: 0 }, { slowCancels: true });
    bench.saying(0.9);
    const [order] = [...bench.open.values()];
    bench.fill(order!, 30_000);
    bench.saying(0.9, 2);
    expect(bench.sleeve("signal").strategy.desired().map(({ key, quantity }) => [key, quantity])).toEqual([["s1/profit/1", 30]]);
    bench.fill(order!, 20_000);
    expect(bench.sleeve("signal").strategy.desired().map(({ key, quantity }) => [key, quantity])).toEqual([["s1/profit/2", 50]]);
    bench.confirm();
    bench.go(110);
    expect(bench.held()).toBe(0);
  });

  it("has an exit for what is left when an exit that was replaced fills before its cancel", () => {
    const bench = signalBench({ ...LIMIT, takeProfit: 0.1, patience: 1 }, { trend: 0 }, { slowCancels: true });
    bench.saying(0.9);
    const [entry] = [...bench.open.values()];
    bench.fill(entry!, 30_000);
    bench.saying(0.9);
    bench.confirm();
    const [first] = [...bench.open.values()];
    bench.instruct({ do: "params", params: { takeProfit: 0.2 } }, "signal");
    bench.fill(first!, 10_000);
    expect(bench.sleeve("signal").strategy.desired().map(({ key, quantity }) => [key, quantity])).toEqual([["s1/profit/3", 20]]);
    bench.confirm();
    bench.go(120);
    expect(bench.held()).toBe(0);
  });

  it("that brought less than a venue takes back is over; it is sold once it is worth enough", () => {
    const bench = signalBench(LIMIT);
    bench.saying(0.9);
    bench.fill([...bench.open.values()][0]!, 9);
    bench.saying(0, 2);
    expect(bench.wants()).toEqual([]);
    bench.go(120);
    bench.saying(0);
    expect(bench.told).toEqual(["B0.009@99", "S0.009@120"]);
    expect(bench.filled()).toEqual(["s1/rest/1"]);
  });

  it("that fills after it was given up is a position like any other, with its exits", () => {
    const bench = signalBench({ ...LIMIT, stop: 0.05, takeProfit: 0.1 }, { trend: 0 }, { slowCancels: true });
    bench.saying(0.9);
    const [order] = [...bench.open.values()];
    bench.saying(0.9, 2);
    expect(bench.wants()).toEqual([]);
    bench.fill(order!);
    expect(bench.wants()).toEqual(["s1/profit/1"]);
    expect(bench.watch()!.below).toBeCloseTo(94.05, 9);
    bench.confirm();
    bench.go(94);
    bench.confirm();
    bench.settle();
    expect(bench.held()).toBe(0);
  });

  it("is taken back when the signal is gone first, and what was bought is sold", () => {
    const bench = signalBench(LIMIT);
    bench.saying(0.9);
    bench.fill([...bench.open.values()][0]!, 30_000);
    bench.saying(-0.3);
    expect(bench.told).toEqual(["B30@99", "S30@100"]);
    expect(bench.open.size).toBe(0);
  });
});

describe("the modes of the signal strategy", () => {
  it("in wind-down opens nothing, and what it holds keeps its exits", () => {
    const bench = signalBench({ stop: 0.05, takeProfit: 0.1, source: "trend" }, { trend: 0.9, mood: 0.9 });
    bench.bar();
    expect(bench.told).toHaveLength(1);
    bench.says["mood"] = -1;
    bench.says["trend"] = 0.3;
    for (let i = 0; i < 3; i++) bench.bar();
    expect(bench.sleeve("signal").view.mode).toBe("wind-down");
    expect(bench.wants()).toEqual(["s1/profit/1"]);
    bench.go(94);
    expect(bench.filled().at(-1)).toBe("s1/stop/2");
    bench.bar();
    bench.bar();
    expect(bench.wants()).toEqual([]);
  });

  it("sells everything at a flatten, and enters anew when it may again", () => {
    const bench = signalBench(FAR);
    bench.saying(0.9);
    bench.command("flatten");
    expect(bench.filled()).toEqual(["s1/enter", "s1/flat/2"]);
    bench.bar();
    expect(bench.wants()).toEqual([]);
    bench.command("run");
    bench.saying(0.9, 3);
    expect(bench.filled().at(-1)).toBe("s2/enter");
  });

  it("takes other parameters for what it holds", () => {
    const bench = signalBench({ stop: 0.05, takeProfit: 0.1 });
    bench.saying(0.9);
    bench.instruct({ do: "params", params: { takeProfit: 0.2, stop: 0.1 } }, "signal");
    expect([...bench.open.values()].map(({ desired }) => Number(desired.price!.toFixed(6)))).toEqual([120]);
    expect(bench.watch()!.below).toBeCloseTo(90, 9);
    expect(bench.instruct({ do: "params", params: { stop: 2, stopUnit: "atr", atrPeriod: 40 } }, "signal").notices).toEqual([expect.objectContaining({ type: "refused" })]);
  });
});
