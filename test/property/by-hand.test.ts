import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hand } from "../strategies/hand.ts";

type Bench = ReturnType<typeof hand>;

const amount = fc.constantFrom(0.0004, 0.001, 0.01, 0.5, 1, 2.3456, 50);
const price = fc.integer({ min: 60, max: 160 });
const id = fc.integer({ min: 1, max: 60 });
const size = fc.oneof({ weight: 4, arbitrary: fc.record({ quantity: amount }) }, { weight: 4, arbitrary: fc.record({ worth: fc.constantFrom(0.5, 20, 300, 20_000) }) }, { weight: 1, arbitrary: fc.constant({}) });
const how = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 3,
    arbitrary: fc.record(
      { limit: price, when: fc.oneof({ weight: 5, arbitrary: fc.record({ below: price }) }, { weight: 5, arbitrary: fc.record({ above: price }) }, { weight: 1, arbitrary: fc.constant({}) }), until: fc.constantFrom(0, 600_000, 600_000_000, 600_000_000) },
      { requiredKeys: [] },
    ),
  },
);
const order = fc.tuple(fc.record({ do: fc.constantFrom("buy", "sell"), id }), size, how).map(([what, ...rest]): Record<string, unknown> => Object.assign({ ...what }, ...rest) as Record<string, unknown>);
const range = { lower: fc.integer({ min: 60, max: 110 }), upper: fc.integer({ min: 90, max: 160 }), levels: fc.integer({ min: 2, max: 9 }) };
const gridParams = fc.record({ ...range, stopLoss: fc.constantFrom(null, 0.05) }, { requiredKeys: [] });
const dcaParams = fc.record(
  { takeProfit: fc.constantFrom(0.01, 0.1), deviation: fc.constantFrom(0.01, 0.1), safetyOrders: fc.integer({ min: 0, max: 5 }), mode: fc.constantFrom("deal", "schedule"), trailing: fc.constantFrom(0, 0.02) },
  { requiredKeys: [] },
);

type Act = (bench: Bench) => void;
const pick = (bench: Bench, n: number) => [...bench.open.values()][n % Math.max(1, bench.open.size)];
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: order.map((instruction): Act => (bench) => void bench.instruct(instruction)) },
  // Numbers that count up, as an operator gives them.
  { weight: 6, arbitrary: order.map((instruction): Act => (bench) => void bench.instruct({ ...instruction, id: bench.sleeve().strategy.instructions!.nextId() })) },
  { weight: 2, arbitrary: id.map((one): Act => (bench) => void bench.instruct({ do: "cancel", id: one })) },
  { weight: 2, arbitrary: gridParams.map((params): Act => (bench) => void bench.instruct({ do: "params", params }, "grid")) },
  { weight: 2, arbitrary: dcaParams.map((params): Act => (bench) => void bench.instruct({ do: "params", params }, "dca")) },
  { weight: 1, arbitrary: fc.json().map((text): Act => (bench) => void bench.instruct(JSON.parse(text))) },
  { weight: 6, arbitrary: price.map((to): Act => (bench) => bench.go(to)) },
  { weight: 4, arbitrary: fc.constantFrom(1, 30, 2_000).map((minutes): Act => (bench) => bench.bar(minutes)) },
  { weight: 3, arbitrary: fc.constant<Act>((bench) => bench.confirm()) },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true })).map(([n, share]): Act => (bench) => {
      const one = pick(bench, n);
      if (one) bench.fill(one, Math.max(1, Math.floor((one.steps - one.filled) * share)));
    }),
  },
  { weight: 1, arbitrary: fc.nat().map((n): Act => (bench) => { const one = pick(bench, n); if (one) bench.reject(one); }) },
  { weight: 1, arbitrary: fc.constantFrom("run", "run", "run", "run", "pause", "cancel", "flatten").map((command): Act => (bench) => bench.command(command as "run")) },
);

