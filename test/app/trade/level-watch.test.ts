import { expect, it } from "vitest";
import { LevelWatch } from "../../../src/app/trade/level-watch.ts";
import { createBot } from "../../../src/core/bot.ts";
import { seriesFrom } from "../../../src/core/candle.ts";
import type { Watch } from "../../../src/core/strategy.ts";
import type { StrategyEntry } from "../../../src/core/strategy-entry.ts";
import { strategies } from "../../../strategies/index.ts";
import { BTC } from "./harness.ts";

function watching(first: Watch | null): LevelWatch {
  return moving(() => first);
}

function moving(watch: () => Watch | null): LevelWatch {
  const entry: StrategyEntry = {
    name: "watcher", title: "watches", params: strategies[0]!.params, suits: {},
    start: () => ({ name: "watcher", suits: {}, evolve: () => false, desired: () => [], watch, ladder: () => [], warnings: () => [] }),
  };
  const bot = createBot({
    capitalUnits: 0, fees: { maker: 0, taker: 0, currency: "quote", slippage: 0 }, symbols: [{ instrument: BTC, bars: seriesFrom([], 60_000) }],
    agents: [], coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 1 }, profile: null, strategies: [{ entry, params: {} }],
  });
  return new LevelWatch(bot, 60_000);
}

const touched = (levels: LevelWatch, bid: number, ask: number, time = 0): string[] => levels.touches("BTC/USDT", { bid, ask }, time).map(({ direction, price }) => `${direction} ${price}`);

it("tells of a level below and of one above when the bid is there", () => {
  expect(touched(watching({ below: 95, above: 105 }), 94.9, 95.2)).toEqual(["below 94.9"]);
  expect(touched(watching({ below: 95, above: 105 }), 105, 105.1)).toEqual(["above 105"]);
  expect(touched(watching({ below: 95, above: 105 }), 104.9, 105.1)).toEqual([]);
  expect(touched(watching(null), 1, 1)).toEqual([]);
});

it("tells of the same level again only after a while, though quotes keep coming", () => {
  const levels = watching({ below: 95 });
  expect(touched(levels, 94, 94.1, 0)).toHaveLength(1);
  for (let time = 1; time < 60_000; time += 7_001) expect(touched(levels, 93, 93.1, time)).toEqual([]);
  expect(touched(levels, 93, 93.1, 60_000)).toHaveLength(1);
});

it("tells of a level that has moved at once: a trailing stop moves many times a minute", () => {
  let below = 95;
  const levels = moving(() => ({ below }));
  expect(touched(levels, 94, 94.1, 0)).toHaveLength(1);
  below = 94.5;
  expect(touched(levels, 94, 94.1, 1)).toHaveLength(1);
  expect(touched(levels, 94, 94.1, 2)).toEqual([]);
});

it.each([[Number.NaN, 1], [0, 1], [-5, 95], [90, 80], [90, Number.POSITIVE_INFINITY], [50, 95]])("believes no quote that cannot be true: bid %d, ask %d", (bid, ask) => {
  expect(touched(watching({ below: 95, above: 100 }), bid, ask)).toEqual([]);
});
