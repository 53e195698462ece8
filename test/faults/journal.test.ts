import { copyFileSync, openSync, rmSync, writeSync, closeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { assertInvariants, gridRests, looks, openBot, openOrders, openWorld, play, requests, rest, until } from "./fixture.ts";

const POST = ["POST", "/api/v3/order"] as const;

describe("a journal that is damaged", () => {
  it.each([
    [
      "an entry that was changed",
      (file: string) => {
        const db = new DatabaseSync(file);
        db.exec("DROP TRIGGER events_no_update; UPDATE events SET payload = '{}' WHERE seq = 2");
        db.close();
      },
    ],
    [
      "a page of rubbish",
      (file: string) => {
        const db = new DatabaseSync(file);
        db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        db.close();
        const handle = openSync(file, "r+");
        for (let page = 4; page < 20; page++) writeSync(handle, Buffer.alloc(2_048, 0xa5), 0, 2_048, page * 4_096 + 1_024);
        closeSync(handle);
      },
    ],
  ])("fault 31: with %s nothing is traded; from a whole copy the bot goes on exactly", async (_what, damage) => {
    const exchange = await openWorld({ path: [98.5, 97.5, 98.5, 99.6] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await play(bot, exchange, 1);
    await bot.close();
    const file = join(bot.folder, "journal.sqlite");
    const copy = join(bot.folder, "copy.sqlite");
    copyFileSync(file, copy);
    damage(file);
    const sent = requests(exchange, ...POST);
    await expect(openBot(exchange, { folder: bot.folder })).rejects.toThrow(/damaged|journal/);
    expect(requests(exchange, ...POST)).toBe(sent);
    expect(openOrders(exchange)).toHaveLength(10);
    for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
    copyFileSync(copy, file);
    // A fill while there was no journal is read from the venue.
    exchange.engine.advance(exchange.engine.now + 60_000);
    const again = await openBot(exchange, { folder: bot.folder });
    await gridRests(again, exchange);
    await play(again, exchange);
    assertInvariants(again, exchange);
  });

  it("fault 31: a copy that lacks a fill of an order it does not know is not traded on: the owner has to look", async () => {
    const exchange = await openWorld({ path: [98.5, 100.5, 100.5] });
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    await bot.close();
    const file = join(bot.folder, "journal.sqlite");
    const copy = join(bot.folder, "copy.sqlite");
    copyFileSync(file, copy);
    const later = await openBot(exchange, { folder: bot.folder });
    await gridRests(later, exchange);
    await play(later, exchange, 2);
    expect(later.log.some((line) => line.startsWith("fill sell g1c4/2"))).toBe(true);
    await later.close();
    for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
    copyFileSync(copy, file);
    const sent = requests(exchange, ...POST);
    const again = await openBot(exchange, { folder: bot.folder });
    await until("the owner is told", () => again.alerts().some((line) => line.startsWith("ALERT distrusted: unexplained balances")));
    await looks(exchange, 3);
    expect(requests(exchange, ...POST)).toBe(sent);
    expect(again.journal.verify()).toBe(null);
  });

  it("fault 31: from a copy that is older than the last orders, no id is ever sent a second time", async () => {
    const exchange = await openWorld();
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await bot.close();
    const file = join(bot.folder, "journal.sqlite");
    const copy = join(bot.folder, "copy.sqlite");
    copyFileSync(file, copy);
    const later = await openBot(exchange, { folder: bot.folder });
    await gridRests(later, exchange);
    later.session.command("cancel", "test");
    await until("everything is taken back", () => openOrders(exchange).length === 0);
    later.session.command("run", "test");
    await gridRests(later, exchange);
    await later.close();
    for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
    copyFileSync(copy, file);
    const sent = requests(exchange, ...POST);
    const again = await openBot(exchange, { folder: bot.folder });
    await until("the grid is sent anew", () => requests(exchange, ...POST) >= sent + 10);
    await gridRests(again, exchange);
    const ids = Object.values(exchange.state()["clientOrderIds"] as Readonly<Record<string, { readonly posts: number }>>);
    expect(ids.length).toBeGreaterThanOrEqual(sent + 10);
    expect(ids.filter(({ posts }) => posts > 1)).toEqual([]);
  });
});
