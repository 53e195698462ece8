/**
 * So many sets of a fixed grid's parameters on as many threads as told, in a process of its own, so that it can be held to one core. Twice: each
 * thread compiles the engine for itself, so that a search that has just begun gains less by a second one than a search that goes on.
 */
import { z } from "zod";
import { hashSeries } from "../../src/adapters/candles/hash.ts";
import { createPool } from "../../src/adapters/search/pool.ts";
import type { TrialContext } from "../../src/app/optimize/context.ts";
import { FIXED, name, series, text } from "./cases.ts";
import type { SearchRow } from "./rows.ts";

/** Sets of a search. */
const SEARCHED = 200;

const threads = z.coerce.number().int().min(1).max(64).parse(process.argv[2]);
const context: TrialContext = {
  text, name, overrides: FIXED.overrides, agentNames: [], strategyNames: ["grid"],
  datasets: [{ symbol: "BTC/USDT", series, hash: hashSeries(series), synthetic: true, description: "bench", notes: [], filters: null }],
};
const sets = Array.from({ length: SEARCHED }, (_, i) => ({ "strategies.grid.levels": 20 + (i % 40), "strategies.grid.upper": 44_000 + 500 * Math.floor(i / 40) }));
const pool = createPool(context, threads);
// Threads that are still loading are no part of what is measured.
await Promise.all(sets.slice(0, 2 * threads).map((parameters) => pool.run({ parameters, window: null })));
const first = await searched();
const later = await searched();
await pool.close();
const row: SearchRow = { threads, firstMilliseconds: first.milliseconds, laterMilliseconds: later.milliseconds, trials: later.trials };
process.stdout.write(`${JSON.stringify(row)}\n`);

async function searched(): Promise<{ readonly milliseconds: number; readonly trials: number }> {
  const began = performance.now();
  const outcomes = await Promise.all(sets.map((parameters) => pool.run({ parameters, window: null })));
  return { milliseconds: performance.now() - began, trials: outcomes.filter(({ state }) => state === "done").length };
}
