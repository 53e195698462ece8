import { strategyEntry, type StrategyEntry } from "../src/core/strategy-entry.ts";
import { dca } from "./dca.ts";
import { grid } from "./grid.ts";
import { manual } from "./manual.ts";
import { rebalance } from "./rebalance.ts";
import { signal } from "./signal.ts";

/** Every strategy, by name. To add one: write its file, add a line here, add a test. */
export const strategies: readonly StrategyEntry[] = [strategyEntry(dca), strategyEntry(grid), strategyEntry(manual), strategyEntry(rebalance), strategyEntry(signal)];
