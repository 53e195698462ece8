import { z } from "zod";
import type { Source } from "../../../ports/source.ts";
import { marketFigure } from "./market-figure.ts";
import type { SwapClient } from "./swap-client.ts";

const HOUR = 3_600_000;
const amount = z.number().positive().optional().catch(undefined);

/** The quantity where it is told, since the worth rises with the price alone. */
const row = z
  .object({ timestamp: z.number().int().positive(), openInterestAmount: amount, openInterestValue: amount })
  .refine((one) => (one.openInterestAmount ?? one.openInterestValue) !== undefined, "no open interest in it")
  .transform((one) => ({ time: one.timestamp, value: one.openInterestAmount ?? one.openInterestValue ?? 0 }));

/** Open interest of perpetual swaps, hourly: contracts that are held, in base (in quote where a venue tells nothing else). */
export function openInterest(swap: SwapClient, every?: number): Source {
  return marketFigure(
    {
      name: "open-interest",
      title: "open interest of the perpetual swap, hourly",
      period: HOUR,
      every: HOUR / 4,
      lasts: 26 * HOUR,
      // The hour may be stamped with its begin.
      delay: HOUR + HOUR / 12,
      lookback: 26 * HOUR,
      reach: { binance: 29 * 24 * HOUR },
      has: (client) => client.has["fetchOpenInterestHistory"] === true,
      rows: (client, market, { since, until, limit }) => client.fetchOpenInterestHistory(market, "1h", since, limit, { until: until - 1 }),
      row,
    },
    swap,
    every,
  );
}
