import { describe, expect, it } from "vitest";
import { riskProfile } from "../../agents/risk-profile.ts";
import { type Opinion, type RunningAgent, agentEntry } from "../../src/core/agent.ts";
import { priceOf } from "../../src/core/instrument.ts";
import { RISK_PROFILES } from "../../src/core/risk-profiles.ts";
import { ABC } from "../strategies/market.ts";
import { hand, heldBy } from "../strategies/hand.ts";

const GRID = { lower: 90, upper: 110, levels: 5, spacing: "arithmetic", quantity: 1 };
const DCA = { baseOrder: 100, safetyOrder: 100, safetyOrders: 3, deviation: 0.05, stepScale: 1, volumeScale: 1, takeProfit: 0.1 };
type Bench = ReturnType<typeof hand>;

const live = (bench: Bench, strategy: string): string[] =>
  [...bench.sleeve(strategy).orders.live.values()]
    .map(({ desired, ticks }) => ({ side: desired.side, price: priceOf(ABC, ticks) }))
    .toSorted((a, b) => a.price - b.price)
    .map(({ side, price }) => `${side} ${price}`);
const lotUnits = (bench: Bench, strategy: string): number => [...bench.sleeve(strategy).account.lots.values()].reduce((sum, { units }) => sum + units, 0);
const offeredSteps = (bench: Bench, strategy: string): number =>
  [...bench.sleeve(strategy).orders.live.values()].reduce((sum, { desired, steps }) => sum + (desired.side === "sell" ? steps : 0), 0);

/** A council of one who says what the test told it to say. */
function council(voice: { says: Partial<Opinion> }): RunningAgent[] {
  return [{ name: "leader", warmup: 1, vote: () => ({ score: 0.8, confidence: 1, reason: "as told", evidence: {}, ...voice.says }) }];
}

describe("an instruction to a strategy", () => {
  it.each([
    ["XYZ/USD", "manual", { do: "buy", id: 1, quantity: 1 }, "the bot does not trade XYZ/USD"],
    ["ABC/USD", "martingale", { do: "buy", id: 1, quantity: 1 }, "the bot runs no martingale"],
    ["ABC/USD", "grid", { do: "buy", id: 1, quantity: 1 }, /do: Invalid input: expected "params"/],
    ["ABC/USD", "grid", { do: "params", params: { levels: 1 } }, /levels: /],
    ["ABC/USD", "grid", { do: "params", params: { leverage: 3 } }, /leverage/],
  ])("on %s to %s of %j is told when nobody takes it, and nothing is done", (symbol, strategy, instruction, why) => {
    const bench = hand({ strategies: { grid: GRID, manual: {} } });
    bench.begin(100);
    const before = live(bench, "grid");
    const { notices, requests } = bench.give({ type: "instruct", symbol, strategy, instruction, time: 1, by: "test" });
    expect(notices).toEqual([{ type: "refused", symbol, strategy, key: "instruction", reason: "instruction", detail: typeof why === "string" ? why : expect.stringMatching(why) as unknown }]);
    expect(requests).toEqual([]);
    expect(live(bench, "grid")).toEqual(before);
  });

  it("takes no share from the strategies that trade by themselves", () => {
    const alone = hand({ strategies: { grid: {} } });
    const beside = hand({ strategies: { grid: {}, manual: {} } });
    for (const bench of [alone, beside]) bench.begin(100);
    expect(beside.sleeve("grid").view.budget).toBe(alone.sleeve("grid").view.budget);
    expect(live(beside, "grid")).toEqual(live(alone, "grid"));
  });
});

