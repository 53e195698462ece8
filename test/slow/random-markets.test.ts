import { describe, expect, it } from "vitest";
import { z } from "zod";
import { agents } from "../../agents/index.ts";
import { prepare } from "../../src/app/backtest/prepare.ts";
import { finalEquity, runBacktest } from "../../src/app/backtest/run.ts";
import { agentEntry, type AgentEntry } from "../../src/core/agent.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import type { CandleSeries } from "../../src/core/candle.ts";
import { createMarket } from "../../src/core/synthetic/market.ts";
import { strategies } from "../../strategies/index.ts";

const MARKETS = 200;
const DAYS = 8;

/** Markets in which nothing can be earned on average: the price is as likely to go one way as the other, by as much. */
const markets: readonly CandleSeries[] = Array.from({ length: MARKETS }, (_, i) =>
  createMarket({ kind: "driftless", seed: 1_000 + i, days: DAYS, timeframe: 60_000, start: Date.UTC(2024, 0, 1), price: 100, priceStep: 0.01 }).series,
);
/** What holding gives in each: nothing on average, and much the same luck as any strategy that holds some. */
const held = markets.map((series) => series.close[series.length - 1]! / series.open[0]! - 1);

const MODELS = {
  default: "",
  conservative: "fillModel: {path: min-turnover, limitTest: through, counter: next, gap: limit}",
};

function returnsOf(strategy: string, council: string, model: string, voters: readonly AgentEntry[] = agents): number[] {
  const text = `
timeframe: {decision: 15m}
fees: {maker: 0, taker: 0, slippage: 0, currency: quote}
instrument: {priceStep: 0.01, quantityStep: 0.0001, minQuantity: 0.0001, minNotional: 5}
strategies: ${strategy}
${council}
${model}`;
  const definition = loadDefinition({ text, name: "random.yaml", overrides: [], agents: voters, strategies });
  return markets.map((series) => {
    const { plan } = prepare(definition, [{ symbol: "BTC/USDT", series, hash: "", synthetic: true, description: "", notes: [], filters: null }], voters, strategies);
    return finalEquity(runBacktest(plan)) / definition.capital - 1;
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean and its standard error. */
function luck(values: readonly number[]): { readonly mean: number; readonly error: number } {
  const average = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - average) ** 2, 0);
  return { mean: average, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** The same without the luck of the markets: what is left of each return when the part that goes with holding is taken away. */
function skill(values: readonly number[]): { readonly mean: number; readonly error: number } {
  const average = mean(values);
  const market = mean(held);
  let both = 0;
  let squares = 0;
  for (const [i, value] of values.entries()) {
    both += (value - average) * (held[i]! - market);
    squares += (held[i]! - market) ** 2;
  }
  // Holding earns nothing on average by the making of these markets, so taking some of it away moves no expectation.
  return luck(values.map((value, i) => value - (both / squares) * held[i]!));
}

describe("in 200 markets without drift, with nothing to pay, no strategy earns beyond what chance gives", () => {
  it("holding itself earns nothing beyond its standard error", () => {
    const { mean: average, error } = luck(held);
    expect(Math.abs(average)).toBeLessThan(2 * error);
  });

  const cases = Object.entries(MODELS).flatMap(([name, model]) => [
    ...["[grid]", "[dca]", "[grid, dca]"].flatMap((strategy) => [["with", ""], ["without", "agents: none"]].map(([how = "", council = ""]) => [`${strategy} ${how} the council, ${name} fills`, strategy, council, model] as const)),
    // Its step is about a minute's standard deviation, so that most of its fills are guesses about the inside of a candle.
    [`a grid as fine as the candles, ${name} fills`, "{grid: {levels: 60, width: 0.03}}", "agents: none", model] as const,
  ]);
  it.each(cases)("%s", (_, strategy, council, model) => {
    const returns = returnsOf(strategy, council, model);
    // A strategy that does nothing earns nothing: it must have traded in nearly all of them.
    expect(returns.filter((value) => value !== 0).length).toBeGreaterThan(0.9 * MARKETS);
    for (const { mean: average, error } of [luck(returns), skill(returns)]) expect(average / error).toBeLessThan(2);
  });

  it("would be seen through if it knew six bars more than it should", () => {
    const AHEAD = 6;
    const prophet = agentEntry({
      name: "prophet",
      title: "looks up what comes",
      params: z.strictObject({}),
      warmup: () => 1,
      vote({ candles }) {
        const now = candles.length;
        const price = candles.close(0);
        candles.reveal(now + AHEAD);
        const later = candles.close(0);
        candles.reveal(now);
        return { score: Math.sign(later - price), confidence: 1, reason: "I know", evidence: {} };
      },
    });
    const returns = returnsOf("[dca]", "coordinator: {dwell: 0}\nriskProfile: growth", "", [prophet]);
    const { mean: average, error } = skill(returns);
    expect(average / error).toBeGreaterThan(5);
  });
});
