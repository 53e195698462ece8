import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSellable } from "../../src/core/sellable.ts";
import { hand } from "./hand.ts";
import { signalParams } from "../../strategies/signal/params.ts";
import { votersOf, WIDE, type Says } from "./signal-bench.ts";

type Act =
  /** A bar closes with the council saying so much. */
  | { readonly do: "bar"; readonly score: number | null }
  /** The price goes by so much, fraction. */
  | { readonly do: "go"; readonly by: number }
  /** Part of what is open is filled though the price is elsewhere. */
  | { readonly do: "part"; readonly share: number }
  /** The venue confirms its cancels, where it does not at once. */
  | { readonly do: "confirm" };

const hundredths = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max }).map((whole) => whole / 100);

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("bar" as const), score: fc.oneof({ weight: 8, arbitrary: hundredths(-50, 100) }, { weight: 1, arbitrary: fc.constant(null) }) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("go" as const), by: hundredths(-8, 8) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("part" as const), share: hundredths(5, 95) }) },
    { weight: 2, arbitrary: fc.constant({ do: "confirm" as const }) },
  ),
  { minLength: 20, maxLength: 80 },
);

const orNone = (most: number): fc.Arbitrary<number> => fc.oneof(fc.constant(0), hundredths(1, 100 * most));
const params = fc.record({
  enter: hundredths(0, 50),
  leave: hundredths(-80, -1),
  silence: fc.constantFrom("keep", "leave"),
  budget: hundredths(5, 100),
  entry: fc.constantFrom("market", "limit"),
  offset: hundredths(0, 3),
  patience: fc.integer({ min: 1, max: 4 }),
  size: fc.constantFrom("fixed", "volatility", "kelly"),
  volatilityTarget: hundredths(50, 500),
  stop: orNone(0.2),
  takeProfit: orNone(0.2),
  trailing: orNone(0.1),
  trailingFrom: orNone(0.1),
  maxBars: fc.integer({ min: 0, max: 6 }),
  cooldown: fc.integer({ min: 0, max: 3 }),
  reenter: fc.boolean(),
  atrPeriod: fc.constant(2),
});

/** A bench on which acts are carried out one by one, `look` being called after each. */
function play(given: Record<string, unknown>, steps: readonly Act[], options: { readonly slowCancels: boolean; readonly received?: boolean }, look: (bench: ReturnType<typeof bench_>) => void) {
  const bench = bench_(given, options);
  bench.begin(100);
  let price = 100;
  for (const act of steps) {
    switch (act.do) {
      case "bar":
        bench.says["trend"] = act.score;
        bench.bar();
        break;
      case "go":
        price = Math.round(price * (1 + act.by) * 100) / 100;
        bench.go(price);
        break;
      case "part": {
        const [order] = bench.open.values();
        const steps = order === undefined ? 0 : Math.floor((order.steps - order.filled) * act.share);
        if (order !== undefined && steps > 0) bench.fill(order, steps);
        break;
      }
      case "confirm":
        bench.confirm();
        break;
    }
    look(bench);
  }
  return bench;
}

function bench_(given: Record<string, unknown>, { slowCancels, received = false }: { readonly slowCancels: boolean; readonly received?: boolean }) {
  const says: Says = { trend: 0 };
  const fees = { maker: 0.001, taker: 0.001, ...(received ? { currency: "received" as const } : {}) };
  return { ...hand({ strategies: { signal: given }, agents: votersOf(says), profile: WIDE, fees, slowCancels }), says };
}

/** Lots of which a venue would take something back. */
const positions = ({ sleeve }: ReturnType<typeof bench_>): string[] => {
  const { view } = sleeve("signal");
  return view.lots().filter((lot) => isSellable(view, view.held(lot)));
};

describe("the signal strategy in any market", () => {
  it("has one position and one entry at a time, costs no more than its share of the budget, and spends each key once", () => {
    let entries = 0;
    fc.assert(
      fc.property(params, acts, fc.boolean(), (given, steps, received) => {
        signalParams.parse(given);
        let allowed = 0;
        const bench = play(given, steps, { slowCancels: false, received }, (now) => {
          const { view } = now.sleeve("signal");
          const buys = [...now.open.values()].filter(({ desired }) => desired.side === "buy");
          const sells = [...now.open.values()].filter(({ desired }) => desired.side === "sell");
          expect(buys.length).toBeLessThanOrEqual(1);
          expect(sells.length).toBeLessThanOrEqual(1);
          // Dust of an earlier round may have become worth an order: it is sold with the next exit.
          expect(positions(now).filter((lot) => view.held(lot) * view.price >= 2 * view.filters.minNotional).length).toBeLessThanOrEqual(1);
          // The budget moves with equity; what counts is what it was when the position was begun.
          allowed = positions(now).length === 0 && buys.length === 0 ? view.budget * given.budget : Math.max(allowed, view.budget * given.budget);
          expect(view.totalCost()).toBeLessThanOrEqual(allowed * (1 + 1e-9) + 2);
        });
        expect(new Set(bench.done).size).toBe(bench.done.length);
        entries += bench.done.filter((key) => key.endsWith("/enter")).length;
      }),
      { numRuns: 150 },
    );
    expect(entries).toBeGreaterThan(100);
  });

  it("is out after each exit that was filled, and lets nothing refuse it", () => {
    let exits = 0;
    fc.assert(
      fc.property(params, acts, (given, steps) => {
        let seen = 0;
        const bench = play(given, steps, { slowCancels: false }, (now) => {
          const last = now.done.at(-1) ?? "";
          if (now.done.length > seen && !last.endsWith("/enter")) {
            exits += 1;
            expect(positions(now)).toEqual([]);
          }
          seen = now.done.length;
        });
        expect(bench.notices.filter(({ reason }) => reason !== "below-minimum-notional")).toEqual([]);
      }),
      { numRuns: 150 },
    );
    expect(exits).toBeGreaterThan(100);
  });

  it("has an exit or a stop for all that it holds, unless it has neither", () => {
    fc.assert(
      fc.property(params, acts, (given, steps) => {
        fc.pre(given.stop > 0 || given.takeProfit > 0);
        play(given, steps, { slowCancels: false }, (now) => {
          const { strategy } = now.sleeve("signal");
          if (positions(now).length === 0) return;
          const sells = strategy.desired().filter(({ side }) => side === "sell");
          expect(sells.length > 0 || strategy.watch()?.below !== undefined || strategy.desired().some(({ side }) => side === "buy")).toBe(true);
        });
      }),
      { numRuns: 100 },
    );
  });

  it("sells all of it at a flatten, however late the venue confirms its cancels", () => {
    fc.assert(
      fc.property(params, acts, (given, steps) => {
        const bench = play(given, steps, { slowCancels: true }, () => undefined);
        bench.command("flatten");
        for (let i = 0; i < 6; i++) {
          bench.confirm();
          bench.settle();
          bench.bar();
        }
        expect(positions(bench)).toEqual([]);
        expect(bench.open.size).toBe(0);
        expect(new Set(bench.done).size).toBe(bench.done.length);
      }),
      { numRuns: 150 },
    );
  });

  it("does the same when it is told the same", () => {
    fc.assert(
      fc.property(params, acts, (given, steps) => {
        const [one, two] = [0, 1].map(() => play(given, steps, { slowCancels: true }, () => undefined));
        expect(one!.told).toEqual(two!.told);
        expect(one!.done).toEqual(two!.done);
      }),
      { numRuns: 30 },
    );
  });
});
