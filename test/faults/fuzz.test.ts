import { expect, it } from "vitest";
import { createRandom } from "../../src/core/random.ts";
import type { FaultRequest } from "../../src/exchange/faults/catalogue.ts";
import { assertInvariants, openBot, openOrders, openWorld, rest, until, MINUTE } from "./fixture.ts";

/** What the venue may answer with, apart from the truth. */
const BAD = ["corrupt", "corrupt", "corrupt", "corrupt", "html", "html-200", "torn-json", "empty", "empty-object", "weird-json", "huge", "http-502", "reset-after"] as const;
const ROUTES = [
  ["POST", "/api/v3/order"], ["POST", "/api/v3/order"], ["GET", "/api/v3/order"], ["DELETE", "/api/v3/order"],
  ["GET", "/api/v3/openOrders"], ["GET", "/api/v3/myTrades"], ["GET", "/api/v3/account"], ["GET", "/api/v3/klines"],
] as const;
const SEEDS = Array.from({ length: Number(process.env["FUZZ_SEEDS"] ?? 8) }, (_, i) => i + 1);
const MINUTES = 25;

it.each(SEEDS)("malformed, truncated, huge and hostile answers book nothing false, send nothing twice and stop nothing (seed %i)", async (seed) => {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.uniform() * list.length)]!;
  const path = Array.from({ length: MINUTES }, () => Math.round((100 + 8 * (random.uniform() - 0.5)) * 100) / 100);
  const exchange = await openWorld({ path });
  const bot = await openBot(exchange, { deadlineMs: 400 });
  await rest(bot, exchange);
  const { engine, faults } = exchange;
  for (let minute = 0; minute < MINUTES; minute++) {
    for (let i = 0; i < 3; i++) {
      const [method, route] = pick(ROUTES);
      const name = pick(BAD);
      const fault: FaultRequest = { name, method, path: route, nth: 1 + Math.floor(random.uniform() * 2) };
      faults.add({ ...fault, ...(name === "corrupt" ? { seed: Math.floor(random.uniform() * 1e9) } : {}), ...(name === "huge" ? { bytes: 40_000_000 } : {}) });
    }
    const to = engine.now - (engine.now % MINUTE) + MINUTE;
    // Fills come while questions are answered with rubbish; now and then the bot is given time.
    while (engine.advance(to, true) < to) if (random.uniform() < 0.7) await new Promise((resolve) => setTimeout(resolve, 15));
    if (minute % 5 === 4) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // A slow machine has asked less by now; the looks at the account go on.
  await until("enough of them have struck", () => bot.session.failure !== null || faults.list().filter(({ struck }) => struck > 0).length > MINUTES / 2);
  expect(bot.session.failure).toBe(null);
  faults.clear();
  // What could not be true was not believed: the owner looks, and says so.
  await until("the account has been looked at", async () => {
    if (bot.session.troubles.length > 0) bot.session.command("run", "test");
    await new Promise((resolve) => setTimeout(resolve, 50));
    return bot.session.settled() && bot.session.troubles.length === 0 && openOrders(exchange).length >= 9;
  });
  await rest(bot, exchange);
  assertInvariants(bot, exchange);
});