function assertBooks({ bot, sums, notices }: Bench): void {
  const { ledger } = bot;
  expect(BigInt(ledger.quoteFree + ledger.quoteReserved - ledger.startUnits)).toBe(sums.quote);
  expect(ledger.quoteFree).toBeGreaterThanOrEqual(0);
  let base = 0n;
  let reservedQuote = 0;
  for (const { sleeves } of bot.symbols.values()) {
    for (const { account, orders } of sleeves) {
      let reserved = 0;
      for (const { desired, reserved: units } of orders.live.values()) {
        if (desired.side === "buy") reservedQuote += units;
        else reserved += units;
      }
      expect(account.baseReserved).toBe(reserved);
      expect(account.baseFree).toBeGreaterThanOrEqual(0);
      const lots = [...account.lots.values()];
      expect(lots.reduce((sum, { units }) => sum + units, account.dustUnits)).toBe(account.baseFree + account.baseReserved);
      expect(lots.reduce((sum, { cost }) => sum + cost, 0)).toBe(account.cost);
      base += BigInt(account.baseFree + account.baseReserved);
    }
  }
  expect(base).toBe(sums.base);
  expect(ledger.quoteReserved).toBe(reservedQuote);
  for (const { detail } of notices) expect(detail).not.toBe("");
}

describe("whatever an operator instructs", () => {
  it("the books hold to the last unit, and no number is carried out twice", () => {
    let byHand = 0;
    let retuned = 0;
    fc.assert(
      fc.property(fc.array(act, { minLength: 10, maxLength: 60, size: "max" }), fc.constantFrom("quote" as const, "received" as const), fc.boolean(), (acts, currency, slowCancels) => {
        const bench = hand({
          strategies: { dca: { baseOrder: 100, safetyOrder: 100, cooldown: 0 }, grid: { lower: 80, upper: 120, levels: 5, investment: 3_000, cooldown: 0 }, manual: {} },
          fees: { maker: 0.001, taker: 0.001, currency },
          slowCancels,
        });
        bench.begin(100);
        for (const one of acts) {
          one(bench);
          assertBooks(bench);
        }
        expect(new Set(bench.done).size).toBe(bench.done.length);
        if (bench.done.filter((key) => key.startsWith("manual")).length > 1) byHand += 1;
        if (bench.sleeve("grid").strategy.instructions!.params()["lower"] !== 80) retuned += 1;
      }),
      { numRuns: 300 },
    );
    // A property whose orders are all refused would hold for nothing.
    expect(byHand).toBeGreaterThan(40);
    expect(retuned).toBeGreaterThan(50);
  });

  it("after the dust has settled every unit that the grid holds is for sale, however often its parameters changed", () => {
    let holding = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.record(range, { requiredKeys: [] }).map((params): Act => (bench) => void bench.instruct({ do: "params", params }, "grid")), price.map((to): Act => (bench) => bench.go(to))), { minLength: 1, maxLength: 20, size: "max" }), fc.boolean(), (acts, slowCancels) => {
        const bench = hand({ strategies: { grid: { lower: 80, upper: 120, levels: 5, outOfRange: "wait" } }, slowCancels });
        bench.begin(100);
        for (const one of acts) one(bench);
        for (let i = 0; i < 10; i++) {
          bench.confirm();
          bench.settle();
          bench.bar();
        }
        const { account, strategy } = bench.sleeve("grid");
        const { instrument, lots } = account;
        const held = [...lots.values()].reduce((sum, { units }) => sum + units, 0) / instrument.baseScale;
        // What it wants, for the gate may take a while to let an offer pass that is far from the price.
        const offered = strategy.desired().reduce((sum, { side, quantity }) => sum + (side === "sell" ? quantity : 0), 0);
        expect(held - offered).toBeLessThan(instrument.filters.quantityStep * Math.max(1, lots.size));
        expect(offered - held).toBeLessThan(1e-9);
        if (held > 0) holding += 1;
      }),
      { numRuns: 300 },
    );
    expect(holding).toBeGreaterThan(100);
  });
});
