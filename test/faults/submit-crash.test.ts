import { describe, expect, it } from "vitest";
import { idPrefix } from "../../src/app/trade/client-order-id.ts";
import type { Venue } from "../../src/ports/venue.ts";
import { MINUTE, type RunningBot, assertInvariants, openOrders, openWorld, play, settled, tradesOf, until } from "./fixture.ts";
import { FIRST, attempts, moves, openTwoBuys as open, sent, taken, twoBuysRest } from "./two-buys.ts";

/** The key of the sell that answers the first buy. */
const COUNTER = "g1c0/2";

/** A venue whose submits can be stopped by the test, before or after they have gone out. */
function submitting(gate: { before?: () => void; after?: () => void }) {
  return (venue: Venue): Venue => {
    const submit = venue.submit.bind(venue);
    venue.submit = async (order) => {
      gate.before?.();
      if (gate.before) return new Promise<never>(() => undefined);
      const answer = await submit(order);
      gate.after?.();
      return answer;
    };
    return venue;
  };
}

describe("a bot that is killed around a submit", () => {
  it("fault 9: killed after the intent was written and before it was claimed, it plans anew", async () => {
    const exchange = await openWorld();
    let armed = false;
    const bot: RunningBot = await open(exchange, {
      onLine: (line) => {
        if (armed && line.startsWith("command")) bot.crash();
      },
    });
    await twoBuysRest(bot, exchange);
    bot.session.command("cancel", "test");
    await until("nothing rests", () => settled(bot, exchange) && openOrders(exchange).length === 0);
    armed = true;
    expect(() => bot.session.command("run", "test")).not.toThrow();
    expect(taken(exchange)).toHaveLength(2);

    const again = await open(exchange, { folder: bot.folder });
    await twoBuysRest(again, exchange);
    expect(attempts(again, exchange)[1]).toEqual({ state: "NOT_PLACED", posts: 0 });
    expect(moves(again)).toContain("INTENT -> NOT_PLACED");
    expect(sent(again, exchange)).toEqual([{ state: "CANCELED", posts: 1 }, { state: "OPEN", posts: 1 }]);
    assertInvariants(again, exchange);
  });

  it("fault 9: killed after the intent was claimed and before it was sent, it asks before it plans anew", async () => {
    const exchange = await openWorld();
    const gate: { before?: () => void } = {};
    const bot = await open(exchange, { venue: submitting(gate) });
    await twoBuysRest(bot, exchange);
    bot.session.command("cancel", "test");
    await until("nothing rests", () => settled(bot, exchange) && openOrders(exchange).length === 0);
    gate.before = () => bot.crash();
    bot.session.command("run", "test");
    await until("the bot is dead", () => bot.session.failure !== null);
    expect(taken(exchange)).toHaveLength(2);

    const again = await open(exchange, { folder: bot.folder });
    await twoBuysRest(again, exchange);
    expect(sent(again, exchange)).toEqual([{ state: "CANCELED", posts: 1 }, { state: "OPEN", posts: 1 }]);
    expect(attempts(again, exchange).filter(({ state }) => state === "NOT_PLACED").length).toBeGreaterThanOrEqual(1);
    expect(moves(again)).toContain("UNKNOWN -> NOT_PLACED");
    assertInvariants(again, exchange);
  });

  it("fault 10: killed after an order was taken and before its answer was written, it takes the order over", async () => {
    const exchange = await openWorld();
    const gate: { after?: () => void } = {};
    const bot = await open(exchange, { venue: submitting(gate) });
    await twoBuysRest(bot, exchange);
    bot.session.command("cancel", "test");
    await until("nothing rests", () => settled(bot, exchange) && openOrders(exchange).length === 0);
    exchange.act({ action: "lose-next", count: 1_000 });
    gate.after = () => bot.crash();
    bot.session.command("run", "test");
    await until("both buys are taken again", () => openOrders(exchange).length === 2);
    await until("the bot is dead", () => bot.session.failure !== null);

    const again = await open(exchange, { folder: bot.folder });
    await twoBuysRest(again, exchange);
    expect(sent(again, exchange)).toEqual([{ state: "CANCELED", posts: 1 }, { state: "OPEN", posts: 1 }]);
    expect(taken(exchange)).toHaveLength(4);
    assertInvariants(again, exchange);
  });

  it("fault 10: an order of a run whose journal is lost is canceled, and one of somebody else is not touched", async () => {
    const exchange = await openWorld();
    const buy = { symbol: "BTCUSDT", side: "buy", type: "LIMIT", timeInForce: "GTC", quantity: "1", price: "97" } as const;
    exchange.engine.place(0, { ...buy, clientOrderId: `${idPrefix("test")}${"0".repeat(24)}` });
    exchange.engine.place(0, { ...buy, clientOrderId: "by-hand" });
    const bot = await open(exchange);
    await until("two buys and the foreign one rest", () => settled(bot, exchange) && openOrders(exchange).length === 3);
    expect(taken(exchange).map(({ clientOrderId, status }) => (clientOrderId.endsWith("0000") ? `ours ${status}` : status))).toEqual(["ours CANCELED", "NEW", "NEW", "NEW"]);
    expect(bot.alerts().filter((line) => line.startsWith("ALERT surprise"))).toHaveLength(1);
    expect(bot.session.foreignOrders).toBe(1);
    assertInvariants(bot, exchange);
  });

  it("fault 11: killed after a fill was written and before its answer was sent, it sends the answer once", async () => {
    const exchange = await openWorld({ path: [97.5, 97.5] });
    const bot: RunningBot = await open(exchange, {
      onLine: (line) => {
        if (line.includes(`submit sell ${COUNTER}`)) bot.crash();
      },
    });
    await twoBuysRest(bot, exchange);
    exchange.engine.advance(exchange.engine.now + MINUTE);
    await until("the bot is dead", () => bot.session.failure !== null);
    expect(openOrders(exchange).filter(({ side, ticks }) => side === "sell" && ticks === 9_900)).toHaveLength(0);

    const again = await open(exchange, { folder: bot.folder });
    await until("both sells rest", () => settled(again, exchange) && openOrders(exchange).length === 2);
    await play(again, exchange);
    const counters = attempts(again, exchange, COUNTER);
    expect(counters.at(-1)).toEqual({ state: "OPEN", posts: 1 });
    expect(counters.reduce((sum, { posts }) => sum + posts, 0)).toBe(1);
    expect(openOrders(exchange).map(({ side, ticks }) => [side, ticks]).toSorted()).toEqual([["sell", 10_000], ["sell", 9_900]]);
    expect(attempts(again, exchange, FIRST)).toEqual([{ state: "FILLED", posts: 1 }]);
    expect(tradesOf(exchange)).toHaveLength(2);
    assertInvariants(again, exchange);
  });
});
