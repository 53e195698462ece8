import { describe, expect, it } from "vitest";
import { type Bot, createBot } from "../../src/core/bot.ts";
import { seriesFrom } from "../../src/core/candle.ts";
import type { Fill } from "../../src/core/fill.ts";
import type { DesiredOrder, Order } from "../../src/core/order.ts";
import { type Output, step } from "../../src/core/step.ts";
import type { StrategyEvent } from "../../src/core/strategy.ts";
import type { StrategyEntry } from "../../src/core/strategy-entry.ts";
import { strategies } from "../../strategies/index.ts";
import { instrument, openOrders } from "../plan.ts";

const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });

/** A strategy that wants whatever the test last told it to want, and writes down what it hears. */
function puppet() {
  const heard: StrategyEvent["type"][] = [];
  const strings = { wants: [] as readonly DesiredOrder[], heard, stirs: true };
  const entry: StrategyEntry = {
    name: "puppet", title: "does as it is told", params: strategies[0]!.params, suits: {},
    start: () => ({
      name: "puppet", suits: {},
      evolve: (event) => heard.push(event.type) > 0 && strings.stirs,
      desired: () => strings.wants,
      watch: () => null, ladder: () => [], warnings: () => [],
    }),
  };
  const bot = createBot({
    capitalUnits: 1_000 * ABC.quoteScale,
    fees: { maker: 0, taker: 0, currency: "quote", slippage: 0 },
    symbols: [{ instrument: ABC, bars: seriesFrom([], 60_000) }],
    agents: [], coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 1 }, profile: null,
    strategies: [{ entry, params: {} }],
  });
  return { bot, strings };
}

const wish = (key: string, price = 100, quantity = 1): DesiredOrder => ({ key, side: "buy", type: "limit", price, quantity, lots: [{ lot: key, quantity }], reason: "test" });
const begin = (bot: Bot, time = 0): Output => step(bot, { type: "begin", symbol: "ABC/USD", time, close: 100 });
const asked = ({ requests }: Output): string[] => requests.map(({ type, order }) => `${type} ${order.desired.key}`);
const live = (bot: Bot): Order[] => [...bot.symbols.get("ABC/USD")!.sleeves[0]!.orders.live.values()];

function fillOf(order: Order, steps = order.steps - order.filled): Fill {
  return {
    id: 1, orderId: order.id, symbol: "ABC/USD", strategy: "puppet", key: order.desired.key, side: order.desired.side, time: 1, ticks: order.ticks, steps,
    liquidity: "maker", feeUnits: 0, feeCurrency: "quote", complete: order.filled + steps === order.steps,
  };
}
const fill = (bot: Bot, order: Order, steps?: number): Output => step(bot, { type: "fill", fill: fillOf(order, steps) });
const canceled = (bot: Bot, order: Order): Output => step(bot, { type: "order", order, status: "canceled", time: 2 });

