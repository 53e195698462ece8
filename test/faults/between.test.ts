import { describe, expect, it } from "vitest";
import type { OrderState } from "../../src/core/order-state.ts";
import type { OrderRow } from "../../src/ports/journal.ts";
import type { Exchange } from "../../src/exchange/server.ts";
import { type Between, between } from "./between.ts";
import { type BotOptions, HURRY, MINUTE, type RunningBot, START, assertInvariants, looks, openOrders, openWorld, rest, settled, tradesOf, until } from "./fixture.ts";
import { FIRST, TWO_BUYS, attempts, openTwoBuys, questions, twoBuysRest } from "./two-buys.ts";

/** Nothing but the search after the order looks at the account, once the bot has begun. */
const SELDOM = { ...HURRY, reconcileEvery: 60_000 };

/** The row of the first buy as long as nobody knows what became of it. */
const isUnknown = (bot: RunningBot | undefined): boolean => bot?.journal.orders().some(({ key, state }) => key === FIRST && state === "UNKNOWN") === true;

/** Two buys of which the first is lost: no answer, no push, and no question finds it until `show`. */
async function openHidden(exchange: Exchange, after: (bot: RunningBot | undefined, ...asked: Parameters<NonNullable<Between["after"]>>) => void | Promise<void>, options: BotOptions = {}) {
  let isHidden = true;
  const opened: { bot?: RunningBot } = {};
  let lost: OrderRow | undefined;
  const hides = (id: string): boolean => {
    lost ??= opened.bot?.journal.orders().find(({ state }) => state === "UNKNOWN");
    return isHidden && id === lost?.clientOrderId;
  };
  exchange.act({ action: "lose-next", count: 1_000 });
  exchange.faults.add({ name: "timeout-after-accept" });
  const bot = await openTwoBuys(exchange, {
    patience: SELDOM,
    ...options,
    venue: (real) => between(real, { hides, after: (...asked) => after(opened.bot, ...asked) }),
  });
  opened.bot = bot;
  const show = (): void => {
    isHidden = false;
  };
  /** The states of all orders of the lost one's key. */
  const fate = (): readonly string[] => bot.journal.orders().filter(({ symbol, key }) => symbol === lost?.symbol && key === lost.key).map(({ state }) => state);
  return { bot, show, fate };
}

/** Somebody else's order to buy one. */
function byHand(exchange: Exchange, symbol: string, price: string, clientOrderId: string): void {
  const placed = exchange.engine.place(0, { symbol, side: "buy", type: "LIMIT", timeInForce: "GTC", quantity: "1", price, clientOrderId });
  expect(placed).toHaveProperty("order");
}

/** The first buy, which was given up, reaches the exchange after all. */
function arrive(exchange: Exchange, bot: RunningBot): void {
  byHand(exchange, "BTCUSDT", "98", bot.journal.orders().find(({ key, state }) => key === FIRST && state === "NOT_PLACED")?.clientOrderId ?? "");
}

/** Waits until the bot has looked for the first buy some times more, or has given it up. */
async function asksOn(bot: RunningBot, exchange: Exchange, count = 6): Promise<void> {
  const before = questions(bot, exchange);
  await until("it is asked after again and again", () => questions(bot, exchange) >= before + count || attempts(bot, exchange).length > 1);
}

/** It is asked after and neither given up nor sent again while nobody finds it; once it is shown it is in this state. */
async function staysUntilShown({ bot, show }: { readonly bot: RunningBot; readonly show: () => void }, exchange: Exchange, state: OrderState, count?: number): Promise<void> {
  await asksOn(bot, exchange, count);
  expect(attempts(bot, exchange)).toEqual([{ state: "UNKNOWN", posts: 1 }]);
  show();
  await until("it is found", () => settled(bot, exchange));
  expect(attempts(bot, exchange)).toEqual([{ state, posts: 1 }]);
  assertInvariants(bot, exchange);
}

