import { describe, expect, it } from "vitest";
import { type Bot, createBot } from "../../../src/core/bot.ts";
import { seriesFrom } from "../../../src/core/candle.ts";
import { RISK_PROFILES } from "../../../src/core/risk-profiles.ts";
import { step } from "../../../src/core/step.ts";
import { cashOf, equityOf, inventoryOf } from "../../../src/core/valuation.ts";
import { strategies } from "../../../strategies/index.ts";
import { instrument } from "../../plan.ts";

const MINUTE = 60_000;
const FILTERS = { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 };
const entry = (name: string) => strategies.find((one) => one.name === name)!;

function botOf(): Bot {
  const symbols = ["A/USD", "B/USD"].map((symbol) => ({ instrument: instrument(symbol, FILTERS), bars: seriesFrom([], MINUTE) }));
  const bot = createBot({
    capitalUnits: 10_000 * symbols[0]!.instrument.quoteScale,
    fees: { maker: 0, taker: 0, currency: "quote", slippage: 0 },
    symbols,
    agents: [],
    coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 1 },
    profile: null,
    strategies: [{ entry: entry("manual"), params: {} }, { entry: entry("rebalance"), params: { weights: { "A/USD": 0.5 } } }],
  });
  for (const symbol of ["A/USD", "B/USD"]) step(bot, { type: "begin", symbol, time: 0, close: 100 });
  return bot;
}

/** What a strategy on the first symbol sees of the account. */
const seenBy = (bot: Bot, strategy: string) => bot.symbols.get("A/USD")!.sleeves.find(({ account }) => account.strategy === strategy)!.view.portfolio();

function bar(bot: Bot, symbol: string, time: number, close: number, volume: number) {
  step(bot, { type: "bars", symbol, time, candles: [{ time: time - MINUTE, open: close, high: close, low: close, close, volume }], reveal: false });
  return step(bot, { type: "candle", symbol, time, close });
}

describe("what a strategy knows of the whole account", () => {
  it("is what the account is worth, before anything is held and after", () => {
    const bot = botOf();
    expect(seenBy(bot, "rebalance")).toMatchObject({ equity: 10_000, cash: 10_000, setAside: 0, reserve: 0 });
    bar(bot, "A/USD", MINUTE, 100, 40_000);
    const [request] = bar(bot, "B/USD", MINUTE, 50, 40_000).requests;
    const { order } = request!;
    const waiting = seenBy(bot, "rebalance");
    expect(waiting.cash + waiting.setAside).toBe(cashOf(bot));
    expect(waiting.setAside).toBeCloseTo(5_000 * 1.02, 4);
    expect(waiting.assets[0]).toMatchObject({ openBuys: 50, own: { held: 0, openBuys: 50, openSells: 0 } });
    step(bot, {
      type: "fill",
      fill: { id: 1, orderId: order.id, symbol: "A/USD", strategy: "rebalance", key: order.desired.key, side: "buy", time: MINUTE, ticks: 11_000, steps: 50_000, liquidity: "taker", feeUnits: 0, feeCurrency: "quote", complete: true },
    });
    const held = seenBy(bot, "rebalance");
    expect(held.equity).toBe(equityOf(bot));
    expect(held.assets[0]).toMatchObject({ price: 110, held: 50, worth: inventoryOf(bot.symbols.get("A/USD")!), openBuys: 0, own: { held: 50 } });
    // What others hold is seen, and is not one's own.
    expect(seenBy(bot, "manual").assets[0]).toMatchObject({ held: 50, own: { held: 0, openBuys: 0, openSells: 0 } });
  });

  it("calls a symbol live only while it has the newest bar and its orders are taken", () => {
    const bot = botOf();
    const live = () => seenBy(bot, "rebalance").assets.map(({ isLive }) => isLive);
    expect(live()).toEqual([false, false]);
    bar(bot, "A/USD", MINUTE, 100, 1);
    expect(live()).toEqual([true, false]);
    bar(bot, "B/USD", MINUTE, 100, 1);
    expect(live()).toEqual([true, true]);
    step(bot, { type: "suspend", symbol: "B/USD", time: MINUTE });
    expect(live()).toEqual([true, false]);
  });

  it("has the median volume of the newest thirty bars, and none before the first", () => {
    const bot = botOf();
    const volume = () => seenBy(bot, "rebalance").assets[0]!.volume();
    expect(volume()).toBeNaN();
    [5, 1, 9].forEach((one, i) => bar(bot, "A/USD", (i + 1) * MINUTE, 100, one));
    expect(volume()).toBe(5);
    bar(bot, "A/USD", 4 * MINUTE, 100, 6);
    expect(volume()).toBe(5.5);
    for (let i = 5; i < 35; i++) bar(bot, "A/USD", i * MINUTE, 100, 700);
    expect(volume()).toBe(700);
  });

  it("knows the reserve of the limits in force", () => {
    const bot = botOf();
    for (const { sleeves } of bot.symbols.values()) for (const { view } of sleeves) view.limits = { ...RISK_PROFILES.balanced, reserve: 0.3 };
    expect(seenBy(bot, "rebalance").reserve).toBeCloseTo(3_000, 9);
  });
});
