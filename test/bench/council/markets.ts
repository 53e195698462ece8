import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { hashSeries } from "../../../src/adapters/candles/hash.ts";
import { assertSound, readCandleFile } from "../../../src/adapters/candles/read.ts";
import { allocateSeries, CANDLE_COLUMNS, type CandleSeries } from "../../../src/core/candle.ts";
import { UserError } from "../../../src/core/user-error.ts";
import type { Dataset } from "../../../src/ports/candles.ts";
import { sharedData } from "../../shared-data.ts";

/** Development: the first three quarters of a market. Final: its last quarter, which only the final table may touch. */
export type Part = "development" | "final";

/** A recorded market and how it is decided on. */
export interface RecordedMarket {
  /** "BTC/USDT 1h 202009-202406". */
  readonly name: string;
  readonly path: string;
  readonly symbol: string;
  /** Timeframe of decisions. */
  readonly decision: "1h" | "1d";
  readonly volumeIn: "base" | "quote";
}

/** The candles that a part is run on. */
export interface PartCandles {
  readonly dataset: Dataset;
  /** First candle that is traded; those before it warm the agents up. */
  readonly from: number;
}

const FOLDERS = ["candles_1h", "candles_5m", "candles_1m", "candles_1d"] as const;
const NAME = /^(binance|yahoo)_([A-Z]+?)(USDT|USD)_(1m|5m|1h|1d)_(.+)\.(csv|json)\.gz$/;
/** Of a market's candles, how many are for development. */
const DEVELOPMENT = 0.75;
/** Decision bars before the first trade, for every run alike: what the default council asks for, with some to spare. */
const WARMUP_BARS = 288;
const HOUR = 3_600_000;
/** Decision bars that a market must have: under this its last quarter is too short to say anything. */
const LEAST_BARS: Readonly<Record<RecordedMarket["decision"], number>> = { "1h": 700, "1d": 2_000 };

/** The markets of the recorded data, coarse candles first; empty when there is none beside the checkout. */
export function recordedMarkets(): RecordedMarket[] {
  const markets: RecordedMarket[] = [];
  for (const folder of FOLDERS) {
    const path = sharedData(folder);
    if (path === null || !existsSync(path)) continue;
    for (const file of readdirSync(path).toSorted()) {
      const [, venue, base, quote, timeframe, span] = NAME.exec(file) ?? [];
      if (base === undefined || span === undefined) continue;
      const isDaily = timeframe === "1d";
      markets.push({
        name: `${base}/${quote ?? ""} ${timeframe ?? ""} ${span.replace("_", "-")}`,
        path: join(path, file),
        symbol: `${base}/${quote ?? ""}`,
        decision: isDaily ? "1d" : "1h",
        volumeIn: venue === "yahoo" ? "quote" : "base",
      });
    }
  }
  return markets;
}

/** Reads one part of a market. Of development nothing later is kept: its candles are a copy that ends there. Throws a `UserError` for what cannot be used. */
export async function readPart(market: RecordedMarket, part: Part): Promise<PartCandles> {
  const file = await readCandleFile(market.path, { base: market.symbol.split("/")[0] ?? "", volumeIn: market.volumeIn });
  assertSound(file, market.path);
  const decision = (market.decision === "1d" ? 24 : 1) * HOUR;
  const { series } = file;
  if ((series.length * series.timeframe) / decision < LEAST_BARS[market.decision]) {
    throw new UserError(`${market.name}: fewer than ${LEAST_BARS[market.decision]} decision bars`);
  }
  const split = Math.floor(DEVELOPMENT * series.length);
  const kept = part === "final" ? series : firstOf(series, split);
  const from = part === "final" ? split : (WARMUP_BARS * decision) / series.timeframe;
  return {
    dataset: { symbol: market.symbol, series: kept, hash: hashSeries(kept), synthetic: false, description: market.name, notes: [], filters: null },
    from,
  };
}

function firstOf(series: CandleSeries, length: number): CandleSeries {
  const copy = allocateSeries(length, series.timeframe);
  for (const column of CANDLE_COLUMNS) copy[column].set(series[column].subarray(0, length));
  return copy;
}
