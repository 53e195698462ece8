import { describe, expect, it } from "vitest";
import { hand, heldBy } from "./hand.ts";

const DAY = 86_400_000;
const refusals = ({ notices }: { readonly notices: readonly { readonly detail: string }[] }): string[] => notices.map(({ detail }) => detail);

/** A bench whose price stands at 100. */
function at100(options: Parameters<typeof hand>[0] = {}) {
  const bench = hand(options);
  bench.begin(100);
  return bench;
}

describe("orders by hand", () => {
  it("buy and sell at the market at once, in base or in quote, each once", () => {
    const bench = at100();
    bench.instruct({ do: "buy", id: 1, quantity: 2 });
    bench.instruct({ do: "buy", id: 2, worth: 50 });
    expect(heldBy(bench)).toBe(2.5);
    bench.instruct({ do: "sell", id: 3, worth: 100 });
    expect(bench.told).toEqual(["B2@100", "B0.5@100", "S1@100"]);
    bench.bar(60);
    bench.go(90);
    expect(bench.told).toHaveLength(3);
    expect(bench.sleeve().orders.spent).toEqual(new Set(["buy/1", "buy/2", "sell/3"]));
  });

  it("rest at a limit until the price is there", () => {
    const bench = at100();
    bench.instruct({ do: "buy", id: 1, quantity: 1, limit: 95 });
    expect(bench.told).toEqual([]);
    expect([...bench.open.values()].map(({ desired: { key } }) => key)).toEqual(["buy/1"]);
    bench.bar(600);
    bench.go(95);
    expect(bench.told).toEqual(["B1@95"]);
    bench.instruct({ do: "sell", id: 2, quantity: 1, limit: 105 });
    bench.go(106);
    expect(bench.told).toEqual(["B1@95", "S1@105"]);
    expect(heldBy(bench)).toBe(0);
  });

  it("wait for a price under or over the present one, and are sized in quote at that price", () => {
    const bench = at100();
    bench.instruct({ do: "buy", id: 1, worth: 50, when: { below: 97 } });
    bench.instruct({ do: "buy", id: 2, worth: 60, when: { below: 90 } });
    bench.instruct({ do: "buy", id: 3, quantity: 1, when: { above: 103 }, limit: 102 });
    expect(bench.sleeve().strategy.watch()).toEqual({ below: 97, above: 103 });
    expect(bench.open.size).toBe(0);
    bench.go(96);
    expect(bench.told).toEqual(["B0.52@96"]);
    expect(bench.sleeve().strategy.watch()).toEqual({ below: 90, above: 103 });
    bench.go(104);
    expect(bench.told).toEqual(["B0.52@96"]);
    expect([...bench.open.values()].map(({ desired: { key, price } }) => [key, price])).toEqual([["buy/3", 102]]);
    bench.go(80);
    expect(bench.told).toEqual(["B0.52@96", "B1@102", "B0.75@80"]);
    expect(bench.sleeve().strategy.watch()).toBeNull();
  });

  it("count what waits for a price that is there already at the price of now", () => {
    const bench = at100({ strategies: { manual: { maxOrder: 200 } } });
    expect(refusals(bench.instruct({ do: "buy", id: 1, quantity: 3, when: { above: 1 } }))[0]).toMatch(/it is worth 300, more than the 200 that maxOrder allows/);
    expect(refusals(bench.instruct({ do: "buy", id: 1, quantity: 1, when: { below: 1_000 } }))).toEqual([]);
    // Either of two prices may come first: the dearer one counts.
    expect(refusals(bench.instruct({ do: "buy", id: 2, quantity: 2, when: { below: 90, above: 110 } }))[0]).toMatch(/it is worth 220/);
  });

  it("sell only what was bought by hand, and say so", () => {
    const bench = at100({ strategies: { grid: { lower: 95, upper: 105, levels: 3, spacing: "arithmetic", quantity: 1 }, manual: {} } });
    expect(heldBy(bench, "grid")).toBeGreaterThan(0);
    expect(refusals(bench.instruct({ do: "sell", id: 1, quantity: 1 }))).toEqual([
      "a sale by hand takes from what was bought by hand, and that is 0 ABC, not 1; what grid and dca hold leaves at their own exits, or all together with flatten",
    ]);
    bench.instruct({ do: "buy", id: 1, quantity: 2 });
    bench.instruct({ do: "sell", id: 2, quantity: 1.5, limit: 120 });
    expect(refusals(bench.instruct({ do: "sell", id: 3, quantity: 1 }))[0]).toContain("that is 2 ABC, of which 1.5 is offered already, not 1;");
  });

  it("sell two offers of the same holding in whatever order they fill", () => {
    const bench = at100();
    bench.instruct({ do: "buy", id: 1, quantity: 1 });
    bench.instruct({ do: "sell", id: 2, quantity: 0.6, limit: 120 });
    bench.instruct({ do: "buy", id: 3, quantity: 0.5 });
    bench.instruct({ do: "sell", id: 4, quantity: 0.9, limit: 110 });
    bench.go(111);
    bench.go(121);
    expect(bench.told).toEqual(["B1@100", "B0.5@100", "S0.9@110", "S0.6@120"]);
    expect(heldBy(bench)).toBe(0);
  });

  it("are taken back by their number, with what they have got kept", () => {
    const bench = at100();
    bench.instruct({ do: "buy", id: 1, quantity: 1, limit: 95 });
    bench.fill([...bench.open.values()][0]!, 400);
    bench.instruct({ do: "buy", id: 2, quantity: 1, when: { below: 90 } });
    bench.instruct({ do: "cancel", id: 1 });
    bench.instruct({ do: "cancel", id: 2 });
    bench.go(80);
    expect(heldBy(bench)).toBe(0.4);
    expect(bench.open.size).toBe(0);
    expect(bench.bot.ledger.quoteReserved).toBe(0);
    expect(refusals(bench.instruct({ do: "cancel", id: 2 }))).toEqual(["there is no order by hand number 2 that is not done"]);
  });

  it("lapse at the time that they say, or after the days of the definition", () => {
    const bench = at100({ strategies: { manual: { lapseDays: 2 } } });
    bench.instruct({ do: "buy", id: 1, quantity: 1, limit: 95 });
    bench.instruct({ do: "buy", id: 2, quantity: 1, when: { below: 90 }, until: DAY });
    expect(refusals(bench.instruct({ do: "buy", id: 3, quantity: 1, limit: 95, until: 0 }))).toEqual(["it would have lapsed already"]);
    bench.bar(24 * 60);
    expect(bench.sleeve().strategy.instructions!.pending().map(({ id }) => id)).toEqual([1]);
    expect(bench.notices.at(-1)).toMatchObject({ type: "lapsed", key: "buy/2" });
    bench.bar(24 * 60);
    expect(bench.notices.at(-1)).toMatchObject({ type: "lapsed", key: "buy/1" });
    expect(bench.open.size).toBe(0);
    bench.go(80);
    expect(bench.told).toEqual([]);
  });

  it("are not tried again when the gate or the venue turns them down", () => {
    const bench = at100({ capital: 100 });
    const output = bench.instruct({ do: "buy", id: 1, quantity: 5 });
    expect(output.notices).toMatchObject([{ type: "refused", key: "buy/1", reason: "insufficient-funds" }]);
    expect(bench.sleeve().strategy.desired()).toEqual([]);
    bench.instruct({ do: "buy", id: 2, quantity: 0.5, limit: 95 });
    const [order] = [...bench.open.values()];
    bench.open.clear();
    bench.give({ type: "order", order: order!, status: "rejected", time: 1, reason: "no" });
    for (let i = 0; i < 50; i++) bench.bar();
    bench.go(90);
    expect(bench.told).toEqual([]);
    expect(bench.sleeve().strategy.instructions!.pending()).toEqual([]);
  });

  it("may not be worth more than maxOrder, which can be changed while the bot runs", () => {
    const bench = at100({ strategies: { manual: { maxOrder: 100 } } });
    expect(refusals(bench.instruct({ do: "buy", id: 1, quantity: 2 }))).toEqual(["it is worth 200, more than the 100 that maxOrder allows one order by hand"]);
    bench.instruct({ do: "params", params: { maxOrder: 250 } });
    bench.instruct({ do: "buy", id: 1, quantity: 2 });
    bench.instruct({ do: "params", params: { maxOrder: null } });
    bench.instruct({ do: "buy", id: 2, quantity: 20 });
    expect(bench.told).toEqual(["B2@100", "B20@100"]);
  });

  it("at the market are given up, and told of, when the market has not given them within ten minutes", () => {
    const bench = at100();
    bench.give({ type: "instruct", symbol: "ABC/USD", strategy: "manual", instruction: { do: "buy", id: 1, quantity: 1 }, time: bench.now(), by: "test" });
    const [order] = [...bench.open.values()];
    bench.fill(order!, 300);
    bench.open.clear();
    bench.bar(9);
    expect(bench.sleeve().strategy.desired()).toHaveLength(1);
    bench.bar(1);
    expect(bench.sleeve().strategy.desired()).toEqual([]);
    expect(bench.notices.at(-1)).toMatchObject({ type: "lapsed", key: "buy/1" });
    expect(heldBy(bench)).toBe(0.3);
  });

  it("never take a number twice, so that a message that comes twice buys once", () => {
    const bench = at100();
    bench.instruct({ do: "buy", id: 7, quantity: 1 });
    expect(refusals(bench.instruct({ do: "buy", id: 7, quantity: 1 }))).toEqual(["the number 7 was given before"]);
    expect(refusals(bench.instruct({ do: "buy", id: 3, quantity: 1 }))).toEqual(["the number 3 was given before"]);
    expect(bench.told).toEqual(["B1@100"]);
    expect(bench.sleeve().strategy.instructions!.nextId()).toBe(8);
  });

  it.each([
    [{ do: "buy", id: 1 }, /either quantity or worth/],
    [{ do: "buy", id: 1, quantity: 1, worth: 1 }, /either quantity or worth/],
    [{ do: "buy", id: 1, quantity: -1 }, /quantity/],
    [{ do: "buy", id: 1, quantity: 1, when: {} }, /say below or above/],
    [{ do: "buy", id: 1, quantity: 1, leverage: 10 }, /./],
    [{ do: "transfer", id: 1, to: "me" }, /./],
    [null, /./],
    ["buy everything", /./],
  ])("refuse %j with a notice and do nothing", (instruction, why) => {
    const bench = at100();
    const [said] = refusals(bench.instruct(instruction));
    expect(said).toMatch(why);
    expect(bench.open.size).toBe(0);
  });

  it("are refused while the bot is held, and wait for a price without being sent until it trades again", () => {
    const bench = at100();
    bench.instruct({ do: "buy", id: 1, quantity: 1, when: { below: 95 } });
    bench.command("pause");
    expect(refusals(bench.instruct({ do: "buy", id: 2, quantity: 1 }))).toEqual(["the bot is held and sends nothing new: resume it first"]);
    bench.go(94);
    bench.bar();
    expect(bench.told).toEqual([]);
    bench.command("run");
    expect(bench.told).toEqual([]);
    bench.go(93);
    expect(bench.told).toEqual(["B1@93"]);
  });

  it("sell everything that was bought by hand when all is flattened, drop what was not done, and go on after a resume", () => {
    const bench = at100({ fees: { taker: 0.001, currency: "received" } });
    bench.instruct({ do: "buy", id: 1, quantity: 2 });
    bench.instruct({ do: "sell", id: 2, quantity: 1, limit: 120 });
    bench.instruct({ do: "buy", id: 3, quantity: 1, when: { below: 90 } });
    bench.command("flatten");
    expect(bench.told).toEqual(["B2@100", "S1.998@100"]);
    expect(bench.sleeve().strategy.instructions!.pending()).toEqual([]);
    expect(refusals(bench.instruct({ do: "buy", id: 4, quantity: 1 }))).toEqual(["the bot is held and sends nothing new: resume it first"]);
    bench.command("run");
    bench.go(80);
    bench.instruct({ do: "buy", id: 4, quantity: 1 });
    expect(bench.told.slice(2)).toEqual(["B1@80"]);
  });

  it("buy what a cancel came too late for, and sell it with the rest", () => {
    const bench = at100({ slowCancels: true });
    bench.instruct({ do: "buy", id: 1, quantity: 1, limit: 95 });
    const [order] = [...bench.open.values()];
    bench.instruct({ do: "cancel", id: 1 });
    bench.fill(order!);
    bench.confirm();
    expect(heldBy(bench)).toBe(1);
    bench.instruct({ do: "sell", id: 2, quantity: 1 });
    expect(bench.told).toEqual(["B1@95", "S1@100"]);
  });
});
