import { createHash } from "node:crypto";
import type { Redis } from "ioredis";
import { z } from "zod";
import { allocateSeries, CANDLE_COLUMNS, type CandleSeries } from "../../../core/candle.ts";
import { RunError } from "../../../core/user-error.ts";
import { CANDLES_LIFE, chunkKey, seriesKey } from "./keys.ts";

/** Bytes of one part: far under the 512 MB that a value may have, and soon sent. */
const CHUNK = 4 * 2 ** 20;
const ROW = CANDLE_COLUMNS.length * Float64Array.BYTES_PER_ELEMENT;

const seriesSchema = z.strictObject({ length: z.number().int().positive(), timeframe: z.number().positive() });

/** Puts a series into Redis unless it is there, and gives the hash that it stands under and all its keys. */
export async function publishSeries(redis: Redis, series: CandleSeries): Promise<{ hash: string; keys: readonly string[] }> {
  const bytes = bytesOf(series);
  const hash = hashOf(bytes);
  const chunks = Array.from({ length: chunksOf(series.length) }, (_, at) => chunkKey(hash, at));
  const keys = [...chunks, seriesKey(hash)];
  const renewed = await Promise.all(keys.map((key) => redis.pexpire(key, CANDLES_LIFE)));
  if (renewed.every((found) => found === 1)) return { hash, keys };
  for (const [at, key] of chunks.entries()) await redis.set(key, bytes.subarray(at * CHUNK, (at + 1) * CHUNK), "PX", CANDLES_LIFE);
  await redis.set(seriesKey(hash), JSON.stringify({ length: series.length, timeframe: series.timeframe }), "PX", CANDLES_LIFE);
  return { hash, keys };
}

/** The series that stands under a hash, over memory that threads can share. Throws a `RunError` when it is not there or is another one. */
export async function fetchSeries(redis: Redis, hash: string): Promise<CandleSeries> {
  const described = await redis.get(seriesKey(hash));
  if (described === null) throw missing(hash);
  const { length, timeframe } = seriesSchema.parse(JSON.parse(described));
  const series = allocateSeries(length, timeframe);
  // The six columns lie one behind the other over one buffer.
  const bytes = new Uint8Array(series.time.buffer);
  for (let at = 0; at < chunksOf(length); at++) {
    const chunk = await redis.getBuffer(chunkKey(hash, at));
    if (chunk?.length !== Math.min(CHUNK, bytes.length - at * CHUNK)) throw missing(hash);
    bytes.set(chunk, at * CHUNK);
  }
  if (hashOf(bytes) === hash) return series;
  // Without its description the next search writes them again.
  await redis.del(seriesKey(hash));
  throw new RunError(`the candles ${hash.slice(0, 12)} in Redis are not those of the search: their hash is another one`);
}

function chunksOf(length: number): number {
  return Math.ceil((length * ROW) / CHUNK);
}

/** The columns one behind the other: the bytes that a dataset's hash is taken over. */
function bytesOf(series: CandleSeries): Buffer {
  return Buffer.concat(CANDLE_COLUMNS.map((column) => new Uint8Array(series[column].buffer, series[column].byteOffset, series[column].byteLength)));
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function missing(hash: string): RunError {
  return new RunError(`the candles ${hash.slice(0, 12)} are not in Redis any more`);
}
