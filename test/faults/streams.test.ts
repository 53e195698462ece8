import { describe, expect, it } from "vitest";
import type { Exchange } from "../../src/exchange/server.ts";
import { HURRY, MINUTE, type RunningBot, assertInvariants, openOrders, openWorld, requests, settled, tradesOf, until } from "./fixture.ts";
import { FIRST, attempts, openTwoBuys as open, sent, twoBuysRest } from "./two-buys.ts";

const STALE_AFTER = 2_000;
/** What happens is learned from the streams, or after an outage: the regular look is far away. */
const NO_LOOKS = { ...HURRY, reconcileEvery: 60_000 };
/** Prices that stir, so that there is always something to hear. */
const stirring = (minutes: number): number[] => Array.from({ length: minutes }, (_, i) => (i % 2 === 0 ? 100.2 : 100.4));

/** Lets market time run by itself: so many market seconds a second. */
async function run(exchange: Exchange, speed: number): Promise<void> {
  const answer = await fetch(`${exchange.url}/control/speed`, { method: "POST", body: JSON.stringify({ speed }) });
  expect(answer.ok).toBe(true);
}

/** Where in the log a line of this form stands first, from a line on; fails when there is none. */
function place(bot: RunningBot, form: RegExp, from = 0): number {
  const at = bot.log.findIndex((line, index) => index >= from && form.test(line));
  expect(at, `a line like ${form.source} in\n${bot.log.join("\n")}`).toBeGreaterThanOrEqual(0);
  return at;
}

/** Open times of the bars that were decided on, as they were journaled. */
function candlesOf(bot: RunningBot): number[] {
  return [...bot.journal.entries(1)].filter(({ type }) => type === "candle").map(({ payload }) => (JSON.parse(payload) as { event: { candle: { time: number } } }).event.candle.time);
}

/** Whether the owner has heard, from a line of the log on, that everything that was silent is back; on a slow machine something may have been before. */
const isBack = (bot: RunningBot, from: number): boolean => bot.session.troubles.length === 0 && bot.log.slice(from).some((line) => line.startsWith("ALERT fresh"));

describe("streams that say nothing while their sockets stay open", () => {
  it("fault 18: the account's stream is noticed by its silence, and what it did not tell is asked for before anything is sent", async () => {
    const exchange = await openWorld({ path: [100.2, 97.5, 97.7, ...stirring(60).map((price) => price - 2.7)] });
    const bot = await open(exchange, { patience: NO_LOOKS, staleAfterMs: STALE_AFTER });
    await twoBuysRest(bot, exchange);
    const from = bot.log.length;
    exchange.act({ action: "stall", channel: "user" });
    await run(exchange, 120);
    await until("both buys have filled in silence", () => tradesOf(exchange).length === 2);
    await until("everything is back", () => isBack(bot, from) && settled(bot, exchange) && openOrders(exchange).length === 2);
    const noticed = place(bot, /^ALERT stale: private/, from);
    const booked = place(bot, new RegExp(`^fill buy ${FIRST} `), from);
    const caughtUp = place(bot, /^ALERT fresh: private/, from);
    const answered = place(bot, / INTENT -> SENDING/, from);
    expect([noticed, booked, caughtUp, answered]).toEqual([noticed, booked, caughtUp, answered].toSorted((a, b) => a - b));
    expect(attempts(bot, exchange)).toEqual([{ state: "FILLED", posts: 1 }]);
    expect(openOrders(exchange).map(({ side }) => side)).toEqual(["sell", "sell"]);
    await run(exchange, 0);
    assertInvariants(bot, exchange);
  });

  it("fault 18: the market's streams are noticed by their silence, and the candles that they did not tell are fetched", async () => {
    const exchange = await openWorld({ path: stirring(240) });
    const bot = await open(exchange, { patience: NO_LOOKS, staleAfterMs: STALE_AFTER });
    await twoBuysRest(bot, exchange);
    await run(exchange, 300);
    await until("a bar is decided on", () => bot.log.includes("candle"));
    const from = bot.log.length;
    exchange.act({ action: "stall", channel: "market" });
    const silentAt = exchange.engine.now;
    await until("everything is back", () => isBack(bot, from));
    const noticed = place(bot, /^ALERT stale: (candles|prices) BTC\/USDT/, from);
    // Either may be noticed first, and its reconnection may bring the other one back before it is missed.
    const which = /candles|prices/.exec(bot.log[noticed]!)![0];
    expect(place(bot, new RegExp(`^ALERT fresh: ${which} BTC/USDT`), noticed)).toBeGreaterThan(noticed);
    // Every bar since then has been decided on, once and in order.
    const bars = (): number[] => candlesOf(bot).filter((time) => time >= silentAt - 5 * MINUTE);
    await until("three bars since then", () => bars().length >= 3);
    const [first = 0] = bars();
    expect(bars()).toEqual(bars().map((_, index) => first + index * 5 * MINUTE));
    await run(exchange, 0);
    await until("nothing is on its way", () => settled(bot, exchange));
    assertInvariants(bot, exchange);
  });

  it("fault 18: nothing new is sent while they are silent, and cancels are", async () => {
    const exchange = await openWorld({ path: stirring(60) });
    const bot = await open(exchange, { patience: NO_LOOKS, staleAfterMs: STALE_AFTER });
    await twoBuysRest(bot, exchange);
    await run(exchange, 60);
    exchange.act({ action: "refuse" });
    exchange.act({ action: "stall" });
    await until("the silence is noticed", () => bot.alerts().some((line) => line.startsWith("ALERT stale: private")));
    expect(bot.session.troubles.length).toBeGreaterThanOrEqual(1);
    bot.session.command("cancel", "test");
    await until("nothing rests", () => openOrders(exchange).length === 0 && bot.session.desk.open().length === 0);
    bot.session.command("run", "test");
    const asked = requests(exchange, "GET", "/api/v3/time");
    await bot.venue.syncClock();
    expect(requests(exchange, "GET", "/api/v3/time")).toBe(asked + 1);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(2);
    expect(attempts(bot, exchange).at(-1)?.state).toBe("INTENT");
    const from = bot.log.length;
    exchange.act({ action: "resume" });
    await until("everything is back", () => isBack(bot, from));
    await twoBuysRest(bot, exchange);
    expect(sent(bot, exchange)).toEqual([{ state: "CANCELED", posts: 1 }, { state: "OPEN", posts: 1 }]);
    await run(exchange, 0);
    assertInvariants(bot, exchange);
  });
});
