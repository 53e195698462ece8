import { join } from "node:path";
import { expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { readJournal } from "../../../src/adapters/sqlite/reader.ts";
import { rowsOfJournal } from "../../../src/app/tax/journal-rows.ts";
import { exact, textOf, total } from "../../../src/core/holdings/exact.ts";
import { keepBooks } from "../../../src/core/tax/books.ts";
import { inOrder } from "../../../src/core/tax/transfers.ts";
import { strategies } from "../../../strategies/index.ts";
import { fixedPrices, SETTINGS } from "../../core/tax/rows.ts";
import { candlesOf, MINUTE, ONE_MARKET, openBot, openExchange, settled, START, until } from "../trade/harness.ts";

const GRID = `${ONE_MARKET}strategies:\n  grid: { lower: 95, upper: 105, levels: 11, spacing: arithmetic, quantity: 1 }\ntrade: { mode: live }\n`;

it("the fills of a run that traded on the local exchange come to the balances that the exchange has, to the last unit", async () => {
  const exchange = await openExchange(candlesOf([...Array<number>(60).fill(100), 98, 96.4, 97.5, 99.6, 101.3, 103.2, 101, 100]), { USDT: "100000" });
  exchange.engine.advance(START + 60 * MINUTE);
  const bot = await openBot(exchange, { yaml: GRID });
  let held: ReadonlyMap<string, string>;
  try {
    await until("the grid rests", () => bot.session.settled() && bot.session.desk.open().length >= 9);
    for (let to = START + 61 * MINUTE; to <= exchange.engine.end; to += MINUTE) {
      while (exchange.engine.advance(to, true) < to) await until("the fill is answered", () => settled(bot, exchange));
      await until("the minute is settled", () => settled(bot, exchange));
    }
    const venue = await bot.venue.balances();
    if (!venue.ok) throw new Error(venue.failure.message);
    held = new Map([...venue.value].map(([asset, { total: all }]) => [asset, textOf(exact(all))]));
  } finally {
    await bot.close();
    await exchange.close();
  }
  const path = join(bot.folder, "journal.sqlite");
  const reader = readJournal(path);
  const { rows, mode, venue } = rowsOfJournal(reader, path, null, agents, strategies);
  reader.close();
  expect([mode, venue, rows.length]).toEqual(["live", "binance", 13]);
  expect(rows.every(({ origin, reference, fee }) => origin.startsWith(`${path}#`) && reference !== null && fee !== null)).toBe(true);
  const books = keepBooks(inOrder([{ ...rows[0]!, origin: "start", time: 0, kind: "deposit", sent: null, fee: null, received: { asset: "USDT", quantity: "100000" }, value: { amount: "90000", currency: "EUR" } }, ...rows]), SETTINGS, fixedPrices({ USDT: "0.9" }));
  expect(books.problems).toEqual([]);
  const balances = new Map(books.balances.map(({ asset, quantity }) => [asset, textOf(quantity)]));
  expect([balances.get("BTC") ?? "0", balances.get("USDT")]).toEqual([held.get("BTC") ?? "0", held.get("USDT")]);
  const lots = (asset: string): string => textOf(total(books.lots.filter((lot) => lot.asset === asset).map(({ quantity }) => quantity)));
  expect([lots("BTC"), lots("USDT")]).toEqual([balances.get("BTC") ?? "0", balances.get("USDT")]);
}, 60_000);
