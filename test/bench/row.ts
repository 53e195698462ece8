/** One row of `npm run bench` in a process of its own, as a backtest is: what ran before would shape how the engine is compiled. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Bench } from "tinybench";
import { readCandleFile } from "../../src/adapters/candles/read.ts";
import { loadCandles, saveCandles } from "../../src/adapters/candles/store.ts";
import { csvPieces } from "../../src/adapters/candles/write-csv.ts";
import { sharedData } from "../shared-data.ts";
import { CANDLES, type Case, DCA, DEFAULT, FIXED, GRID, RECORDED, planOf, runWhole, series } from "./cases.ts";
import { manyDatasets, manyPlan } from "./many.ts";
import { type BenchRow, ROWS, runsOf } from "./rows.ts";

const SHELF = { exchange: "bench", symbol: "BTC/USDT", timeframe: "1m" };
const CASES: Readonly<Record<string, Case>> = { council: DEFAULT, fixed: FIXED, follows: GRID, dca: DCA, recorded: DEFAULT };

const id = process.argv[2] ?? "";
const bench = new Bench({ ...runsOf(id), time: 0, warmupTime: 0 });
const folder = await mkdtemp(join(tmpdir(), "caucus-bench-"));
try {
  const { candles, fills } = await prepareRow();
  await bench.run();
  const [task] = bench.tasks;
  if (!task || !("latency" in task.result)) throw new Error(`${id} did not run`);
  const milliseconds = task.result.latency.p50;
  const row: BenchRow = { name: ROWS[id] ?? id, candles, milliseconds, candlesPerSecond: (candles / milliseconds) * 1_000, fills: fills() };
  process.stdout.write(`${JSON.stringify(row)}\n`);
} finally {
  await rm(folder, { recursive: true });
}

async function prepareRow(): Promise<{ readonly candles: number; readonly fills: () => number | null }> {
  const one = CASES[id];
  if (one) {
    const recorded = sharedData("candles_1m", RECORDED);
    const candles = id === "recorded" && recorded !== null ? (await readCandleFile(recorded)).series : series;
    const plan = planOf(one, candles);
    let fills = 0;
    bench.add(id, () => {
      fills = runWhole(plan);
    });
    return { candles: candles.length, fills: () => fills };
  }
  if (id === "many") {
    const datasets = manyDatasets();
    const plan = await manyPlan(datasets);
    let fills = 0;
    bench.add(id, () => {
      fills = runWhole(plan);
    });
    return { candles: datasets.reduce((sum, { series: { length } }) => sum + length, 0), fills: () => fills };
  }
  if (id === "store") {
    await saveCandles(folder, { shelf: SHELF, series, source: "bench" });
    bench.add(id, () => loadCandles(folder, SHELF));
  } else {
    const file = join(folder, "bench.csv");
    await writeFile(file, [...csvPieces(series)].join(""));
    bench.add(id, () => readCandleFile(file));
  }
  return { candles: CANDLES, fills: () => null };
}
