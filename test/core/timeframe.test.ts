import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, formatTimeframe, parseTimeframe } from "../../src/core/timeframe.ts";

describe("a timeframe", () => {
  it("comes back as the same length from its text, whatever the unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.constantFrom("s", "m", "h", "d", "w"), (count, unit) => {
        const length = parseTimeframe(`${count}${unit}`) as number;
        expect(length).toBeGreaterThan(0);
        expect(parseTimeframe(formatTimeframe(length))).toBe(length);
      }),
    );
  });

  it("has one text for one length", () => {
    expect([parseTimeframe("60m"), parseTimeframe("24h"), parseTimeframe("7d")].map((length) => formatTimeframe(length as number))).toEqual(["1h", "1d", "1w"]);
    expect(formatTimeframe(8 * DAY)).toBe("8d");
    expect(formatTimeframe(90_000)).toBe("90s");
    expect(formatTimeframe(1_500)).toBe("1500ms");
  });

  it.each(["1H", "1D", " 1h", "1h ", "1hour", "01h", "10000m", "1 h", "NaN", "1e3m", "constructor"])("is not written %j", (text) => {
    expect(parseTimeframe(text)).toBeNull();
  });
});
