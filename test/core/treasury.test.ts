import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Claim, floorOf, idleBudget, type IdleUse } from "../../src/core/treasury.ts";

const claim = (strategy: string, rest: Partial<Claim> = {}): Claim => ({ strategy, symbol: "ABC/USD", budget: 0, used: 0, isOpen: true, ...rest });
const dca: IdleUse = { strategy: "dca", most: 0.5 };

describe("the floor of cash", () => {
  it("is the largest of the profile's share, the owner's share and the owner's amount", () => {
    expect(floorOf(1_000, 0.2, undefined)).toBe(200);
    expect(floorOf(1_000, 0.2, { share: 0.3 })).toBe(300);
    expect(floorOf(1_000, 0.2, { share: 0.1, amount: 250 })).toBe(250);
    expect(floorOf(10_000, 0.2, { share: 0.1, amount: 250 })).toBe(2_000);
    expect(floorOf(-5, 0.2, undefined)).toBe(0);
  });
});

describe("idle cash", () => {
  it("stays idle where the owner allowed nothing", () => {
    const own = claim("dca");
    expect(idleBudget([], own, [own], 1_000, 800)).toBe(0);
    expect(idleBudget([{ ...dca, symbols: ["XYZ/USD"] }], own, [own], 1_000, 800)).toBe(0);
  });

  it("goes to whom the owner named, up to what it may have", () => {
    const own = claim("dca");
    expect(idleBudget([dca], own, [own, claim("grid")], 1_000, 800)).toBe(500);
    expect(idleBudget([dca], own, [own, claim("grid")], 1_000, 300)).toBe(300);
  });

  it("is what is left when every strategy has what its council gave it", () => {
    const own = claim("dca", { budget: 100 });
    // 800 less the 100 of its own and the 350 that the grid has not used yet.
    expect(idleBudget([dca], own, [own, claim("grid", { budget: 400, used: 50 })], 1_000, 800)).toBe(350);
    // Used up, the budget of the grid is no claim on cash any more.
    expect(idleBudget([dca], own, [own, claim("grid", { budget: 400, used: 400 })], 1_000, 400)).toBe(300);
  });

  it("goes in the owner's order: who comes later gets what the earlier could not take", () => {
    const [first, second] = [claim("grid"), claim("dca")];
    const idle = [{ strategy: "grid", most: 0.3 }, dca];
    expect(idleBudget(idle, first, [first, second], 1_000, 400)).toBe(300);
    expect(idleBudget(idle, second, [first, second], 1_000, 400)).toBe(100);
    expect(idleBudget(idle, second, [{ ...first, isOpen: false }, second], 1_000, 400)).toBe(400);
  });

  it("is shared by the symbols of one use, each its part of the cap", () => {
    const [abc, xyz] = [claim("dca"), claim("dca", { symbol: "XYZ/USD" })];
    expect(idleBudget([dca], abc, [abc, xyz], 1_000, 800)).toBe(250);
    expect(idleBudget([{ ...dca, symbols: ["XYZ/USD"] }], xyz, [abc, xyz], 1_000, 800)).toBe(500);
  });

  it("leaves what was put to work there, and adds nothing, when the cash is needed", () => {
    const own = claim("dca", { used: 200 });
    expect(idleBudget([dca], own, [own, claim("grid", { budget: 900 })], 1_000, 600)).toBe(200);
    expect(idleBudget([dca], own, [own], 1_000, -50)).toBe(200);
  });

  it("adds nothing while the council leans down or the bot is held", () => {
    const own = claim("dca", { isOpen: false });
    expect(idleBudget([dca], own, [own], 1_000, 800)).toBe(0);
  });

  it("is never granted twice: all grants beyond what is in use are no more than what is spare", () => {
    const money = fc.integer({ min: 0, max: 1_000 });
    const one = fc.record({ strategy: fc.constantFrom("dca", "grid", "signal"), symbol: fc.constantFrom("A", "B", "C"), budget: money, used: money, isOpen: fc.boolean() });
    const claims = fc.uniqueArray(one, { minLength: 1, maxLength: 9, selector: ({ strategy, symbol }) => `${strategy} ${symbol}` });
    const uses = fc.array(fc.record({ strategy: fc.constantFrom("dca", "grid"), most: fc.double({ min: 0.01, max: 1, noNaN: true }) }, { requiredKeys: ["strategy", "most"] }), { maxLength: 3 });
    fc.assert(
      fc.property(claims, uses, fc.integer({ min: -500, max: 2_000 }), (all, idle, spare) => {
        let more = 0;
        for (const own of all) {
          const granted = idleBudget(idle, own, all, 1_000, spare);
          const has = Math.max(0, own.used - own.budget);
          expect(granted).toBeGreaterThanOrEqual(0);
          expect(granted).toBeLessThanOrEqual(Math.max(0, ...idle.filter(({ strategy }) => strategy === own.strategy).map(({ most }) => most * 1_000)));
          more += Math.max(0, granted - has);
        }
        expect(more).toBeLessThanOrEqual(Math.max(0, spare) + 1e-6);
      }),
    );
  });
});
