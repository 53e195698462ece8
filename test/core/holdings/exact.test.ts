import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare, exact, fromUnits, minus, negated, over, parseExact, plus, rounded, textOf, times } from "../../../src/core/holdings/exact.ts";

const decimals = fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: 0, max: 30 })).map(([units, places]) => fromUnits(units, places));

describe("exact decimals", () => {
  it.each([["1", "1"], ["-0.50", "-0.5"], ["1e-7", "0.0000001"], ["1.5E+3", "1500"], ["007", "7"], ["-0", "0"], ["115792089237316195423570985008687907853269984665640564039457.584007913129639935", "115792089237316195423570985008687907853269984665640564039457.584007913129639935"]])("reads %s as %s", (text, plain) => {
    expect(textOf(exact(text))).toBe(plain);
  });

  it.each(["", " 1", "1,5", "1.", ".5", "0x1", "Infinity", "NaN", "1e999", "--1", "1_000"])("does not read %j", (text) => {
    expect(parseExact(text)).toBeNull();
    expect(() => exact(text)).toThrow(RangeError);
  });

  it("keeps what doubles lose", () => {
    expect(textOf(plus(exact("0.1"), exact("0.2")))).toBe("0.3");
    expect(textOf(times(exact("1.000000000000000001"), exact("1000000000000000000")))).toBe("1000000000000000001");
  });

  it("divides to 24 places, half away from zero", () => {
    expect(textOf(over(exact("1"), exact("3")))).toBe(`0.${"3".repeat(24)}`);
    expect(textOf(over(exact("-2"), exact("3")))).toBe(`-0.${"6".repeat(23)}7`);
    expect(() => over(exact("1"), exact("0"))).toThrow(RangeError);
    expect(["0.125", "-0.125", "0.124", "5"].map((text) => textOf(rounded(exact(text), 2)))).toEqual(["0.13", "-0.13", "0.12", "5"]);
  });

  it("is a ring: adding and taking away, and the distributive law, to the last digit", () => {
    fc.assert(
      fc.property(decimals, decimals, decimals, (a, b, c) => {
        expect(textOf(minus(plus(a, b), b))).toBe(textOf(a));
        expect(textOf(times(a, plus(b, c)))).toBe(textOf(plus(times(a, b), times(a, c))));
        expect(textOf(exact(textOf(a)))).toBe(textOf(a));
        expect(compare(a, b)).toBe(-compare(b, a) + 0);
        expect(textOf(negated(negated(a)))).toBe(textOf(a));
      }),
    );
  });
});
