import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BasisFlow, type BasisTrade, costBasis, openProfit } from "../../../src/core/holdings/basis.ts";
import { exact, minus, plus, textOf, times, total } from "../../../src/core/holdings/exact.ts";

let clock = 0;
const trade = (side: "buy" | "sell", symbol: string, quantity: string, price: string, fee?: [quantity: string, asset: string]): BasisTrade => {
  const [base = "", quote = ""] = symbol.split("/");
  return { time: ++clock, base, quote, side, quantity, price, fee: fee ? { quantity: fee[0], asset: fee[1] } : null };
};
const nothing = () => null;
const of = (asset: string, trades: readonly BasisTrade[], flows: readonly BasisFlow[] = [], past: Parameters<typeof costBasis>[3] = nothing, currency = "USDT") => costBasis(trades, flows, currency, past).get(asset)!;

describe("average cost", () => {
  it("is the mean of what was paid, and a sale realises what it brings beyond it", () => {
    // 100 shares at 10 and 100 at 12 cost 11 each; 50 sold at 15 realise 50 * (15 - 11) = 200.
    const basis = of("BTC", [trade("buy", "BTC/USDT", "100", "10"), trade("buy", "BTC/USDT", "100", "12"), trade("sell", "BTC/USDT", "50", "15")]);
    expect(basis).toMatchObject({ covered: "150", cost: "1650", averageCost: "11", realised: "200", soldUncovered: "0", gaps: [] });
    expect(openProfit(basis, "150", "13")).toEqual({ unrealised: "300", cost: "1650", uncovered: "0" });
  });

  it("counts a fee in quote into the cost of a purchase and out of the proceeds of a sale", () => {
    const basis = of("BTC", [trade("buy", "BTC/USDT", "1", "100", ["1", "USDT"]), trade("sell", "BTC/USDT", "1", "110", ["1", "USDT"])]);
    expect(basis).toMatchObject({ covered: "0", cost: "0", realised: "8", averageCost: null });
  });

  it("lets a fee in base make what was bought less, at the same cost", () => {
    expect(of("BTC", [trade("buy", "BTC/USDT", "1", "100", ["0.5", "BTC"])])).toMatchObject({ covered: "0.5", cost: "100", averageCost: "200" });
    // 1 sold and 0.25 paid as a fee: 1.25 of 2 leave, which have cost 125.
    expect(of("BTC", [trade("buy", "BTC/USDT", "2", "100"), trade("sell", "BTC/USDT", "1", "150", ["0.25", "BTC"])])).toMatchObject({ covered: "0.75", cost: "75", realised: "25" });
  });

  it("takes a fee in another asset out of that asset, at its worth of that day", () => {
    const trades = [trade("buy", "BNB/USDT", "1", "200"), trade("buy", "BTC/USDT", "1", "100", ["0.1", "BNB"])];
    const past = (asset: string) => (asset === "BNB" ? exact("300") : null);
    expect(of("BTC", trades, [], past)).toMatchObject({ cost: "130", gaps: [] });
    expect(of("BNB", trades, [], past)).toMatchObject({ covered: "0.9", cost: "180", realised: "10" });
    expect(of("BTC", trades, [], nothing).gaps).toEqual(["what BNB was worth when a fee was paid in it is not known"]);
  });

  it("gives a trade between two coins the worth that its quote had", () => {
    // 1 ETH for 0.05 BTC when BTC was worth 40,000: BTC bought at 30,000 realises 500, ETH costs 2,000.
    const trades = [trade("buy", "BTC/USDT", "1", "30000"), trade("buy", "ETH/BTC", "1", "0.05")];
    const past = (asset: string) => (asset === "BTC" ? exact("40000") : null);
    expect(of("BTC", trades, [], past)).toMatchObject({ covered: "0.95", cost: "28500", realised: "500" });
    expect(of("ETH", trades, [], past)).toMatchObject({ covered: "1", cost: "2000" });
  });

  it("does not make up what is not known: it says so", () => {
    const basis = costBasis([trade("buy", "ETH/BTC", "1", "0.05")], [], "USDT", nothing);
    expect(basis.get("ETH")).toMatchObject({ covered: "0", realised: "0", gaps: ["what BTC was worth at a trade of ETH/BTC is not known"] });
  });

  it("counts no profit of what was sold without a known purchase", () => {
    expect(of("BTC", [trade("sell", "BTC/USDT", "2", "100")])).toMatchObject({ realised: "0", soldUncovered: "2" });
    // Half of it was bought for 60: that half brings 100.
    expect(of("BTC", [trade("buy", "BTC/USDT", "1", "60"), trade("sell", "BTC/USDT", "2", "100")])).toMatchObject({ realised: "40", soldUncovered: "1" });
  });

  it("takes a deposit at its worth or cost, and lets a withdrawal take its cost along without profit", () => {
    const flows = [{ time: 1, asset: "BTC", quantity: "1", value: "10000" }, { time: 2, asset: "BTC", quantity: "1" }, { time: 3, asset: "BTC", quantity: "-0.5" }];
    expect(of("BTC", [], flows, () => exact("30000"))).toMatchObject({ covered: "1.5", cost: "30000", realised: "0" });
    expect(of("BTC", [], flows)).toMatchObject({ covered: "0.5", cost: "5000", gaps: ["a deposit's worth at its time is not known"] });
  });

  it("gives what is held beyond the known purchases no profit", () => {
    const basis = of("BTC", [trade("buy", "BTC/USDT", "1", "100")]);
    expect(openProfit(basis, "3", "150")).toEqual({ unrealised: "50", cost: "100", uncovered: "2" });
    expect(openProfit(basis, "0.5", "150")).toEqual({ unrealised: "25", cost: "50", uncovered: "0" });
    expect(openProfit(undefined, "3", "150")).toEqual({ unrealised: "0", cost: "0", uncovered: "3" });
  });

  const step = fc.record({ side: fc.constantFrom("buy", "sell") as fc.Arbitrary<"buy" | "sell">, quantity: fc.integer({ min: 1, max: 1_000 }), price: fc.integer({ min: 1, max: 100_000 }), fee: fc.integer({ min: 0, max: 100 }) });

  it("conserves money: what was realised and is open is what the cash and the coins have gained", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 100_000 }), (steps, last) => {
        let held = 0;
        const trades = steps.filter(({ side, quantity }) => {
          if (side === "sell" && quantity > held) return false;
          held += side === "buy" ? quantity : -quantity;
          return true;
        }).map(({ side, quantity, price, fee }) => trade(side, "BTC/USDT", String(quantity), String(price), [String(fee), "USDT"]));
        if (trades.length === 0) return;
        const basis = of("BTC", trades);
        const cash = total(trades.map(({ side, quantity, price, fee }) => {
          const worth = times(exact(quantity), exact(price));
          return minus(side === "buy" ? minus(exact("0"), worth) : worth, exact(fee!.quantity));
        }));
        const worth = plus(cash, times(exact(String(held)), exact(String(last))));
        const profit = plus(exact(basis.realised), exact(openProfit(basis, String(held), String(last)).unrealised));
        // Each average is rounded at the twelfth digit.
        expect(Math.abs(Number(textOf(minus(worth, profit))))).toBeLessThan(1e-9);
        expect(basis.soldUncovered).toBe("0");
      }),
    );
  });
});
