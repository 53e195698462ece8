/**
 * `npm run bench`: how fast the backtester is, on one core. Every row is measured in this run, so that rows can be
 * compared with one another; figures of other runs and machines cannot.
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Bench } from "tinybench";
import { agents } from "../../agents/index.ts";
import { hashSeries } from "../../src/adapters/candles/hash.ts";
import { readCandleFile } from "../../src/adapters/candles/read.ts";
import { loadCandles, saveCandles } from "../../src/adapters/candles/store.ts";
import { csvPieces } from "../../src/adapters/candles/write-csv.ts";
import { createPool } from "../../src/adapters/search/pool.ts";
import { figures } from "../../src/app/backtest/figures.ts";
import { prepare } from "../../src/app/backtest/prepare.ts";
import type { BacktestPlan } from "../../src/app/backtest/plan.ts";
import type { TrialContext } from "../../src/app/optimize/context.ts";
import { backtestSteps } from "../../src/app/backtest/run.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { readDefinition } from "../../src/cli/definition-file.ts";
import { renderTable } from "../../src/cli/table.ts";
import type { CandleSeries } from "../../src/core/candle.ts";
import { createMarket } from "../../src/core/synthetic/market.ts";
import { strategies } from "../../strategies/index.ts";
import { sharedData } from "../shared-data.ts";

const asJson = process.argv.includes("--json");
/** Sets of a search. */
const SEARCHED = 200;
/** Two years of minutes. */
const CANDLES = 1_051_200;
const RECORDED = "binance_BTCUSDT_1m_20250520_20250818.csv.gz";

interface Case {
  readonly overrides: readonly { readonly path: readonly string[]; readonly value: unknown; readonly flag: string }[];
  readonly agentNames?: readonly string[];
  readonly strategyNames?: readonly string[];
}

const set = (path: string, value: unknown) => ({ path: path.split("."), value, flag: `--set ${path}` });
const DEFAULT: Case = { overrides: [] };
/** Levels that stay where they are, ten per cent either side of the first price. */
const FIXED: Case = {
  overrides: [set("strategies.grid.levels", 50), set("strategies.grid.lower", 38_000), set("strategies.grid.upper", 46_000), set("strategies.grid.spacing", "geometric")],
  agentNames: [],
  strategyNames: ["grid"],
};
/** The same many around the price, built anew when the price leaves them; what the old ones hold keeps its exits. */
const GRID: Case = { overrides: [set("strategies.grid.levels", 50), set("strategies.grid.width", 0.1)], agentNames: [], strategyNames: ["grid"] };
const DCA: Case = { overrides: [set("strategies.dca.safetyOrders", 8)], agentNames: [], strategyNames: ["dca"] };

const { text, name } = await readDefinition("default");
const { series } = createMarket({ kind: "mix", seed: 1, days: CANDLES / 1_440, timeframe: 60_000, start: Date.UTC(2022, 0, 1), price: 42_000, priceStep: 0.01 });

function planOf(one: Case, candles: CandleSeries): BacktestPlan {
  const definition = loadDefinition({ ...one, text, name, agents, strategies });
  const dataset = { symbol: "BTC/USDT", series: candles, hash: hashSeries(candles), synthetic: true, description: "bench", notes: [], filters: null };
  return prepare(definition, [dataset], agents, strategies).plan;
}

function runWhole(plan: BacktestPlan): number {
  const steps = backtestSteps({ ...plan, keeps: "figures" });
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return figures(next.value, plan).fills;
}

const bench = new Bench({ iterations: 5, time: 0, warmupIterations: 2, warmupTime: 0 });
const work: { readonly candles: number; fills: number | null }[] = [];

/** Prepared before it is timed: bars are made and the candles are hashed when they are loaded. */
function addRun(title: string, one: Case, candles: CandleSeries): void {
  const row = { candles: candles.length, fills: 0 };
  work.push(row);
  const plan = planOf(one, candles);
  bench.add(title, () => {
    row.fills = runWhole(plan);
  });
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

function addLoad(title: string, load: () => Promise<unknown>): void {
  work.push({ candles: CANDLES, fills: null });
  bench.add(title, load);
}

const folder = await mkdtemp(join(tmpdir(), "caucus-bench-"));
try {
  addRun("default: whole council, grid, DCA", DEFAULT, series);
  addRun("fixed grid, 50 levels within 20 %", FIXED, series);
  addRun("grid that follows, 50 levels within 20 %", GRID, series);
  addRun("DCA deals alone, 8 safety orders", DCA, series);
  const recorded = sharedData("candles_1m", RECORDED);
  if (recorded !== null) addRun("default, recorded BTC/USDT", DEFAULT, (await readCandleFile(recorded)).series);
  const shelf = { exchange: "bench", symbol: "BTC/USDT", timeframe: "1m" };
  await saveCandles(folder, { shelf, series, source: "bench" });
  await writeFile(join(folder, "bench.csv"), [...csvPieces(series)].join(""));
  addLoad("load from the store", () => loadCandles(folder, shelf));
  addLoad("load from CSV, with its check", () => readCandleFile(join(folder, "bench.csv")));
  await bench.run();
  const search = await searchRows();
  report(recorded !== null, search, asJson ? liveBench() : null);
} finally {
  await rm(folder, { recursive: true });
}
if (!asJson) {
  process.stdout.write("\n");
  liveBench();
}

/** A running bot with ten symbols, in a process of its own: what it takes from a closed candle to an order, and in memory. */
function liveBench(): unknown {
  const args = ["--max-semi-space-size=4", join(import.meta.dirname, "live.ts"), ...(asJson ? ["--json"] : [])];
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ["ignore", asJson ? "pipe" : "inherit", "inherit"], encoding: "utf8" });
  if (status !== 0) throw new Error(`the bench of a running bot ended with ${String(status)}`);
  return asJson ? JSON.parse(stdout) : null;
}

function report(withRecorded: boolean, search: Awaited<ReturnType<typeof searchRows>>, live: unknown): void {
  const rows = bench.tasks.map((task, at) => {
    const { result } = task;
    if (!("latency" in result)) throw new Error(`${task.name} did not run: ${result.state}`);
    const { candles = 0, fills = null } = work[at] ?? {};
    const milliseconds = result.latency.p50;
    return { name: task.name, candles, milliseconds, candlesPerSecond: (candles / milliseconds) * 1_000, fills };
  });
  if (asJson) {
    process.stdout.write(`${JSON.stringify({ node: process.version, recorded: withRecorded, rows, search, live }, null, 2)}\n`);
    return;
  }
  process.stdout.write(`Synthetic one-minute candles (mix, seed 1) unless a row says otherwise; one core; medians of 5; Node ${process.version}.\n`);
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
