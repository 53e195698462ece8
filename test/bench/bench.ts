/**
 * `npm run bench`: how fast the backtester is, on one core, and how quick a running bot. Everything is measured in this
 * run, so that rows can be compared with one another; figures of other runs and machines cannot.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { renderTable } from "../../src/cli/table.ts";
import { median } from "../../src/core/statistics/moments.ts";
import { sharedData } from "../shared-data.ts";
import { CANDLES, RECORDED } from "./cases.ts";
import { isHeld, onOneCore } from "./one-core.ts";
import { type BenchRow, ROWS, type SearchRow, benchRow, searchRow } from "./rows.ts";

/** Processes of each kind that a search's medians are of. */
const SEARCH_ROUNDS = 3;
/** Rows that read candles, with as many threads as there are cores. */
const LOADS: ReadonlySet<string> = new Set(["store", "csv"]);
const asJson = process.argv.includes("--json");
const recorded = sharedData("candles_1m", RECORDED) !== null;
const rows = Object.keys(ROWS).filter((id) => recorded || id !== "recorded").map(rowOf);
const search = searches();
report(recorded, rows, search, asJson ? liveBench() : null);
if (!asJson) {
  process.stdout.write("\n");
  liveBench();
}

function rowOf(id: string): BenchRow {
  return benchRow.parse(JSON.parse(outputOf([!LOADS.has(id), "row.ts", id])));
}

/** One core with one thread, against two cores with two. In turns, because a machine that others use is not as fast from one minute to the next. */
function searches(): SearchRow[] {
  const all: SearchRow[] = [];
  for (let round = 0; round < SEARCH_ROUNDS; round++) {
    for (const threads of [1, 2]) all.push(searchRow.parse(JSON.parse(outputOf([threads === 1, "search.ts", String(threads)]))));
  }
  return all.slice(0, 2).map((row) => {
    const its = all.filter(({ threads }) => threads === row.threads);
    const middle = (of: (one: SearchRow) => number): number => median(its.map(of)) ?? Number.NaN;
    return { ...row, firstMilliseconds: middle((one) => one.firstMilliseconds), laterMilliseconds: middle((one) => one.laterMilliseconds) };
  });
}

/** What a file of this folder prints in a process of its own. */
function outputOf([isOnOneCore, file, arg]: readonly [isOnOneCore: boolean, file: string, arg: string]): string {
  const args = [join(import.meta.dirname, file), arg];
  const [command, ...rest] = isOnOneCore ? onOneCore(args) : [process.execPath, ...args];
  const { status, stdout } = spawnSync(command, rest, { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${arg} ended with ${String(status)}`);
  return stdout;
}

/** A running bot with ten symbols, in a process of its own: what it takes from a closed candle to an order, and in memory. */
function liveBench(): unknown {
  const args = ["--max-semi-space-size=4", join(import.meta.dirname, "live.ts"), ...(asJson ? ["--json"] : [])];
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ["ignore", asJson ? "pipe" : "inherit", "inherit"], encoding: "utf8" });
  if (status !== 0) throw new Error(`the bench of a running bot ended with ${String(status)}`);
  return asJson ? JSON.parse(stdout) : null;
}

function report(withRecorded: boolean, rows: readonly BenchRow[], search: readonly SearchRow[], live: unknown): void {
  if (asJson) {
    process.stdout.write(`${JSON.stringify({ node: process.version, recorded: withRecorded, heldToOneCore: isHeld, rows, search, live }, null, 2)}\n`);
    return;
  }
  process.stdout.write(`Synthetic one-minute candles (mix, seed 1) unless a row says otherwise; each row in a process of its own${isHeld ? ", those that do not load held to one core" : ", none of which could be held to one core"}; medians of 11 after 40 others (of 3 after one for the 50 symbols); Node ${process.version}.\n`);
  process.stdout.write(
    renderTable(
      ["work", "candles", "ms", "million/s", "fills"],
      rows.map((row) => [row.name, row.candles.toLocaleString("en-US"), row.milliseconds.toFixed(0), (row.candlesPerSecond / 1e6).toFixed(1), row.fills?.toLocaleString("en-US") ?? ""]),
      [1, 2, 3, 4],
    ),
  );
  const [one, two] = search;
  if (one && two) {
    const rate = (trials: number, milliseconds: number): string => `${milliseconds.toFixed(0)} ms, ${((trials * CANDLES) / milliseconds / 1_000).toFixed(1)} million candles/s`;
    for (const { threads, trials, firstMilliseconds, laterMilliseconds } of search) {
      const where = threads === 1 ? "1 thread on one core" : `${threads} threads on ${threads} cores`;
      process.stdout.write(`${trials} sets of a fixed grid, ${where}: the first ${rate(trials, firstMilliseconds)}; the next ${rate(trials, laterMilliseconds)}\n`);
    }
    const gain = (of: (row: SearchRow) => number): string => (of(one) / of(two)).toFixed(2);
    process.stdout.write(`Two threads are ${gain((row) => row.firstMilliseconds)} times one with the first ${one.trials}, in which each compiles the engine for itself, and ${gain((row) => row.laterMilliseconds)} times with the next; medians of ${SEARCH_ROUNDS} in turns.\n`);
  }
  if (!withRecorded) process.stdout.write("No recorded market data beside the checkout: nothing here was measured on real candles.\n");
}
