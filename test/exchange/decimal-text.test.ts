import fc from "fast-check";
import { expect, it } from "vitest";
import { decimalText } from "../../src/exchange/decimal-text.ts";

it.each([
  [0, 8, "0.00000000"],
  [5, 2, "0.05000000"],
  [123_456, 2, "1234.56000000"],
  [-1, 8, "-0.00000001"],
  [7, 0, "7.00000000"],
  [12, 10, "0.0000000012"],
])("writes %i of 10^-%i as %s", (units, decimals, text) => {
  expect(decimalText(units, decimals)).toBe(text);
});

it("loses no unit of any amount", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 8 }), (units, decimals) => {
      const text = decimalText(units, decimals);
      expect(text).toMatch(/^-?\d+\.\d{8}$/);
      expect(BigInt(text.replace(".", ""))).toBe(BigInt(units) * 10n ** BigInt(8 - decimals));
    }),
  );
});
