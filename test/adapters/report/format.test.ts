import { describe, expect, it } from "vitest";
import { count, counted, days, decimal, gain, momentOf, percent, price, quantity, quoteOf, share, signed } from "../../../src/adapters/report/format.ts";
import { fixture } from "./fixture.ts";

describe("numbers with units", () => {
  it("gives a percentage its sign, and a zero none", () => {
    expect(percent(0.0421)).toBe("+4.21 %");
    expect(percent(-0.1)).toBe("-10.00 %");
    expect(percent(0)).toBe("0.00 %");
    expect(percent(-0.00001)).toBe("0.00 %");
    expect(percent(0.00001)).toBe("0.00 %");
    expect(share(0.314, 0)).toBe("31 %");
  });

  it("leaves the decimals of a very large percentage out", () => {
    expect(percent(123.456)).toBe("+12,346 %");
  });

  it("groups thousands", () => {
    expect(decimal(1234567.891, 2)).toBe("1,234,567.89");
    expect(count(51200)).toBe("51,200");
    expect(signed(-0.001, 2)).toBe("0.00");
  });

  it("shows prices of any size to about six digits", () => {
    expect(price(64012.5)).toBe("64,012.50");
    expect(price(0.00001234)).toBe("0.0000123400");
    expect(price(1.5)).toBe("1.50000");
  });

  it("shows amounts without trailing zeros", () => {
    expect(quantity(0.5)).toBe("0.5");
    expect(quantity(120)).toBe("120");
    expect(quantity(1000000)).toBe("1,000,000");
    expect(quantity(0)).toBe("0");
    expect(quantity(0.00012)).toBe("0.00012");
  });

  it("counts one thing in the singular", () => {
    expect(counted(1, "fill")).toBe("1 fill");
    expect(counted(0, "fill")).toBe("0 fills");
    expect(counted(2, "change of stance", "changes of stance")).toBe("2 changes of stance");
    expect(days(1)).toBe("1 day");
    expect(days(12.54)).toBe("12.5 days");
    expect(days(365.2)).toBe("365 days");
  });

  it("shows times in UTC, and text that is no time as it is", () => {
    expect(momentOf("2024-01-31T13:05:00.000Z")).toBe("2024-01-31 13:05");
    expect(momentOf("soon")).toBe("soon");
  });
});

describe("the currency of a run", () => {
  it("is the quote of its symbols, without what a contract settles in", () => {
    const { output } = fixture({ symbols: ["BTC/USDT:USDT", "ETH/USDT"], candles: 40 });
    expect(quoteOf(output)).toEqual({ currency: "USDT", digits: 2 });
  });

  it("is called quote where the symbols differ", () => {
    const { output } = fixture({ symbols: ["BTC/USDT", "ETH/BTC"], candles: 40 });
    expect(quoteOf(output).currency).toBe("quote");
  });

  it("has more decimals where the capital is a small number, as in BTC", () => {
    const { output } = fixture({ symbols: ["ETH/BTC"], candles: 40 });
    output.result.startEquity = 0.5;
    expect(gain(0.00123, quoteOf(output))).toBe("+0.00123 BTC");
  });
});
