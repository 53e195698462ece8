import { z } from "zod";
import type { Source } from "../../../ports/source.ts";
import { marketFigure } from "./market-figure.ts";
import type { SwapClient } from "./swap-client.ts";

const HOUR = 3_600_000;

const row = z
  .object({ timestamp: z.number().int().positive(), longShortRatio: z.number().positive().max(1_000) })
  .transform(({ timestamp, longShortRatio }) => ({ time: timestamp, value: longShortRatio }));

/** Accounts that are long over accounts that are short in perpetual swaps, hourly; 1 when as many are. */
export function longShort(swap: SwapClient, every?: number): Source {
  return marketFigure(
    {
      name: "long-short",
      title: "accounts long over accounts short in the perpetual swap, hourly",
      period: HOUR,
      every: HOUR / 4,
      lasts: 6 * HOUR,
      // The hour may be stamped with its begin.
      delay: HOUR + HOUR / 12,
      lookback: 6 * HOUR,
      reach: { binance: 29 * 24 * HOUR },
      has: (client) => client.has["fetchLongShortRatioHistory"] === true,
      rows: (client, market, { since, until, limit }) =>
        // ccxt knows no begin and end of Bybit's; the venue's own parameters pass through.
        client.fetchLongShortRatioHistory(market, "1h", since, limit, client.id === "bybit" ? { startTime: since, endTime: until - 1 } : { until: until - 1 }),
      row,
    },
    swap,
    every,
  );
}
