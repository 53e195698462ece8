import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact, textOf, total } from "../../../src/core/holdings/exact.ts";
import { priceText, type QuotedMarket, ratesOf } from "../../../src/core/holdings/rates.ts";
import { type HeldAsset, valued } from "../../../src/core/holdings/valuation.ts";

const market = (symbol: string, price: string, venue = "binance"): QuotedMarket => {
  const [base = "", quote = ""] = symbol.split("/");
  return { base, quote, price, venue };
};
const hold = (asset: string, quantity: string, source = "main"): HeldAsset => ({ source, asset, quantity, free: quantity, used: "0" });

describe("rates", () => {
  const rates = ratesOf([market("BTC/USDT", "40000"), market("ETH/BTC", "0.05"), market("EUR/USDT", "1.25"), market("USDC/USDT", "0.998"), market("BTC/USDT", "41000", "kraken")]);
  const told = (asset: string, currency: string) => {
    const rate = rates.rate(asset, currency);
    return rate === null ? null : [priceText(rate), rate.path, rate.assumed];
  };

  it("takes the market itself, of the first exchange that has it", () => {
    expect(told("BTC", "USDT")).toEqual(["40000", "BTC/USDT (binance)", null]);
  });

  it("takes a market the other way round", () => {
    expect(told("USDT", "EUR")).toEqual(["0.8", "1 / EUR/USDT (binance)", null]);
  });

  it("goes through one asset between, and no more", () => {
    expect(told("ETH", "USDT")).toEqual(["2000", "ETH/BTC x BTC/USDT (binance)", null]);
    expect(told("BTC", "EUR")).toEqual(["32000", "BTC/USDT x 1 / EUR/USDT (binance)", null]);
    // ETH/BTC, BTC/USDT and USDT/EUR would be two between.
    expect(told("ETH", "EUR")).toBeNull();
  });

  it("takes a stablecoin at its market's price, not at one", () => {
    expect(told("USDC", "USDT")).toEqual(["0.998", "USDC/USDT (binance)", null]);
  });

  it("takes a dollar for a dollar only where there is no market, and says so", () => {
    expect(told("USDT", "USD")).toEqual(["1", "no market", "USDT as 1 USD"]);
    expect(told("BTC", "USD")).toEqual(["40000", "BTC/USDT (binance)", "USDT as 1 USD"]);
    expect(ratesOf([market("USDT/USD", "0.99")]).rate("USDT", "USD")).toMatchObject({ path: "USDT/USD (binance)", assumed: null });
    expect(told("DAI", "EUR")).toEqual(["0.8", "1 / EUR/USDT (binance)", "DAI as 1 USDT"]);
    // An euro is no dollar.
    expect(ratesOf([market("BTC/EURT", "40000")]).rate("BTC", "EUR")).toBeNull();
  });

  it.each(["0", "-5", "NaN", "", "1e31"])("does not take %j for a price", (price) => {
    expect(ratesOf([market("BTC/USDT", price)]).rate("BTC", "USDT")).toBeNull();
  });

  it("knows nothing of what has no market", () => {
    expect(told("SCAM", "USDT")).toBeNull();
    expect(ratesOf([]).rate("USDT", "USDT")).toMatchObject({ path: "the currency itself" });
  });
});

describe("a valuation", () => {
  const rates = ratesOf([market("BTC/USDT", "40000"), market("ETH/USDT", "2000")]);
  const rate = (asset: string) => rates.rate(asset, "USDT");

  it("counts all places together, and lists what has no price instead of counting it as nothing", () => {
    const result = valued([hold("BTC", "0.5"), hold("BTC", "0.25", "vault"), hold("USDT", "10000"), hold("SCAM", "999"), hold("ETH", "0")], "USDT", rate);
    expect(result.total).toBe("40000");
    expect(result.allocation).toMatchObject([{ asset: "BTC", quantity: "0.75", value: "30000", weight: 0.75 }, { asset: "USDT", value: "10000", weight: 0.25 }]);
    expect(result.unvalued).toMatchObject([{ asset: "SCAM", quantity: "999" }]);
    expect(result.holdings).toHaveLength(3);
  });

  it("values an asset as another one where it is told to", () => {
    expect(valued([{ ...hold("WETH", "2"), pricedAs: "ETH" }], "USDT", rate).total).toBe("4000");
    expect(valued([hold("WETH", "2")], "USDT", rate).unvalued).toHaveLength(1);
  });

  it("sums: the total is the sum of the holdings and of the allocation, and weights sum to one", () => {
    const held = fc.array(fc.record({ asset: fc.constantFrom("BTC", "ETH", "USDT", "SCAM"), source: fc.constantFrom("a", "b"), units: fc.bigInt({ min: 0n, max: 10n ** 24n }) }), { maxLength: 20 });
    fc.assert(
      fc.property(held, (rows) => {
        const result = valued(rows.map(({ asset, source, units }) => hold(asset, textOf({ units, places: 18 }), source)), "USDT", rate);
        expect(textOf(total(result.holdings.map(({ value }) => exact(value))))).toBe(result.total);
        expect(textOf(total(result.allocation.map(({ value }) => exact(value))))).toBe(result.total);
        const weights = result.allocation.reduce((sum, { weight }) => sum + weight, 0);
        if (result.total !== "0") expect(weights).toBeCloseTo(1, 9);
        expect(result.holdings.length + result.unvalued.length).toBe(rows.filter(({ units }) => units > 0n).length);
      }),
    );
  });
});
