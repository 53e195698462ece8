import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openJournal } from "../../../src/adapters/sqlite/journal.ts";
import { genesisSchema } from "../../../src/app/trade/genesis.ts";
import { capitalPostings } from "../../../src/app/trade/postings.ts";
import { candlesOf, MINUTE, ONE_MARKET, openBot, openExchange, START } from "./harness.ts";

const BOT = `${ONE_MARKET}strategies: { grid: { lower: 95, upper: 105, levels: 5, spacing: arithmetic, quantity: 1 } }\ntrade: { mode: live }\n`;

it("a bot goes on from a journal that was begun before a key of its definition was known", async () => {
  const exchange = await openExchange(candlesOf(Array<number>(70).fill(100)));
  exchange.engine.advance(START + 60 * MINUTE);
  try {
    const first = await openBot(exchange, { yaml: BOT });
    const [entry] = [...first.journal.entries(1)];
    const capital = first.session.bot.plan.capitalUnits;
    await first.close();
    const { definition, ...genesis } = genesisSchema.parse(JSON.parse(entry!.payload));
    const { delisting, ...older } = definition;
    expect(delisting).toBe("last-close");
    const folder = mkdtempSync(join(tmpdir(), "caucus-older-"));
    const journal = openJournal(join(folder, "journal.sqlite"), { name: "test", now: () => Date.now() });
    journal.commit({ events: [{ time: genesis.time, type: "genesis", payload: { ...genesis, definition: older } }], postings: [capitalPostings(genesis.venue, "USDT", capital)], settings: [{ name: "kill-switch", value: "OFF" }] });
    journal.close();
    const again = await openBot(exchange, { yaml: BOT, folder });
    expect(again.session.failure).toBeNull();
    await again.close();
    await expect(openBot(exchange, { yaml: `${BOT}delisting: worthless\n`, folder })).rejects.toThrow("the definition has changed since it began (delisting)");
  } finally {
    await exchange.close();
  }
});

it("a bot whose definition leaves its strategies to the defaults goes on, too", async () => {
  const exchange = await openExchange(candlesOf(Array<number>(70).fill(100)));
  exchange.engine.advance(START + 60 * MINUTE);
  const yaml = `${ONE_MARKET}trade: { mode: live }\n`;
  try {
    const first = await openBot(exchange, { yaml });
    await first.close();
    const again = await openBot(exchange, { yaml, folder: first.folder });
    expect(again.session.failure).toBeNull();
    await again.close();
  } finally {
    await exchange.close();
  }
});
