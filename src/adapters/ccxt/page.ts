import type { Exchange } from "ccxt";
import { z } from "zod";
import type { Candle } from "../../core/candle.ts";
import { RunError } from "../../core/user-error.ts";
import { type Patience, readPatiently } from "./retry.ts";

/** Reads candles of one market from `since` (epoch milliseconds) on, in order of time; `[]` when the venue has none there. */
export type ReadPage = (timeframe: string, since: number) => Promise<Candle[]>;

const MOST = 1_000;
/** [time, open, high, low, close, volume]; ccxt gives undefined where a venue gave nothing. */
const pageSchema = z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]).rest(z.unknown()));

/** How many candles to ask an exchange for at once. More than it gives would move the window of some (Bitget's) past candles. */
export function pageSize(client: Exchange, symbol: string): number {
  const limit: unknown = client.featureValue(symbol, "fetchOHLCV", "limit");
  return typeof limit === "number" && limit >= 1 ? Math.min(MOST, Math.floor(limit)) : MOST;
}

/** A reader of pages that asks again when an answer fails, is torn or is no JSON. */
export function pageReader(client: Exchange, symbol: string, size: number, patience: Patience, signal?: AbortSignal): ReadPage {
  return async (timeframe, since) => {
    const call = async (): Promise<unknown> => {
      const answer = await client.fetchOHLCV(symbol, timeframe, since, size);
      assertWhole(client);
      return answer;
    };
    const what = `candles of ${symbol}`;
    const rows = pageSchema.safeParse(await readPatiently(client, what, call, patience, signal));
    if (!rows.success) throw new RunError(`${what}: ${client.id} answered with something that is no candle: ${rows.error.issues[0]?.message ?? ""}`);
    return rows.data.map(([time, open, high, low, close, volume]) => ({ time, open, high, low, close, volume }));
  };
}

/** ccxt takes a torn or HTML answer with status 200 for one without candles; going on from there would lose them. */
function assertWhole(client: Exchange): void {
  const text: unknown = client.last_http_response;
  if (typeof text !== "string") return;
  try {
    JSON.parse(text);
  } catch {
    throw new Error("the answer was no whole JSON");
  }
}
