import { z } from "zod";
import type { Source } from "../../../ports/source.ts";
import { marketFigure } from "./market-figure.ts";
import type { SwapClient } from "./swap-client.ts";

const HOUR = 3_600_000;

const row = z
  .object({ timestamp: z.number().int().positive(), fundingRate: z.number().min(-1).max(1) })
  .transform(({ timestamp, fundingRate }) => ({ time: timestamp, value: fundingRate }));

/** Funding rates of perpetual swaps, as they were paid: a fraction of the position per interval, above 0 when longs pay shorts. */
export function funding(swap: SwapClient, every?: number): Source {
  return marketFigure(
    {
      name: "funding",
      title: "funding rate of the perpetual swap, fraction per interval",
      period: 8 * HOUR,
      every: HOUR / 2,
      lasts: 26 * HOUR,
      delay: HOUR / 6,
      lookback: 26 * HOUR,
      has: (client) => client.has["fetchFundingRateHistory"] === true,
      rows: (client, market, { since, until, limit }) =>
        // OKX's pages go backwards from `after`; ccxt passes it on.
        client.fetchFundingRateHistory(market, since, limit, client.id === "okx" ? { after: String(until) } : { until: until - 1 }),
      row,
    },
    swap,
    every,
  );
}
