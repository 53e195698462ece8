import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { MINUTE, assertInvariants, gridRests, openBot, openOrders, openWorld, play, requests, rest, until } from "./fixture.ts";

const POST = ["POST", "/api/v3/order"] as const;

describe("a journal that cannot be written", () => {
  it("fault 30: on a full disk nothing is sent, open orders are canceled at the venue, and a restart with room goes on exactly", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5, 97.5, 98.5, 99.5] });
    const bot = await openBot(exchange, { journal: { maxPages: 200 } });
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    // No room for one more page, as on a full disk; what is written already stays.
    for (let i = 0; bot.session.failure === null && i < 10_000; i++) {
      try {
        bot.session.desk.note("filler", { text: "x".repeat(3_000) }, exchange.engine.now);
      } catch {
        break;
      }
    }
    const sent = requests(exchange, ...POST);
    exchange.engine.advance(exchange.engine.now + MINUTE);
    await until("the bot has stopped and canceled", () => bot.session.failure !== null && openOrders(exchange).length === 0);
    await until("it is told", () => bot.alerts().length >= 2);
    expect(bot.alerts()[0]).toMatch(/ALERT error: .*(full|stopped)/);
    expect(bot.alerts()[1]).toMatch(/ALERT error: the bot has stopped: \d+ orders canceled at binance, none of its orders is left/);
    expect(requests(exchange, ...POST)).toBe(sent);
    await bot.close();
    const again = await openBot(exchange, { folder: bot.folder });
    await gridRests(again, exchange);
    await play(again, exchange);
    expect(again.log.filter((line) => line.startsWith("fill buy g1c4/1"))).toHaveLength(1);
    assertInvariants(again, exchange);
  });

  it("fault 30: a journal that another connection keeps locked is one that cannot be written", async () => {
    const exchange = await openWorld({ path: [98.5, 98.5] });
    const bot = await openBot(exchange, { journal: { busyTimeout: 20 } });
    await gridRests(bot, exchange);
    await rest(bot, exchange);
    const other = new DatabaseSync(join(bot.folder, "journal.sqlite"));
    onTestFinished(() => {
      if (other.isOpen) other.close();
    });
    other.exec("BEGIN EXCLUSIVE");
    const sent = requests(exchange, ...POST);
    exchange.engine.advance(exchange.engine.now + MINUTE);
    await until("the bot has stopped and canceled", () => bot.session.failure !== null && openOrders(exchange).length === 0);
    expect(bot.alerts()[0]).toMatch(/ALERT error: The journal was not written: another connection keeps it locked/);
    expect(requests(exchange, ...POST)).toBe(sent);
    other.close();
    await bot.close();
    const again = await openBot(exchange, { folder: bot.folder });
    await gridRests(again, exchange);
    await play(again, exchange);
    assertInvariants(again, exchange);
  });

  it("fault 30: a journal that may not be written is refused before anything is sent", async () => {
    const exchange = await openWorld();
    const bot = await openBot(exchange);
    await gridRests(bot, exchange);
    await bot.close();
    const file = join(bot.folder, "journal.sqlite");
    expect(existsSync(file)).toBe(true);
    // Also where this runs as root, for whom no mode is read-only: a folder in the place of the log.
    chmodSync(file, 0o444);
    const sent = requests(exchange, ...POST);
    const { mkdirSync, rmSync } = await import("node:fs");
    for (const end of ["-wal", "-shm"]) {
      rmSync(`${file}${end}`, { force: true });
      mkdirSync(`${file}${end}`);
    }
    await expect(openBot(exchange, { folder: bot.folder })).rejects.toThrow(/journal/);
    expect(requests(exchange, ...POST)).toBe(sent);
  });
});
