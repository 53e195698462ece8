/**
 * `npm run bench`: how fast the backtester is, on one core, and how quick a running bot. Everything is measured in this
 * run, so that rows can be compared with one another; figures of other runs and machines cannot.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { hashSeries } from "../../src/adapters/candles/hash.ts";
import { createPool } from "../../src/adapters/search/pool.ts";
import type { TrialContext } from "../../src/app/optimize/context.ts";
import { renderTable } from "../../src/cli/table.ts";
import { sharedData } from "../shared-data.ts";
import { CANDLES, FIXED, RECORDED, name, series, text } from "./cases.ts";
import { type BenchRow, ROWS, benchRow } from "./rows.ts";

const asJson = process.argv.includes("--json");
/** Sets of a search. */
const SEARCHED = 200;

const recorded = sharedData("candles_1m", RECORDED) !== null;
const rows = Object.keys(ROWS).filter((id) => recorded || id !== "recorded").map(rowOf);
const search = await searchRows();
report(recorded, rows, search, asJson ? liveBench() : null);
if (!asJson) {
  process.stdout.write("\n");
  liveBench();
}

function rowOf(id: string): BenchRow {
  const { status, stdout } = spawnSync(process.execPath, [join(import.meta.dirname, "row.ts"), id], { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
  if (status !== 0) throw new Error(`the row ${id} ended with ${String(status)}`);
  return benchRow.parse(JSON.parse(stdout));
}

/** So many sets of a grid's parameters on one thread and on two, in candles a second. */
async function searchRows(): Promise<{ readonly name: string; readonly milliseconds: number; readonly trials: number }[]> {
  const context: TrialContext = {
    text, name, overrides: FIXED.overrides, agentNames: [], strategyNames: ["grid"],
    datasets: [{ symbol: "BTC/USDT", series, hash: hashSeries(series), synthetic: true, description: "bench", notes: [], filters: null }],
  };
  const sets = Array.from({ length: SEARCHED }, (_, i) => ({ "strategies.grid.levels": 20 + (i % 40), "strategies.grid.upper": 44_000 + 500 * Math.floor(i / 40) }));
  const rows: { readonly name: string; readonly milliseconds: number; readonly trials: number }[] = [];
  for (const threads of [1, 2]) {
    const pool = createPool(context, threads);
    await Promise.all(sets.slice(0, 2 * threads).map((parameters) => pool.run({ parameters, window: null })));
    const began = performance.now();
    const outcomes = await Promise.all(sets.map((parameters) => pool.run({ parameters, window: null })));
    rows.push({ name: `${SEARCHED} sets of a fixed grid, ${threads} thread${threads === 1 ? "" : "s"}`, milliseconds: performance.now() - began, trials: outcomes.filter(({ state }) => state === "done").length });
    await pool.close();
  }
  return rows;
}

/** A running bot with ten symbols, in a process of its own: what it takes from a closed candle to an order, and in memory. */
function liveBench(): unknown {
  const args = ["--max-semi-space-size=4", join(import.meta.dirname, "live.ts"), ...(asJson ? ["--json"] : [])];
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ["ignore", asJson ? "pipe" : "inherit", "inherit"], encoding: "utf8" });
  if (status !== 0) throw new Error(`the bench of a running bot ended with ${String(status)}`);
  return asJson ? JSON.parse(stdout) : null;
}

function report(withRecorded: boolean, rows: readonly BenchRow[], search: Awaited<ReturnType<typeof searchRows>>, live: unknown): void {
  if (asJson) {
    process.stdout.write(`${JSON.stringify({ node: process.version, recorded: withRecorded, rows, search, live }, null, 2)}\n`);
    return;
  }
  process.stdout.write(`Synthetic one-minute candles (mix, seed 1) unless a row says otherwise; one core, each row in a process of its own; medians of 11 (of 3 for the 50 symbols); Node ${process.version}.\n`);
  process.stdout.write(
    renderTable(
      ["work", "candles", "ms", "million/s", "fills"],
      rows.map((row) => [row.name, row.candles.toLocaleString("en-US"), row.milliseconds.toFixed(0), (row.candlesPerSecond / 1e6).toFixed(1), row.fills?.toLocaleString("en-US") ?? ""]),
      [1, 2, 3, 4],
    ),
  );
  const [one, two] = search;
  for (const row of search) process.stdout.write(`${row.name}: ${row.milliseconds.toFixed(0)} ms, ${((row.trials * CANDLES) / row.milliseconds / 1_000).toFixed(1)} million candles/s\n`);
  if (one && two) process.stdout.write(`Two threads are ${(one.milliseconds / two.milliseconds).toFixed(2)} times one.\n`);
  if (!withRecorded) process.stdout.write("No recorded market data beside the checkout: nothing here was measured on real candles.\n");
}
