import { expect, it } from "vitest";
import { assertInvariants, gridRests, openBot, openOrders, openWorld, play } from "./fixture.ts";

it("plain", async () => {
  const exchange = await openWorld({ path: [98, 96.4, 97.5, 99.6, 101.3, 103.2, 101, 100] });
  const bot = await openBot(exchange);
  await gridRests(bot, exchange, 9);
  await play(bot, exchange);
  expect(openOrders(exchange).length).toBeGreaterThan(5);
  console.log(bot.log.join("\n"));
  expect(bot.alerts()).toEqual([]);
  assertInvariants(bot, exchange);
});
