import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MINUTE } from "../app/trade/harness.ts";
import { booksProblems } from "../torture/compare.ts";
import { openBot } from "./bot.ts";
import { startSoakExchange } from "./exchange.ts";
import { HOUR, soakDefinition, symbolsOf } from "./market.ts";

/** Memory of the bot's process after a collection, bytes. */
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

type Exchange = Awaited<ReturnType<typeof startSoakExchange>>;
type Bot = Awaited<ReturnType<typeof openBot>>;

const FOLDERS = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
/** The market waits so long for an answer, ms; then it goes on without. */
const MARKET_WAITS = 150;
const SETTLE_MS = 30_000;

/** Plays hours of the market with faults against a bot in this process, and looks at its memory and its books. */
export async function soak({ hours, symbols: count, seed, collect, progress }: SoakOptions): Promise<SoakResult> {
  const symbols = symbolsOf(count);
  const exchange = await startSoakExchange({ symbols, hours, seed });
  const folder = mkdtempSync(join(FOLDERS, "caucus-soak-"));
  const memory: MemorySample[] = [];
  let faults = 0;
  try {
    const bot = await openBot(exchange, soakDefinition(symbols), folder);
    try {
      let now = exchange.now;
      for (let hour = 1; hour <= hours; hour++) {
        while (now < exchange.now + hour * HOUR && bot.session.failure === null) {
          faults += await exchange.misbehave();
          now = await minute(bot, exchange, now);
        }
        collect?.();
        const { rss, heapUsed } = process.memoryUsage();
        const sample = { hour, rss, heapUsed };
        memory.push(sample);
        const { trades, open } = await exchange.truth();
        progress?.(sample, `${trades.length} trades, ${open.length} orders rest, ${faults} faults${bot.session.troubles.length > 0 ? `; ${bot.session.troubles.join("; ")}` : ""}`);
      }
      const problems = await settle(bot, exchange);
      return { memory, orders: bot.journal.orders().length, trades: (await exchange.truth()).trades.length, faults, problems };
    } finally {
      await bot.close();
    }
  } finally {
    await exchange.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A minute of the market from `now` on; after each trade the bot has a moment to answer. Returns its end. */
async function minute(bot: Bot, exchange: Exchange, now: number): Promise<number> {
  const to = now - (now % MINUTE) + MINUTE;
  for (let reached = now; reached < to; ) {
    reached = await exchange.advance(to);
    const ends = performance.now() + MARKET_WAITS;
    do await sleep(1);
    while (!bot.session.settled() && performance.now() < ends);
  }
  await bot.venue.syncClock();
  return to;
}

/** Good weather at the end: what does not agree after a while never will. */
async function settle(bot: Bot, exchange: Exchange): Promise<readonly string[]> {
  await exchange.clearUp();
  const ends = performance.now() + SETTLE_MS;
  for (;;) {
    const problems = booksProblems(bot.session, bot.journal, await exchange.truth(), false);
    if (problems.length === 0) return [...booksProblems(bot.session, bot.journal, await exchange.truth(), true), ...unknown(bot), ...(await exchange.sins())];
    if (performance.now() > ends) return [...problems, ...unknown(bot), ...(await exchange.sins())];
    await sleep(50);
  }
}

function unknown({ journal }: Bot): string[] {
  return journal.orders(["UNKNOWN", "SENDING", "CANCELING"]).map(({ key, symbol, state }) => `${symbol}: ${key} is ${state}`);
}
