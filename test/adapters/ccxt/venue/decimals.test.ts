import { describe, expect, it } from "vitest";
import { compareDecimals, decimal, plainDecimal } from "../../../../src/adapters/ccxt/venue/order.ts";
import { compareIds } from "../../../../src/adapters/ccxt/venue/trade.ts";

describe("a decimal of a venue", () => {
  it.each([
    ["0", "0"], ["0.00000000", "0"], ["60000.10000000", "60000.1"], ["007.5", "7.5"], ["100", "100"],
    ["1e-7", "0.0000001"], ["1.5e-8", "0.000000015"], ["2.5E3", "2500"], ["123456789012345678.12345678", "123456789012345678.12345678"],
  ])("%s is written %s", (text, plain) => {
    expect(plainDecimal(text)).toBe(plain);
  });

  it.each(["", "-1", "abc", "NaN", "Infinity", "1,5", ".5", "1.", "0x10", "1e999"])("is not %s", (text) => {
    expect(decimal.safeParse(text).success).toBe(false);
  });

  it("is compared exactly", () => {
    expect(compareDecimals("0.1", "0.10")).toBe(0);
    expect(compareDecimals("9007199254740993", "9007199254740992")).toBe(1);
    expect(compareDecimals("0.09", "0.1")).toBe(-1);
  });
});

describe("trade ids", () => {
  it("are compared as numbers of any length, and not at all when they are none", () => {
    expect(compareIds("9", "10")).toBe(-1);
    expect(compareIds("9007199254740993", "9007199254740992")).toBe(1);
    expect(compareIds("TB-1", "TA-1")).toBeNull();
  });
});
