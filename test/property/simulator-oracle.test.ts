import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runBoth, withoutEmptyArrivals, withoutInexactTies } from "./oracle/compare.ts";
import { candles, scripts, settings } from "./oracle/script.ts";

const CANDLES = 12;

describe("the simulator against a naive walk of the written fill model", () => {
  it("fills, fees, rejects and cancels exactly what a walk tick by tick does, in the same order", () => {
    fc.assert(
      fc.property(settings, candles({ minLength: 1, maxLength: CANDLES }), scripts(CANDLES, false), (setting, raw, script) => {
        const market = withoutInexactTies(setting, raw);
        const { oracle, product } = runBoth(setting, market, withoutEmptyArrivals(script, market));
        expect(product).toEqual(oracle);
      }),
      { numRuns: Number(process.env["ORACLE_RUNS"] ?? 500) },
    );
  });
});
