import { z } from "zod";
import { type CandleSeries, indexAtOrAfter, sliceSeries } from "../../core/candle.ts";
import type { InstrumentFilters } from "../../core/instrument.ts";
import { parseTimeframe } from "../../core/timeframe.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import { checkMarket, type ClientOptions, openClient } from "./client.ts";
import { filtersOf } from "./filters.ts";
import { Keeper } from "./keeper.ts";
import { pageReader, pageSize } from "./page.ts";
import { PATIENT, type Patience, readPatiently } from "./retry.ts";
import { redirect } from "./venue/exchange.ts";
import { Walk } from "./walk.ts";

/** What is to be fetched, and where it is kept meanwhile. Times in epoch milliseconds. */
export interface Download {
  readonly exchange: string;
  readonly symbol: string;
  /** Such as `1m`. */
  readonly timeframe: string;
  readonly from: number;
  /** Exclusive; later than now means now. */
  readonly to: number;
  /** What an earlier download kept. */
  load(): Promise<CandleSeries | null>;
  /** Keeps what there is so far; called every few pages and at the end. */
  save(series: CandleSeries, filters: InstrumentFilters | null): Promise<void>;
  /** Share done, 0..1, and candles fetched so far. */
  onProgress?(done: number, candles: number): void;
  readonly signal?: AbortSignal;
  readonly clientOptions?: ClientOptions;
  /** Another address than the exchange's own, for a local one. */
  readonly url?: string;
  readonly patience?: Patience;
}

/** What a download brought. */
export interface Downloaded {
  /** The candles of the span that was asked for, also those that were there before. */
  readonly series: CandleSeries;
  readonly added: number;
  /** 1 when the last candle had not closed and was left out. */
  readonly droppedUnclosed: number;
  readonly notes: readonly string[];
  readonly filters: InstrumentFilters | null;
  /** True when it was stopped before its end; what was fetched is kept. */
  readonly stopped: boolean;
}

/** Fetches candles page by page, goes on where an earlier download stopped, and leaves out the candle that has not closed. */
export async function downloadCandles(request: Download): Promise<Downloaded> {
  const { exchange, symbol, timeframe, signal } = request;
  const length = parseTimeframe(timeframe);
  if (length === null) throw new UserError(`--timeframe ${timeframe}: write a timeframe such as 1m, 15m, 4h or 1d.`);
  const patience = request.patience ?? PATIENT;
  const client = await openClient(exchange, request.clientOptions);
  if (request.url !== undefined) redirect(client, { http: request.url, ws: request.url.replace(/^http/, "ws") });
  const ask = <Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> => readPatiently(client, what, call, patience, signal);
  const keeper = new Keeper(await request.load(), length, (series) => request.save(series, filtersOf(client, symbol)));
  let walk: Walk | null = null;
  let stopped = false;
  try {
    await ask("markets", () => checkMarket(client, symbol, timeframe));
    const now = client.has["fetchTime"] === true ? z.number().catch(() => Date.now()).parse(await ask("time", () => client.fetchTime())) : Date.now();
    const read = pageReader(client, symbol, pageSize(client, symbol), patience, signal);
    walk = new Walk({ exchange, timeframe, length, now, hasDays: "1d" in client.timeframes, read });
    await fetchMissing(request, keeper, walk, length, Math.min(request.to, now));
  } catch (error) {
    if (!signal?.aborted) throw error;
    stopped = true;
  } finally {
    // Whatever ended it, what was fetched is worth keeping.
    await keeper.save().finally(() => client.close());
  }
  const { series } = keeper;
  if (series.length === 0 && !stopped) throw new RunError(`${exchange} has no candles of ${symbol} in this span.`);
  const asked = sliceSeries(series, indexAtOrAfter(series, request.from), indexAtOrAfter(series, request.to));
  const first = series.time[0];
  const notes = [...(walk?.notes ?? [])];
  if (first !== undefined && !stopped && first >= request.from + length) {
    notes.push(`${exchange} gives no candles of ${symbol} before ${iso(first)}`);
  }
  return { series: asked, added: keeper.added, droppedUnclosed: typeof walk?.unclosed === "number" ? 1 : 0, notes, filters: filtersOf(client, symbol), stopped };
}

const PAGES_BETWEEN_SAVES = 25;
/** Candles per step backwards. */
const BLOCK = 10_000;

/**
 * Fetches what lies before and after the kept candles, so that these never have a hole that the venue has not:
 * backwards in whole blocks, forwards page by page. A hole left by a stop would look like one of the venue's for ever.
 */
async function fetchMissing(request: Download, keeper: Keeper, walk: Walk, length: number, to: number): Promise<void> {
  const { from, signal } = request;
  const kept = keeper.span;
  let bottom = kept ? Math.min(from, kept.from) : from;
  // One question spares a walk through years before the listing.
  if (kept && kept.from - bottom > BLOCK * length) bottom = await walk.earliest(bottom, kept.from);
  const start = kept?.to ?? from;
  const total = (kept ? kept.from - bottom : 0) + Math.max(0, to - start);
  let pages = 0;
  const turned = async (done: number): Promise<void> => {
    request.onProgress?.(Math.min(1, done / total), keeper.added + keeper.waiting);
    if (++pages % PAGES_BETWEEN_SAVES === 0) await keeper.save();
    signal?.throwIfAborted();
  };

  for (let top = kept?.from ?? bottom; top > bottom; ) {
    const floor = Math.max(bottom, top - BLOCK * length);
    const block = [];
    for await (const { candles } of walk.pages(floor, top)) block.push(...candles);
    keeper.prepend(block);
    top = floor;
    await turned((kept?.from ?? top) - top);
  }
  const before = total - Math.max(0, to - start);
  let joined = kept === null;
  for await (const { candles, reached } of walk.pages(start, to)) {
    const first = candles[0]?.time;
    if (!joined && first !== undefined && first > start) walk.notes.add(`${request.exchange} gives no candles of ${request.symbol} between ${iso(start)} and ${iso(first)}`);
    joined ||= first !== undefined;
    keeper.append(candles);
    await turned(before + reached - start);
  }
  if (kept && from > kept.to) walk.notes.add(fetchedToo(kept.to, from));
  if (kept && to < kept.from && bottom < kept.from) walk.notes.add(fetchedToo(Math.max(to, bottom), kept.from));
}

const iso = (time: number): string => new Date(time).toISOString();

function fetchedToo(from: number, to: number): string {
  return `the candles from ${iso(from)} to ${iso(to)} were fetched too, so that the kept ones have no hole`;
}