describe("what happens between two questions", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("an order that no question finds and that fills after answer %i of the search is not sent again", async (nth) => {
    const exchange = await openWorld({ path: [97.5] });
    let answers = 0;
    const { bot, show } = await openHidden(exchange, (running, question) => {
      if (question === "order" || !isUnknown(running)) return;
      answers += 1;
      if (answers === nth) exchange.engine.advance(START + 61 * MINUTE);
    });
    await until("it has filled", () => tradesOf(exchange).length === 2);
    await staysUntilShown({ bot, show }, exchange, "FILLED");
  });

  it("an order that no question finds and of which a part fills, so that less than its size is locked, is not sent again", async () => {
    const exchange = await openWorld({ path: [97.5], volume: 1.5 });
    let isOver = false;
    const { bot, show } = await openHidden(exchange, (running) => {
      if (isOver || !isUnknown(running)) return;
      isOver = true;
      exchange.engine.advance(START + 61 * MINUTE);
    });
    await until("parts have filled", () => tradesOf(exchange).length >= 2);
    const locked = exchange.engine.balances(0).find(({ asset }) => asset === "USDT")?.locked;
    expect(Number(locked)).toBeGreaterThan(0);
    expect(Number(locked)).toBeLessThan(98);
    await staysUntilShown({ bot, show }, exchange, "PARTIAL");
  });

  it("an order that no question finds is not sent again when another one ends and a third takes its lock between two lists", async () => {
    const exchange = await openWorld({ two: true });
    byHand(exchange, "BTCUSDT", "98", "ends");
    let isOver = false;
    const { bot, show, fate } = await openHidden(
      exchange,
      (running, question, symbol) => {
        if (isOver || question !== "openOrders" || symbol !== "BTC/USDT" || !isUnknown(running)) return;
        isOver = true;
        exchange.engine.cancel(0, "BTCUSDT", { clientOrderId: "ends" });
        byHand(exchange, "ETHUSDT", "98", "begins");
      },
      { yaml: TWO_BUYS.replace("[BTC/USDT]", "[BTC/USDT, ETH/USDT]") },
    );
    await until("the other order has ended", () => isOver);
    const asked = questions(bot, exchange);
    await until("it is asked after again and again", () => questions(bot, exchange) >= asked + 6 || fate().length > 1);
    expect(fate()).toEqual(["UNKNOWN"]);
    show();
    await until("it is found", () => settled(bot, exchange));
    expect(fate()).toEqual(["OPEN"]);
    assertInvariants(bot, exchange);
  });

  it("an order that somebody places between the list of orders and the balances does not hide a lost order of its size", async () => {
    const exchange = await openWorld();
    let lists = 0;
    const { bot, show } = await openHidden(exchange, (_running, question) => {
      if (question !== "openOrders") return;
      lists += 1;
      // Nothing is sent before the second look is over, and there is no third one.
      if (lists === 2) byHand(exchange, "BTCUSDT", "98", "by-hand");
    });
    await until("the first buy is lost", () => isUnknown(bot) || attempts(bot, exchange).length > 1);
    await staysUntilShown({ bot, show }, exchange, "OPEN", 8);
  });

  it("an order of the bot's own that is placed between the list of orders and the balances is not taken for a usual lock", async () => {
    const exchange = await openWorld({ path: [98.5] });
    let isOver = false;
    const opened: { bot?: RunningBot } = {};
    const bot = await openTwoBuys(exchange, {
      venue: (real) => between(real, {
        after: async (question) => {
          if (isOver || question !== "openOrders" || openOrders(exchange).length < 2 || !opened.bot) return;
          const { desk } = opened.bot.session;
          isOver = true;
          exchange.engine.advance(START + 61 * MINUTE);
          await until("the sell of what was bought stands", () => openOrders(exchange).some(({ side }) => side === "sell") && desk.open().every(({ state }) => state === "OPEN"));
        },
      }),
    });
    opened.bot = bot;
    await until("the sell has been placed during a look", () => isOver);
    await looks(exchange, 3);
    await rest(bot, exchange);
    expect([...bot.journal.entries(1)].filter(({ type }) => type === "locks")).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it.each([
    ["turns up in the list of open ones and fills before the next question", true],
    ["fills between two looks at the account", false],
  ])("an order that was given up and %s is booked", async (_what, isListed) => {
    const exchange = await openWorld({ path: [97.5] });
    let isArmed = false;
    exchange.act({ action: "lose-next", count: 1_000 });
    exchange.faults.add({ name: "timeout-before-accept" });
    const bot = await openTwoBuys(exchange, {
      venue: (real) => between(real, {
        after: (question) => {
          if (!isArmed || question !== "openOrders") return;
          isArmed = false;
          if (!isListed) arrive(exchange, bot);
          exchange.engine.advance(START + 61 * MINUTE);
        },
      }),
    });
    await twoBuysRest(bot, exchange);
    if (isListed) arrive(exchange, bot);
    isArmed = true;
    await until("everything is booked", () => settled(bot, exchange) && tradesOf(exchange).length === 3);
    await looks(exchange, 3);
    expect(attempts(bot, exchange)).toEqual([{ state: "FILLED", posts: 1 }, { state: "FILLED", posts: 1 }]);
    expect(bot.session.troubles).toEqual([]);
    assertInvariants(bot, exchange);
  });

  it("an order that was never placed waits for the owner when a trade may be its own, and is sent again once he has resumed", async () => {
    const exchange = await openWorld({ path: [97.5] });
    exchange.faults.add({ name: "timeout-before-accept" });
    byHand(exchange, "BTCUSDT", "98", "by-hand");
    const bot = await openTwoBuys(exchange, { patience: SELDOM });
    await until("it is asked after", () => questions(bot, exchange) > 0);
    exchange.engine.advance(START + 61 * MINUTE);
    await asksOn(bot, exchange);
    const told = (): readonly string[] => bot.alerts().filter((line) => line.startsWith("ALERT surprise"));
    await until("the owner is told", () => told().length > 0);
    expect(told()).toEqual([expect.stringMatching(/^ALERT surprise: BTC\/USDT order g1c0\/1 is not found, and trade \d+ \(buy 1 at 98\) may be its own: it is held for sent until it is found, or you have looked and resumed$/)]);
    expect(attempts(bot, exchange)).toEqual([{ state: "UNKNOWN", posts: 1 }]);
    bot.session.command("run", "owner");
    await until("it is given up", () => attempts(bot, exchange).some(({ state }) => state === "NOT_PLACED"));
  });
});
