import { join } from "node:path";
import type { Definition } from "../../app/definition/schema.ts";
import { createEngine } from "../../exchange/engine/engine.ts";
import type { Engine, ExchangePlan } from "../../exchange/engine/model.ts";
import { recordEngine } from "../../exchange/recorded.ts";
import { type Exchange, startExchange } from "../../exchange/server.ts";
import type { Dataset } from "../../ports/candles.ts";
import { marketsOf, planHash } from "../exchange-plan.ts";

/** The key of the account that a replay trades with; it opens nothing but the local exchange. */
export const REPLAY_KEY = { apiKey: "replay-key", secret: "replay-secret" };

/** Of the backtest's fill model the local exchange has the path that goes to the nearer extreme first, and fills at a touch. */
export function exchangePlanOf(definition: Definition, datasets: readonly Dataset[]): ExchangePlan {
  const markets = marketsOf(datasets, (symbol) => {
    const single = Object.fromEntries(Object.entries(definition.instruments[symbol] ?? {}).filter(([, value]) => value !== undefined));
    return { ...definition.instrument, ...single };
  });
  const quote = definition.symbols[0]?.split("/")[1] ?? "";
  return {
    markets,
    accounts: [{ ...REPLAY_KEY, balances: { [quote]: String(definition.capital) } }],
    fees: { maker: definition.fees.maker, taker: definition.fees.taker },
    volumeShare: definition.fillModel.volumeShare,
    seed: definition.seed,
  };
}

/** The local exchange of a replay; what happens on it is kept in the state folder, so that it can be gone on with. */
export interface ReplayExchange {
  readonly exchange: Exchange;
  readonly engine: Engine;
  readonly close: () => Promise<void>;
}

/** Opens the exchange of a replay, as it was when the last run ended. */
export async function openReplayExchange(definition: Definition, datasets: readonly Dataset[], folder: string): Promise<ReplayExchange> {
  const plan = exchangePlanOf(definition, datasets);
  const engine = recordEngine(createEngine(plan), join(folder, "exchange.jsonl"), planHash(plan, datasets));
  const exchange = await startExchange({ engine, port: 0, limits: UNLIMITED });
  return {
    exchange,
    engine,
    close: async () => {
      await exchange.close();
      engine.closeRecord();
    },
  };
}

/** A replay plays months in seconds: limits by the wall clock would say nothing. */
const UNLIMITED = { weightPerMinute: Number.MAX_SAFE_INTEGER, ordersPerTenSeconds: Number.MAX_SAFE_INTEGER };