describe("other parameters for a running grid", () => {
  it("build it anew around the price, and keep for sale at its old level whatever it holds", () => {
    const bench = hand({ strategies: { grid: GRID } });
    bench.begin(100);
    bench.go(94);
    const held = lotUnits(bench, "grid");
    const exits = live(bench, "grid").filter((one) => one.startsWith("sell"));
    expect(exits).toEqual(["sell 100", "sell 105", "sell 110"]);
    bench.instruct({ do: "params", params: { lower: 88, upper: 96, levels: 5 } }, "grid");
    expect(lotUnits(bench, "grid")).toBeGreaterThanOrEqual(held);
    expect(live(bench, "grid").filter((one) => one.startsWith("sell"))).toEqual(expect.arrayContaining(exits) as unknown);
    expect(bench.sleeve("grid").strategy.ladder()).toEqual([88, 90, 92, 94, 96]);
    expect(live(bench, "grid").filter((one) => one.startsWith("buy"))).toEqual(["buy 88", "buy 90", "buy 92"]);
    expect(offeredSteps(bench, "grid") * ABC.stepUnits).toBe(lotUnits(bench, "grid"));
  });

  it("adopt what fills before its cancel, of every change and not of the last alone", () => {
    const bench = hand({ strategies: { grid: { ...GRID, initialPurchase: false } }, slowCancels: true });
    bench.begin(100);
    const first = [...bench.open.values()].find(({ desired }) => desired.price === 95)!;
    bench.instruct({ do: "params", params: { lower: 80 } }, "grid");
    bench.instruct({ do: "params", params: { lower: 85 } }, "grid");
    bench.fill(first);
    bench.confirm();
    expect(lotUnits(bench, "grid")).toBe(first.steps * ABC.stepUnits);
    expect(live(bench, "grid")).toContain("sell 100");
    expect(offeredSteps(bench, "grid")).toBe(first.steps);
  });

  it("are refused when no grid could be built with them: the present one stays", () => {
    const bench = hand({ strategies: { grid: { ...GRID, initialPurchase: false } } });
    bench.begin(100);
    const before = live(bench, "grid");
    const { notices } = bench.instruct({ do: "params", params: { quantity: 0.00001 } }, "grid");
    expect(notices[0]!.detail).toMatch(/under the smallest order/);
    expect(live(bench, "grid")).toEqual(before);
    expect(bench.sleeve("grid").strategy.instructions!.params()).toMatchObject({ quantity: 1 });
  });

  it("merge over those in force, and go back to the default with null", () => {
    const bench = hand({ strategies: { grid: { ...GRID, stopLoss: 0.1 } } });
    bench.begin(100);
    expect(bench.sleeve("grid").strategy.watch()).toEqual({ below: 81 });
    bench.instruct({ do: "params", params: { stopLoss: null, takeProfit: 0.2 } }, "grid");
    expect(bench.sleeve("grid").strategy.watch()).toEqual({ above: 132 });
    expect(bench.sleeve("grid").strategy.instructions!.params()).toMatchObject({ lower: 90, levels: 5 });
  });

  it("can be looked at first without changing anything", () => {
    const bench = hand({ strategies: { grid: GRID } });
    bench.begin(100);
    const { strategy } = bench.sleeve("grid");
    const before = [strategy.ladder(), live(bench, "grid")];
    const foreseen = strategy.instructions!.foresee({ do: "params", params: { levels: 3 } }, 5, 100);
    expect(foreseen).toMatchObject({ ladder: [90, 100, 110], params: { levels: 3 } });
    expect([strategy.ladder(), live(bench, "grid")]).toEqual(before);
    expect(bench.sleeve("grid").view.time).toBe(0);
  });
});

describe("other parameters for an open DCA deal", () => {
  it("keep its average and plan take-profit and the rungs that are left anew", () => {
    const bench = hand({ strategies: { dca: DCA } });
    bench.begin(100);
    expect(live(bench, "dca")).toEqual(["buy 85", "buy 90", "buy 95", "sell 110"]);
    bench.go(95);
    const { cost } = bench.sleeve("dca").account;
    bench.instruct({ do: "params", params: { takeProfit: 0.2, deviation: 0.04 } }, "dca");
    expect(bench.sleeve("dca").account.cost).toBe(cost);
    const average = cost / ABC.quoteScale / heldBy(bench, "dca");
    // The rung at 96 would be the one that was filled; 92 and 88 are left.
    expect(live(bench, "dca")).toEqual(["buy 88", "buy 92", `sell ${Math.ceil(average * 120) / 100}`]);
    bench.go(92);
    bench.go(200);
    expect(heldBy(bench, "dca")).toBe(0);
  });

  it("leave out the rungs that the price has passed, instead of buying them all at once", () => {
    const bench = hand({ strategies: { dca: { ...DCA, safetyOrders: 1, deviation: 0.4 } } });
    bench.begin(100);
    bench.go(70);
    const before = bench.told.length;
    bench.instruct({ do: "params", params: { safetyOrders: 5, deviation: 0.1 } }, "dca");
    expect(bench.told).toHaveLength(before);
    expect(live(bench, "dca")).toEqual(["buy 50", "buy 60", "sell 110"]);
  });

  it("turn a deal into a schedule, which keeps its exit and drops its rungs", () => {
    const bench = hand({ strategies: { dca: DCA } });
    bench.begin(100);
    bench.instruct({ do: "params", params: { mode: "schedule", every: 1, amount: 50 } }, "dca");
    expect(live(bench, "dca")).toEqual(["sell 110"]);
    bench.bar(60);
    bench.bar(60);
    expect(bench.told.slice(1)).toEqual(["B0.5@100", "B0.5@100"]);
  });
});

