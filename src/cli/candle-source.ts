import { hashSeries } from "../adapters/candles/hash.ts";
import { assertSound, readCandleFile } from "../adapters/candles/read.ts";
import { listCandles, loadCandles } from "../adapters/candles/store.ts";
import { parseSyntheticSpec, SYNTHETIC_PREFIX } from "../app/synthetic-spec.ts";
import { suggestion } from "../app/definition/problems.ts";
import type { CandleSeries } from "../core/candle.ts";
import { resample } from "../core/resample.ts";
import { createMarket } from "../core/synthetic/market.ts";
import { formatTimeframe } from "../core/timeframe.ts";
import { UserError } from "../core/user-error.ts";
import type { CandleSource, Dataset, DatasetRequest } from "../ports/candles.ts";
import { basename } from "node:path";

const STORE_PREFIX = "store:";

/** Candles from where a definition says: a synthetic market, the store in `dataDir`, or a file. */
export function candleSource(dataDir: string): CandleSource {
  return {
    async load(request) {
      const { source } = request;
      if (source.startsWith(SYNTHETIC_PREFIX)) return synthetic(request);
      if (source.startsWith(STORE_PREFIX)) return stored(request, dataDir);
      return fromFile(request);
    },
  };
}

function synthetic({ symbol, source, seed, timeframe }: DatasetRequest): Dataset {
  const options = parseSyntheticSpec(source, symbol, seed);
  const series = coarser(createMarket(options).series, timeframe, symbol);
  return { symbol, series, hash: hashSeries(series), synthetic: true, description: source, notes: [], filters: null };
}

async function fromFile({ symbol, source, timeframe, volumeIn }: DatasetRequest): Promise<Dataset> {
  const [base = ""] = symbol.split("/");
  const file = await readCandleFile(source, { base, volumeIn });
  assertSound(file, source);
  const series = coarser(file.series, timeframe, symbol);
  return { symbol, series, hash: hashSeries(series), synthetic: false, description: basename(source), notes: file.notes, filters: null };
}

async function stored({ symbol, source, timeframe }: DatasetRequest, dataDir: string): Promise<Dataset> {
  const exchange = source.slice(STORE_PREFIX.length);
  const shelves = await listCandles(dataDir);
  const own = shelves.filter((one) => one.exchange === exchange && one.symbol === symbol);
  // The finest candles that divide what is wanted fill orders best.
  const found = own.find((one) => timeframe === null || timeframe % one.timeframeMs === 0);
  if (!found) {
    const wanted = timeframe === null ? "" : ` of ${formatTimeframe(timeframe)} or finer`;
    const known = [...new Set(shelves.map((one) => `${one.exchange} ${one.symbol} ${one.timeframe}`))];
    const there = known.length === 0 ? `the store in ${dataDir} is empty` : `there are${suggestion(`${exchange} ${symbol}`, known).replace(/^; (known are|did you mean)/, "")}`;
    throw new UserError(`candles: ${source}: no candles of ${symbol}${wanted} are stored; ${there}. Get them with \`caucus data download\` or \`caucus data import\`.`);
  }
  const content = await loadCandles(dataDir, found);
  if (!content) throw new UserError(`candles: ${source}: the candles of ${symbol} have gone while they were read.`);
  const series = coarser(content.series, timeframe, symbol);
  const hash = series === content.series ? content.manifest.hash : hashSeries(series);
  return { symbol, series, hash, synthetic: false, description: `${exchange} ${found.timeframe} (stored)`, notes: [], filters: content.manifest.filters };
}

function coarser(series: CandleSeries, timeframe: number | null, symbol: string): CandleSeries {
  if (timeframe === null || timeframe === series.timeframe) return series;
  if (timeframe % series.timeframe !== 0) {
    throw new UserError(`timeframe.fill: ${formatTimeframe(timeframe)} is no multiple of the ${formatTimeframe(series.timeframe)} candles of ${symbol}; candles can be made longer, not shorter.`);
  }
  return resample(series, timeframe);
}
