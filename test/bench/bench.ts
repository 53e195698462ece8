/**
 * `npm run bench`: how fast the backtester is, on one core, after loading. Every row is measured in this run, so that
 * rows can be compared with one another; figures of other runs and machines cannot.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Bench } from "tinybench";
import { agents } from "../../agents/index.ts";
import { hashSeries } from "../../src/adapters/candles/hash.ts";
import { prepare } from "../../src/app/backtest/prepare.ts";
import { backtestSteps } from "../../src/app/backtest/run.ts";
import { figures } from "../../src/app/backtest/figures.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { readDefinition } from "../../src/cli/definition-file.ts";
import { renderTable } from "../../src/cli/table.ts";
import { createMarket } from "../../src/core/synthetic/market.ts";
import type { CandleSeries } from "../../src/core/candle.ts";
import type { BacktestPlan } from "../../src/app/backtest/plan.ts";
import { strategies } from "../../strategies/index.ts";

/** Two years of minutes. */
const CANDLES = 1_051_200;
const json = process.argv.includes("--json");

interface Case {
  readonly name: string;
  readonly overrides: readonly { readonly path: readonly string[]; readonly value: unknown; readonly flag: string }[];
  readonly agentNames?: readonly string[];
  readonly strategyNames?: readonly string[];
}

const set = (path: string, value: unknown) => ({ path: path.split("."), value, flag: `--set ${path}` });
const CASES: readonly Case[] = [
  { name: "default: whole council, grid and DCA, hourly decisions", overrides: [] },
  { name: "grid alone, 50 geometric levels within 20 %", overrides: [set("strategies.grid.levels", 50), set("strategies.grid.width", 0.1)], agentNames: [], strategyNames: ["grid"] },
  { name: "DCA deals alone, 8 safety orders", overrides: [set("strategies.dca.safetyOrders", 8)], agentNames: [], strategyNames: ["dca"] },
];

const { text, name } = await readDefinition("default");
const { series } = createMarket({ kind: "mix", seed: 1, days: CANDLES / 1_440, timeframe: 60_000, start: Date.UTC(2022, 0, 1), price: 42_000, priceStep: 0.01 });
const hash = hashSeries(series);

function planOf(one: Case, candles: CandleSeries): BacktestPlan {
  const definition = loadDefinition({ ...one, text, name, agents, strategies });
  const dataset = { symbol: "BTC/USDT", series: candles, hash, synthetic: true, description: "bench", notes: [], filters: null };
  return prepare(definition, [dataset], agents, strategies).plan;
}

function runWhole(plan: BacktestPlan): number {
  const steps = backtestSteps(plan);
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return figures(next.value, plan).fills;
}

const bench = new Bench({ iterations: 5, time: 0, warmupIterations: 2, warmupTime: 0 });
const fills: number[] = [];
CASES.forEach((one, at) => bench.add(one.name, () => void (fills[at] = runWhole(planOf(one, series)))));
await bench.run();

const rows = bench.tasks.map((task, at) => {
  const { result } = task;
  if (!("latency" in result)) throw new Error(`${task.name} did not run: ${result.state}`);
  const milliseconds = result.latency.p50;
  return { name: task.name, milliseconds, candlesPerSecond: (CANDLES / milliseconds) * 1_000, fills: fills[at] ?? 0 };
});
if (json) process.stdout.write(`${JSON.stringify({ candles: CANDLES, synthetic: true, node: process.version, rows }, null, 2)}\n`);
else {
  process.stdout.write(`${CANDLES.toLocaleString("en-US")} synthetic one-minute candles (mix, seed 1), one core, after loading; medians of 5 runs, Node ${process.version}.\n`);
  process.stdout.write(
    renderTable(
      ["work", "ms", "million candles/s", "fills"],
      rows.map((row) => [row.name, row.milliseconds.toFixed(0), (row.candlesPerSecond / 1e6).toFixed(1), row.fills.toLocaleString("en-US")]),
      [1, 2, 3],
    ),
  );
  const shared = join(import.meta.dirname, "..", "..", "..", "shared", "data");
  if (!existsSync(shared)) process.stdout.write("No recorded market data beside the checkout: nothing here was measured on real candles.\n");
}
