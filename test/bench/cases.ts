import { agents } from "../../agents/index.ts";
import { hashSeries } from "../../src/adapters/candles/hash.ts";
import { figures } from "../../src/app/backtest/figures.ts";
import type { BacktestPlan } from "../../src/app/backtest/plan.ts";
import { prepare } from "../../src/app/backtest/prepare.ts";
import { backtestSteps } from "../../src/app/backtest/run.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { readDefinition } from "../../src/cli/definition-file.ts";
import type { CandleSeries } from "../../src/core/candle.ts";
import { createMarket } from "../../src/core/synthetic/market.ts";
import { strategies } from "../../strategies/index.ts";

/** Two years of minutes. */
export const CANDLES = 1_051_200;
/** A recorded market, where there is one. */
export const RECORDED = "binance_BTCUSDT_1m_20250520_20250818.csv.gz";

/** A definition as the bench runs it. */
export interface Case {
  readonly overrides: readonly { readonly path: readonly string[]; readonly value: unknown; readonly flag: string }[];
  readonly agentNames?: readonly string[];
  readonly strategyNames?: readonly string[];
}

const set = (path: string, value: unknown) => ({ path: path.split("."), value, flag: `--set ${path}` });
/** The shipped council with both strategies. */
export const DEFAULT: Case = { overrides: [] };
/** Levels that stay where they are, ten per cent either side of the first price. */
export const FIXED: Case = {
  overrides: [set("strategies.grid.levels", 50), set("strategies.grid.lower", 38_000), set("strategies.grid.upper", 46_000), set("strategies.grid.spacing", "geometric")],
  agentNames: [],
  strategyNames: ["grid"],
};
/** The same many around the price, built anew when the price leaves them; what the old ones hold keeps its exits. */
export const GRID: Case = { overrides: [set("strategies.grid.levels", 50), set("strategies.grid.width", 0.1)], agentNames: [], strategyNames: ["grid"] };
/** DCA deals alone. */
export const DCA: Case = { overrides: [set("strategies.dca.safetyOrders", 8)], agentNames: [], strategyNames: ["dca"] };

/** The definition that the cases change. */
export const { text, name } = await readDefinition("default");
/** Two years of a generated market. */
export const { series } = createMarket({ kind: "mix", seed: 1, days: CANDLES / 1_440, timeframe: 60_000, start: Date.UTC(2022, 0, 1), price: 42_000, priceStep: 0.01 });

/** A case on these candles, prepared: bars are made before anything is timed. */
export function planOf(one: Case, candles: CandleSeries): BacktestPlan {
  const definition = loadDefinition({ ...one, text, name, agents, strategies });
  const dataset = { symbol: "BTC/USDT", series: candles, hash: hashSeries(candles), synthetic: true, description: "bench", notes: [], filters: null };
  return prepare(definition, [dataset], agents, strategies).plan;
}

/** Runs a plan and gives its number of fills. */
export function runWhole(plan: BacktestPlan): number {
  const steps = backtestSteps({ ...plan, keeps: "figures" });
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return figures(next.value, plan).fills;
}

