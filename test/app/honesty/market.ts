import { hashSeries } from "../../../src/adapters/candles/hash.ts";
import { agents } from "../../../agents/index.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import type { Definition } from "../../../src/app/definition/schema.ts";
import type { CandleSeries } from "../../../src/core/candle.ts";
import type { AgentEntry } from "../../../src/core/agent.ts";
import type { StrategyEntry } from "../../../src/core/strategy-entry.ts";
import { createMarket } from "../../../src/core/synthetic/market.ts";
import type { Dataset } from "../../../src/ports/candles.ts";
import { strategies } from "../../../strategies/index.ts";
import { walk } from "../../property/walk.ts";

/** Twenty-eight days of minutes that swing around 100. */
export const SWINGS = walk({ seed: 7, length: 28 * 1_440, price: 100, step: 0.01 });

/** Sixty days of minutes without drift. */
export const DRIFTLESS = createMarket({ kind: "driftless", seed: 11, days: 60, timeframe: 60_000, start: Date.UTC(2024, 0, 1), price: 100, priceStep: 0.01 }).series;

/** Candles as a source would give them. */
export function datasetOf(series: CandleSeries, symbol = "BTC/USDT"): Dataset {
  return { symbol, series, hash: hashSeries(series), synthetic: true, description: "a test market", notes: [], filters: null };
}

/** A definition from YAML, with the shipped lists unless others are given. */
export function definitionOf(text: string, lists: { agents?: readonly AgentEntry[]; strategies?: readonly StrategyEntry[] } = {}): Definition {
  return loadDefinition({ text, name: "test.yaml", overrides: [], agents, strategies, ...lists });
}

/** Drives a generator to its end. */
export function finished<Result>(steps: Generator<number, Result>): Result {
  let last = 0;
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
    if (!(next.value >= last - 1e-9 && next.value <= 1)) throw new Error(`the share done went from ${last} to ${next.value}`);
    last = next.value;
  }
}
