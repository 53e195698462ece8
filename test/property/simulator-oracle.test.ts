import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runBoth, withoutEmptyArrivals, withoutInexactTies } from "./oracle/compare.ts";
import { candles, scripts, settings } from "./oracle/script.ts";

const CANDLES = 12;
const RUNS = Number(process.env["ORACLE_RUNS"] ?? 500);

describe("the simulator against a naive walk of the written fill model", () => {
  it.each([
    ["limits and market orders", false],
    ["limits, market orders and stops", true],
  ])("does with %s exactly what a walk tick by tick does, in the same order", (_what, stops) => {
    fc.assert(
      fc.property(settings, candles({ minLength: 1, maxLength: CANDLES }), scripts(CANDLES, stops), (setting, raw, script) => {
        const market = withoutInexactTies(setting, raw);
        const { oracle, product } = runBoth(setting, market, withoutEmptyArrivals(script, market));
        expect(product).toEqual(oracle);
      }),
      { numRuns: RUNS },
    );
  });
});
