import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { agents } from "../../agents/index.ts";
import { watchedLevels } from "../../src/app/trade/paper/levels.ts";
import { recover } from "../../src/app/trade/recover.ts";
import type { Bot } from "../../src/core/bot.ts";
import { baseUnitsOf } from "../../src/core/ledger.ts";
import { strategies } from "../../strategies/index.ts";
import { BTC, until } from "../app/trade/harness.ts";
import { type Course, OPEN_LIMITS, START, backtested, openPaper, openSession, play, synthetic } from "../parity/parity.ts";
import { ScriptedMarket } from "../parity/scripted-market.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;
const SYMBOLS = ["BTC/USDT", "ETH/USDT"];
/** Prices move by a few percent a day: hardly any bar of two hours leaves a band of a fifth of a point alone. */
const COURSE: Course = {
  yaml: `symbols: [${SYMBOLS.join(", ")}]
capital: 10000
timeframe: { fill: 1m, decision: 2h }
agents: {}
strategies: { rebalance: { weights: { BTC/USDT: 0.6, ETH/USDT: 0.4 }, band: { points: 0.002 } } }
trade: { mode: paper, ${OPEN_LIMITS} }
`,
  markets: new Map(SYMBOLS.map((symbol, i) => [symbol, synthetic(31 + i, 6)])),
  begin: START + 4 * DAY,
};

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const moneyOf = (bot: Bot) => ({ cash: bot.ledger.quoteFree + bot.ledger.quoteReserved, base: bot.ledger.sleeves.map(baseUnitsOf) });

/** Trades a stretch of the course on paper, and stops: what is on disk is all that is left. */
async function stretch(folder: string, from: number, to: number): Promise<{ fills: readonly string[]; bot: Bot; divergences: number; again: Bot }> {
  const market = new ScriptedMarket(new Map([...COURSE.markets].map(([symbol, series]) => [symbol, { series, filters: BTC.filters }])), from);
  const paper = await openPaper(COURSE.yaml, market, folder);
  const { session, fills, alerts, journal } = await openSession(COURSE.yaml, "paper", paper, folder);
  await until("it has started", () => session.settled());
  paper.follow((symbol) => watchedLevels(session.bot, symbol), () => session.isAnswering);
  await play(market, paper, COURSE.markets, from, to);
  expect(alerts).toEqual([]);
  let divergences = 0;
  const again = recover(journal, agents, strategies, (_entry, _event, divergence) => {
    if (divergence) divergences += 1;
  })!.bot;
  await session.stop("keep");
  journal.close();
  return { fills, bot: session.bot, divergences, again };
}

describe("a portfolio that is rebalanced", () => {
  it("comes out again from its journal byte for byte, and goes on after two restarts as if there had been none", async () => {
    const folder = mkdtempSync(join(tmpdir(), "caucus-rebalance-"));
    folders.push(folder);
    const end = COURSE.begin + 2 * DAY;
    // In the middle of a bar, and a minute after one has closed, when the second half of a plan may be on its way.
    const cuts = [COURSE.begin, COURSE.begin + 26 * 60 * MINUTE + 31 * MINUTE, COURSE.begin + 36 * 60 * MINUTE + MINUTE, end];
    const fills: string[] = [];
    let last: Bot | null = null;
    for (let i = 0; i + 1 < cuts.length; i++) {
      const part = await stretch(folder, cuts[i]!, cuts[i + 1]!);
      expect(part.divergences).toBe(0);
      expect(moneyOf(part.again)).toEqual(moneyOf(part.bot));
      fills.push(...part.fills);
      last = part.bot;
    }
    const expected = backtested(COURSE);
    expect(expected.fills.length).toBeGreaterThan(15);
    expect(fills).toEqual(expected.fills);
    expect(moneyOf(last!)).toEqual({ cash: expected.cash, base: expected.base });
  });
});
