import { describe, expect, it } from "vitest";
import { kurtosis, skewness } from "../../../src/core/statistics/moments.ts";
import { calmar, cagr, omega, payoff, ratioOfGains, returnsOf, sharpe, sortino, sqn, ulcer, winRate } from "../../../src/core/statistics/returns.ts";

/** The example of the statistics page: ten daily returns and what comes of them. */
const returns = [0.01, -0.02, 0.03, 0.005, -0.01, 0.02, -0.015, 0.01, 0, 0.025];
const equity = returns.reduce<number[]>((curve, value) => [...curve, curve.at(-1)! * (1 + value)], [1]);

describe("figures of the statistics page's known answer", () => {
  it.each([
    ["Sharpe (365)", sharpe(returns), 6.2151653142],
    ["Sortino (365)", sortino(returns), 12.3407091955],
    ["final equity", equity.at(-1)!, 1.0550367119],
    ["Omega(0)", omega(returns), 2.2222222222],
    ["Ulcer", ulcer(equity.slice(1)), 0.0088206859],
    ["SQN", sqn(returns), 1.0287414825],
    ["population skewness", skewness(returns), -0.0905227067],
    ["population kurtosis", kurtosis(returns), 1.8253703814],
  ])("%s", (_name, got, expected) => expect(got).toBeCloseTo(expected, 9));

  it("returns are taken back from the equity they made", () => {
    returnsOf(equity).forEach((value, i) => expect(value).toBeCloseTo(returns[i]!, 12));
  });
});

describe("figures that are undefined are null, never infinite", () => {
  it("without variation, without losses, or without data", () => {
    expect(sharpe([0.01, 0.01])).toBeNull();
    expect(sharpe([0.01])).toBeNull();
    expect(sortino([0.01, 0.02])).toBeNull();
    expect(ratioOfGains([1, 2])).toBeNull();
    expect(payoff([1, 2])).toBeNull();
    expect(winRate([])).toBeNull();
    expect(ulcer([])).toBeNull();
    expect(sqn([3])).toBeNull();
    expect(skewness([1, 1])).toBeNull();
  });
  it("Calmar under 90 days is not shown", () => {
    expect(calmar(0.5, -0.1, 89)).toBeNull();
    expect(calmar(0.5, -0.1, 90)).toBeCloseTo(5, 12);
  });
  it("a year that doubles grows by 100 %", () => {
    expect(cagr(100, 200, 365)).toBeCloseTo(1, 12);
    expect(cagr(100, 200, 0.5)).toBeNull();
  });
});