describe("an exit that was replaced", () => {
  it("and fills before its cancel leaves the new one to sell what is left, or ends the deal", () => {
    const bench = hand({ strategies: { dca: { ...DCA, cooldown: 0 } }, slowCancels: true });
    bench.begin(100);
    const old = [...bench.open.values()].find(({ desired }) => desired.side === "sell")!;
    bench.instruct({ do: "params", params: { takeProfit: 0.2 } }, "dca");
    bench.fill(old, 400);
    bench.confirm();
    expect(live(bench, "dca").at(-1)).toBe("sell 120");
    expect(offeredSteps(bench, "dca") * ABC.stepUnits).toBe(lotUnits(bench, "dca"));
    const next = [...bench.open.values()].find(({ desired }) => desired.side === "sell")!;
    bench.instruct({ do: "params", params: { takeProfit: 0.3 } }, "dca");
    bench.fill(next);
    bench.confirm();
    expect(heldBy(bench, "dca")).toBe(0);
    bench.bar();
    bench.confirm();
    bench.settle();
    expect(bench.told.at(-1)).toBe("B1@100");
  });
});

describe("orders by hand beside a council", () => {
  it("go on while the council leans down, and are sold with everything at its veto", () => {
    const voice: { says: Partial<Opinion> } = { says: {} };
    const bench = hand({ strategies: { grid: {}, manual: {} }, agents: council(voice), profile: RISK_PROFILES["high-risk-high-reward"] });
    bench.begin(100);
    expect(bench.sleeve().view.mode).toBe("active");
    bench.bar();
    bench.instruct({ do: "buy", id: 1, quantity: 1 });
    voice.says = { score: -0.8 };
    bench.bar();
    bench.bar();
    expect(bench.sleeve("grid").view.mode).toBe("wind-down");
    expect(bench.sleeve().view.mode).toBe("active");
    bench.instruct({ do: "buy", id: 2, quantity: 1 });
    expect(heldBy(bench)).toBe(2);
    voice.says = { veto: { maxExposure: 0, limit: "the stop" } };
    bench.bar();
    expect(bench.sleeve().view.mode).toBe("exit");
    expect(heldBy(bench)).toBe(0);
    expect(bench.instruct({ do: "buy", id: 3, quantity: 1 }).notices[0]!.detail).toMatch(/everything is being sold/);
    voice.says = { score: 0 };
    bench.bar();
    expect(bench.sleeve().view.mode).toBe("active");
  });
});

describe("another risk profile", () => {
  const large = { do: "buy", id: 1, worth: 1_000 };

  it("is what the gate goes by at once", () => {
    const bench = hand({ agents: council({ says: {} }), profile: RISK_PROFILES.balanced });
    bench.begin(100);
    bench.give({ type: "profile", profile: "safe-and-steady", time: 1, by: "test" });
    expect(bench.instruct(large).notices).toMatchObject([{ reason: "order-too-large", detail: "worth more than 5 % of equity" }]);
    bench.give({ type: "profile", profile: "growth", time: 2, by: "test" });
    bench.instruct({ ...large, id: 2 });
    expect(bench.told).toEqual(["B10@100"]);
    expect(bench.sleeve().view.limits?.name).toBe("growth");
  });

  it("is what the risk-profile agent sizes by from the next decision on, and its own again after a change back", () => {
    const guard = agentEntry(riskProfile).start({ profile: "balanced" });
    const bench = hand({ strategies: { grid: {} }, agents: [...council({ says: {} }), { ...guard, warmup: 1 }], profile: RISK_PROFILES.balanced });
    const sizes: (number | undefined)[] = [];
    const decide = (): void => {
      bench.bar();
      sizes.push(bench.bot.symbols.get("ABC/USD")!.decision!.votes.find(({ agent }) => agent === "risk-profile")?.size);
    };
    bench.begin(100);
    decide();
    bench.give({ type: "profile", profile: "safe-and-steady", time: bench.now(), by: "test" });
    decide();
    bench.give({ type: "profile", profile: "balanced", time: bench.now(), by: "test" });
    decide();
    expect(sizes).toEqual([0.65, 0.25, 0.65]);
  });

  it("is told and does nothing where no agents vote", () => {
    const bench = hand();
    bench.begin(100);
    expect(bench.give({ type: "profile", profile: "cautious", time: 1, by: "test" }).notices).toMatchObject([{ type: "refused", detail: "the bot has no council: no risk profile applies" }]);
    expect(bench.bot.profile).toBeNull();
  });
});
