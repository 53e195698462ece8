import { agents } from "../../../agents/index.ts";
import { loadDatasets } from "../../../src/app/backtest/session.ts";
import { definitionWith, type TrialContext } from "../../../src/app/optimize/context.ts";
import { candleSource } from "../../../src/cli/candle-source.ts";
import { strategies } from "../../../strategies/index.ts";

/** The program's agents and strategies. */
export const catalogue = { agents, strategies };

/** A small grid on hourly candles of a made-up range, and what is searched in it. */
export function searchText(search: string, candles = "synthetic:range?days=40&timeframe=1h"): string {
  return `
candles: ${candles}
agents: none
strategies:
  grid:
    levels: 12
search:
  trials: 20
  folds: 2
${search}
`;
}

/** Three parameters, one of each kind. */
export const THREE = `  parameters:
    strategies.grid.levels: { from: 6, to: 24 }
    strategies.grid.width: { from: 0.02, to: 0.2, scale: log }
    strategies.grid.outOfRange: { values: [wait, recentre, close] }
`;

/** A context with its candles loaded. */
export async function contextOf(text: string, name = "search.yaml"): Promise<TrialContext> {
  const bare = { text, name, overrides: [] };
  const datasets = await loadDatasets(definitionWith(bare, {}, null, catalogue), candleSource("nowhere"));
  return { ...bare, datasets };
}
