import { agents } from "../../agents/index.ts";
import { strategies } from "../../strategies/index.ts";
import { listCandles } from "../adapters/candles/store.ts";
import { loadDatasets } from "../app/backtest/session.ts";
import type { Definition } from "../app/definition/schema.ts";
import { candidatesOf, choiceSteps, choosesMarkets } from "../app/ranking/choose.ts";
import { parseInstant } from "../core/instant.ts";
import { UserError } from "../core/user-error.ts";
import { candleSource } from "./candle-source.ts";
import { drive } from "./drive.ts";
import { createProgress } from "./progress.ts";

/** What the store in `dataDir` has of an exchange, by name. */
export function storedSymbols(dataDir: string): (exchange: string) => Promise<string[]> {
  return async (exchange) => [...new Set((await listCandles(dataDir)).filter((one) => one.exchange === exchange).map(({ symbol }) => symbol))].toSorted();
}

/** Where a definition's markets are chosen. */
export interface MarketsDesk {
  readonly dataDir: string;
  readonly signal: AbortSignal;
  /** The start of trading where that is now, epoch milliseconds; null where the definition's `from` is. */
  readonly now: number | null;
  /** Symbols that the command line names. */
  readonly symbolFlag: string | undefined;
}

/** A definition with its markets chosen, as its section `markets` says; the same one where it has none. */
export async function withMarkets(definition: Definition, { dataDir, signal, now, symbolFlag }: MarketsDesk): Promise<Definition> {
  if (!choosesMarkets(definition)) return definition;
  if (symbolFlag !== undefined && definition.markets.from !== undefined) throw new UserError(`--symbol ${symbolFlag}: the definition chooses its symbols from markets.from; take that out, or leave the flag out.`);
  const at = now ?? (definition.from === undefined ? null : parseInstant(definition.from));
  if (at === null) throw new UserError("markets: symbols are chosen by what had happened before trading starts; set `from` to a date after the first candles.");
  const candidates = await candidatesOf(definition, storedSymbols(dataDir));
  const datasets = await loadDatasets(candidates, candleSource(dataDir));
  if (now !== null && datasets.some(({ synthetic }) => synthetic)) throw new UserError("markets: symbols for a real market cannot be chosen by synthetic candles; write markets.from: store:<exchange>, or name such candles in `candles`, and bring them up to date with `caucus data download`.");
  const { definition: chosen } = await drive(choiceSteps({ definition, candidates, datasets, at, agents, strategies }), createProgress("markets"), signal);
  return chosen;
}