describe("one step of the bot", () => {
  it("sends what is wanted once, and frees the money of a confirmed cancel", () => {
    const { bot, strings } = puppet();
    strings.wants = [wish("a"), wish("b")];
    expect(asked(begin(bot))).toEqual(["submit a", "submit b"]);
    expect(bot.ledger.quoteReserved).toBe(200 * ABC.quoteScale);
    expect(asked(begin(bot))).toEqual([]);
    strings.wants = [wish("b")];
    const [a] = live(bot);
    expect(asked(begin(bot))).toEqual(["cancel a"]);
    canceled(bot, a!);
    expect(bot.ledger.quoteReserved).toBe(100 * ABC.quoteScale);
    expect(openOrders(bot)).toBe(1);
  });

  it("sends the new order only when the cancel of the old one is confirmed", () => {
    const { bot, strings } = puppet();
    strings.wants = [wish("a", 100)];
    begin(bot);
    const [old] = live(bot);
    strings.wants = [wish("a", 99)];
    expect(asked(begin(bot))).toEqual(["cancel a"]);
    expect(asked(begin(bot))).toEqual([]);
    expect(asked(canceled(bot, old!))).toEqual(["submit a"]);
    expect(live(bot).map(({ ticks }) => ticks)).toEqual([9_900]);
  });

  it("goes on trading when an order fills before its cancel arrives, and never sends its key again", () => {
    const { bot, strings } = puppet();
    strings.wants = [wish("a", 100)];
    begin(bot);
    const [old] = live(bot);
    strings.wants = [wish("a", 99)];
    expect(asked(begin(bot))).toEqual(["cancel a"]);
    expect(asked(fill(bot, old!))).toEqual([]);
    expect(asked(canceled(bot, old!))).toEqual([]);
    strings.wants = [wish("a", 99), wish("b", 98)];
    expect(asked(begin(bot))).toEqual(["submit b"]);
  });

  it("sends at once what waited for a cancel when the order fills instead, though the strategy makes nothing of the fill", () => {
    const { bot, strings } = puppet();
    strings.wants = [wish("a", 100)];
    begin(bot);
    const [old] = live(bot);
    strings.wants = [wish("b", 98)];
    expect(asked(begin(bot))).toEqual(["cancel a"]);
    strings.stirs = false;
    expect(asked(fill(bot, old!))).toEqual(["submit b"]);
    expect(strings.heard).toEqual(["candle", "candle", "fill"]);
  });

  it("asks only for the rest of an order that filled in part before its cancel", () => {
    const { bot, strings } = puppet();
    strings.wants = [wish("a", 100)];
    begin(bot);
    const [old] = live(bot);
    strings.wants = [wish("a", 99)];
    begin(bot);
    fill(bot, old!, 400);
    expect(asked(canceled(bot, old!))).toEqual(["submit a"]);
    expect(live(bot).map(({ steps, filledBefore }) => [steps, filledBefore])).toEqual([[600, 400]]);
  });

  it("holds a key for done when its order is canceled with less left than the venue takes", () => {
    const { bot, strings } = puppet();
    strings.wants = [wish("a", 100)];
    begin(bot);
    const [old] = live(bot);
    fill(bot, old!, 995);
    // 5 steps of 0.001 at 100 are worth 0.5, under the minimum of 1.
    expect(asked(canceled(bot, old!))).toEqual([]);
    expect(strings.heard).toEqual(["candle", "fill", "fill"]);
    expect(asked(begin(bot))).toEqual([]);
    expect(bot.ledger.quoteReserved).toBe(0);
  });

  it("tells of a refusal with its reason and tries again only after the wait", () => {
    const { bot, strings } = puppet();
    strings.wants = [wish("a", 100, 11)];
    const { requests, notices } = begin(bot);
    expect(requests).toEqual([]);
    expect(notices).toEqual([
      { type: "refused", symbol: "ABC/USD", strategy: "puppet", key: "a", reason: "insufficient-funds", detail: "needs 1100 USD; 1000 USD are free" },
    ]);
    expect(begin(bot).notices).toEqual([]);
  });

  it("backs off from a key that the venue rejected, and gives its money back", () => {
    const { bot, strings } = puppet();
    strings.wants = [wish("a")];
    begin(bot);
    const [order] = live(bot);
    const { notices, requests } = step(bot, { type: "order", order: order!, status: "rejected", time: 1, reason: "post-only-would-take" });
    expect(notices.map(({ type, reason }) => [type, reason])).toEqual([["rejected", "post-only-would-take"]]);
    expect(requests).toEqual([]);
    expect([bot.ledger.quoteReserved, openOrders(bot)]).toEqual([0, 0]);
  });

  it("hears of a cancel twice as of one", () => {
    const { bot, strings } = puppet();
    strings.wants = [wish("a")];
    begin(bot);
    const [order] = live(bot);
    strings.wants = [];
    begin(bot);
    canceled(bot, order!);
    canceled(bot, order!);
    expect([openOrders(bot), bot.ledger.quoteFree]).toEqual([0, 1_000 * ABC.quoteScale]);
  });

  it("throws for a fill of an order that it never sent, and for a symbol that it does not trade", () => {
    const { bot, strings } = puppet();
    strings.wants = [wish("a")];
    begin(bot);
    const [order] = live(bot);
    fill(bot, order!);
    expect(() => fill(bot, order!)).toThrow("a fill for an order that was never sent: a");
    expect(() => step(bot, { type: "begin", symbol: "XYZ/USD", time: 0, close: 1 })).toThrow("no symbol XYZ/USD in this bot");
  });

  it("keeps to 200 open orders, the cap that Binance sets a symbol", () => {
    const { bot, strings } = puppet();
    strings.wants = Array.from({ length: 205 }, (_, i) => wish(`k${i}`, 100, 0.01));
    const { requests, notices } = begin(bot);
    expect(requests.length).toBe(200);
    expect(notices.map(({ reason }) => reason)).toEqual(Array.from({ length: 5 }, () => "too-many-orders"));
  });
});
