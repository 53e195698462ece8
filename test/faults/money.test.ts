import { describe, expect, it } from "vitest";
import { assertInvariants, gridRests, openBot, openOrders, openWorld, play, requests, rest, settled, tradesOf, until } from "./fixture.ts";

describe("a balance that does not suffice", () => {
  it("fault 25: a sell that is refused for lack of balance is skipped until the next bar, and waits twice as long after each refusal", async () => {
    const exchange = await openWorld({ path: Array<number>(50).fill(98.5) });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    const sent = requests(exchange, "POST", "/api/v3/order");
    exchange.faults.add({ name: "insufficient", count: 3 });
    await play(bot, exchange, 4);
    const tries = (): number => bot.journal.orders().filter(({ key }) => key === "g1c4/2").length;
    expect(tries()).toBe(1);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(sent + 1);
    const seen: number[] = [];
    for (let bar = 1; bar <= 8; bar++) {
      await play(bot, exchange, 5);
      await until("the bar is decided on", () => settled(bot, exchange) && bot.log.filter((line) => line === "candle").length === bar);
      seen.push(tries());
    }
    expect(seen).toEqual([2, 2, 3, 3, 3, 3, 4, 4]);
    expect(openOrders(exchange)).toHaveLength(10);
    assertInvariants(bot, exchange);
  });

  it("fault 25: what a fee took in the received asset is not sold: every sell is what its cell holds, and the dust is booked", async () => {
    const exchange = await openWorld({ path: [98.5, 97.5, 96.5, 99.6, 101.6, 103.6] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await play(bot, exchange);
    const sells = tradesOf(exchange).filter(({ side }) => side === "sell");
    expect(sells.length).toBeGreaterThan(3);
    expect(new Set(sells.map(({ steps }) => steps))).toEqual(new Set([99_900]));
    expect(bot.log.filter((line) => line.startsWith("  rejected"))).toEqual([]);
    assertInvariants(bot, exchange);
  });
});
