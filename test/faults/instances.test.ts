import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openConnection } from "../../src/adapters/sqlite/connection.ts";
import { takeLease } from "../../src/adapters/sqlite/lease.ts";
import { UserError } from "../../src/core/user-error.ts";
import { MINUTE, assertInvariants, gridRests, openBot, openOrders, openWorld, play, requests, rest, until } from "./fixture.ts";

describe("a second instance", () => {
  it("fault 29: it refuses to start on a journal that is held, names the holder, and sends nothing", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    const seen = exchange.faults.requests().filter(({ method }) => method !== "GET" && method !== "WS").length;
    const refused: unknown = await openBot(exchange, { folder: bot.folder }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UserError);
    expect(String(refused)).toMatch(new RegExp(`is held by process ${process.pid} on .* since .*Two bots on one journal would trade twice`));
    expect(exchange.faults.requests().filter(({ method }) => method !== "GET" && method !== "WS")).toHaveLength(seen);
    await play(bot, exchange);
    assertInvariants(bot, exchange);
  });

  it("fault 29: a holder whose lease was taken writes and sends nothing more, and leaves the orders to the new holder", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    const db = openConnection(join(bot.folder, "journal.sqlite"));
    takeLease(db, "another machine", Date.now());
    db.close();
    const last = bot.journal.lastSequence;
    const sent = requests(exchange, "POST", "/api/v3/order");
    exchange.engine.advance(exchange.engine.now + MINUTE);
    await until("the stale holder has noticed", () => bot.session.failure !== null);
    await bot.close();
    expect(bot.alerts()).toEqual([expect.stringMatching(/ALERT error: The journal was not written: another machine has taken it/)]);
    expect(requests(exchange, "POST", "/api/v3/order")).toBe(sent);
    expect(requests(exchange, "DELETE", "/api/v3/order")).toBe(0);
    expect(openOrders(exchange)).toHaveLength(9);
    const again = await openBot(exchange, { folder: bot.folder });
    expect(again.journal.lastSequence).toBeGreaterThan(last);
    await gridRests(again, exchange);
    await play(again, exchange);
    assertInvariants(again, exchange);
  });
});
