import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom } from "../../src/core/random.ts";
import type { Exchange } from "../../src/exchange/server.ts";
import { MINUTE } from "../app/trade/harness.ts";
import { booksProblems } from "../torture/compare.ts";
import { sins, truthOf } from "../torture/truth.ts";
import { openBot } from "./bot.ts";
import { HOUR, openSoakExchange, soakDefinition, symbolsOf } from "./market.ts";
import { misbehave } from "./weather.ts";

/** Memory of the process after a collection, bytes. */
export interface MemorySample {
  /** Market hours since the start. */
  readonly hour: number;
  readonly rss: number;
  readonly heapUsed: number;
}

export interface SoakOptions {
  readonly hours: number;
  readonly symbols: number;
  readonly seed: number;
  /** Collects garbage before memory is measured. */
  readonly collect?: () => void;
  readonly progress?: (sample: MemorySample, line: string) => void;
}

export interface SoakResult {
  /** One each market hour. */
  readonly memory: readonly MemorySample[];
  readonly orders: number;
  readonly trades: number;
  readonly faults: number;
  /** What did not agree at the end, a sentence each. */
  readonly problems: readonly string[];
}

type Bot = Awaited<ReturnType<typeof openBot>>;

const FOLDERS = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
/** The market waits so long for an answer, ms; then it goes on without. */
const MARKET_WAITS = 150;
const SETTLE_MS = 30_000;

/** Plays hours of the market with faults against a bot in this process, and looks at its memory and its books. */
export async function soak({ hours, symbols: count, seed, collect, progress }: SoakOptions): Promise<SoakResult> {
  const symbols = symbolsOf(count);
  const random = createRandom(seed);
  const exchange = await openSoakExchange({ symbols, hours, seed });
  const folder = mkdtempSync(join(FOLDERS, "caucus-soak-"));
  const { engine } = exchange;
  const memory: MemorySample[] = [];
  let faults = 0;
  try {
    const bot = await openBot(exchange, soakDefinition(symbols), folder);
    try {
      const begin = engine.now;
      for (let hour = 1; hour <= hours; hour++) {
        while (engine.now < begin + hour * HOUR && bot.session.failure === null) {
          faults += misbehave(exchange, random);
          await minute(bot, exchange);
        }
        collect?.();
        const { rss, heapUsed } = process.memoryUsage();
        const sample = { hour, rss, heapUsed };
        memory.push(sample);
        const { trades, open } = truthOf(exchange);
        progress?.(sample, `${trades.length} trades, ${open.length} orders rest, ${faults} faults${bot.session.troubles.length > 0 ? `; ${bot.session.troubles.join("; ")}` : ""}`);
      }
      const problems = await settle(bot, exchange);
      return { memory, orders: bot.journal.orders().length, trades: truthOf(exchange).trades.length, faults, problems };
    } finally {
      await bot.close();
    }
  } finally {
    await exchange.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A minute of the market; after each trade the bot has a moment to answer. */
async function minute(bot: Bot, { engine }: Exchange): Promise<void> {
  const to = engine.now - (engine.now % MINUTE) + MINUTE;
  for (let reached = engine.now; reached < to; ) {
    reached = engine.advance(to, true);
    const ends = performance.now() + MARKET_WAITS;
    do await sleep(1);
    while (!bot.session.settled() && performance.now() < ends);
  }
  await bot.venue.syncClock();
}

/** Good weather at the end: what does not agree after a while never will. */
async function settle(bot: Bot, exchange: Exchange): Promise<readonly string[]> {
  exchange.faults.clear();
  exchange.act({ action: "resume" });
  const ends = performance.now() + SETTLE_MS;
  for (;;) {
    const problems = booksProblems(bot.session, bot.journal, truthOf(exchange), false);
    if (problems.length === 0) return [...booksProblems(bot.session, bot.journal, truthOf(exchange), true), ...unknown(bot), ...sins(exchange)];
    if (performance.now() > ends) return [...problems, ...unknown(bot), ...sins(exchange)];
    await sleep(50);
  }
}

function unknown({ journal }: Bot): string[] {
  return journal.orders(["UNKNOWN", "SENDING", "CANCELING"]).map(({ key, symbol, state }) => `${symbol}: ${key} is ${state}`);
}
