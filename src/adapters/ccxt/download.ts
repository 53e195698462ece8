import type { Exchange } from "ccxt";
import { z } from "zod";
import { type Candle, type CandleSeries, indexAtOrAfter, seriesFrom, sliceSeries } from "../../core/candle.ts";
import { isPossible } from "../../core/candle-check.ts";
import { mergeSeries } from "../../core/candle-merge.ts";
import type { InstrumentFilters } from "../../core/instrument.ts";
import { parseTimeframe } from "../../core/timeframe.ts";
import { RunError, UserError } from "../../core/user-error.ts";
import { checkMarket, type ClientOptions, openClient } from "./client.ts";
import { filtersOf } from "./filters.ts";
import { PATIENT, type Patience, readPatiently } from "./retry.ts";

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
  readonly patience?: Patience;
}

/** What a download brought. */
export interface Downloaded {
  readonly series: CandleSeries;
  readonly added: number;
  readonly notes: readonly string[];
  readonly filters: InstrumentFilters | null;
  /** True when it was stopped before its end; what was fetched is kept. */
  readonly stopped: boolean;
}

const PAGE = 1_000;
const SAVE_EVERY = 25;
/** [time, open, high, low, close, volume]; ccxt gives null where a venue gave nothing. */
const pageSchema = z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]).rest(z.unknown()));

/** Fetches candles page by page, goes on where an earlier download stopped, and leaves out the candle that has not closed. */
export async function downloadCandles(request: Download): Promise<Downloaded> {
  const { symbol, timeframe } = request;
  const length = parseTimeframe(timeframe);
  if (length === null) throw new UserError(`--timeframe ${timeframe}: write a timeframe such as 1m, 15m, 4h or 1d.`);
  const patience = request.patience ?? PATIENT;
  const client = await openClient(request.exchange, request.clientOptions);
  const ask = <Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> => readPatiently(client, what, call, patience, request.signal);
  try {
    await ask("markets", () => checkMarket(client, symbol, timeframe));
    const now = client.has["fetchTime"] === true ? z.number().parse(await ask("time", () => client.fetchTime())) : Date.now();
    const page = async (since: number): Promise<Candle[]> => {
      const call = async (): Promise<unknown> => {
        const answer = await client.fetchOHLCV(symbol, timeframe, since, PAGE);
        assertWhole(client);
        return answer;
      };
      const rows = pageSchema.safeParse(await ask(`candles of ${symbol}`, call));
      if (!rows.success) throw new RunError(`candles of ${symbol}: ${request.exchange} answered with something that is no candle: ${rows.error.issues[0]?.message ?? ""}`);
      return rows.data.map(([time, open, high, low, close, volume]) => ({ time, open, high, low, close, volume }));
    };
    return await new Pages(request, length, now, filtersOf(client, symbol), page).fetch();
  } finally {
    await client.close();
  }
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

class Pages {
  readonly #request: Download;
  readonly #length: number;
  /** The venue's time when the download began; a candle that ends later has not closed. */
  readonly #now: number;
  readonly #to: number;
  readonly #filters: InstrumentFilters | null;
  readonly #page: (since: number) => Promise<Candle[]>;
  readonly #notes = new Set<string>();
  #kept: CandleSeries;
  #fresh: Candle[] = [];
  #added = 0;

  constructor(request: Download, length: number, now: number, filters: InstrumentFilters | null, page: (since: number) => Promise<Candle[]>) {
    this.#request = request;
    this.#length = length;
    this.#now = now;
    this.#to = Math.min(request.to, now);
    this.#filters = filters;
    this.#page = page;
    this.#kept = seriesFrom([], length);
  }

  async fetch(): Promise<Downloaded> {
    const { from } = this.#request;
    this.#kept = (await this.#request.load()) ?? this.#kept;
    const first = this.#kept.time[0];
    const last = this.#kept.time[this.#kept.length - 1];
    let whole = true;
    if (first === undefined || last === undefined) whole = await this.#span(from, this.#to);
    else {
      if (from < first) whole = await this.#span(from, first);
      whole = whole && (await this.#span(Math.max(from, last + this.#length), this.#to));
    }
    await this.#keep();
    const start = indexAtOrAfter(this.#kept, from);
    if (this.#kept.length === 0) throw new RunError(`${this.#request.exchange} has no candles of ${this.#request.symbol} in this span.`);
    return { series: sliceSeries(this.#kept, start, this.#kept.length), added: this.#added, notes: [...this.#notes], filters: this.#filters, stopped: !whole };
  }

  /** Fetches `from` to `to`; false when it was stopped. */
  async #span(from: number, to: number): Promise<boolean> {
    let since = from;
    for (let pages = 1; since < to; pages++) {
      if (this.#request.signal?.aborted) return false;
      let candles: Candle[];
      try {
        candles = await this.#page(since);
      } catch (error) {
        // What was fetched before the failure is worth keeping.
        await this.#keep();
        if (this.#request.signal?.aborted) return false;
        throw error;
      }
      const newest = this.#take(candles, since, to);
      // An empty page is a time before the listing, or a long stop of the venue.
      since = newest === null ? since + PAGE * this.#length : newest + this.#length;
      this.#request.onProgress?.(Math.min(1, (since - from) / (to - from)), this.#added + this.#fresh.length);
      if (pages % SAVE_EVERY === 0) await this.#keep();
    }
    return true;
  }

  /** Takes the closed candles of a page; gives the newest time it held, or `null`. */
  #take(candles: readonly Candle[], since: number, to: number): number | null {
    let newest: number | null = null;
    for (const candle of candles) {
      if (candle.time < since || (newest !== null && candle.time <= newest)) {
        this.#notes.add("the exchange sent candles twice; the second ones were left out");
        continue;
      }
      if (candle.time >= to) break;
      if (candle.time + this.#length > this.#now) {
        this.#notes.add(`the candle of ${new Date(candle.time).toISOString()} had not closed and was left out`);
        newest = candle.time;
        break;
      }
      if (!isPossible(candle.open, candle.high, candle.low, candle.close, candle.volume)) {
        throw new RunError(`${this.#request.exchange} sent an impossible candle of ${new Date(candle.time).toISOString()}: ${JSON.stringify(candle)}`);
      }
      newest = candle.time;
      this.#fresh.push(candle);
    }
    return newest;
  }

  async #keep(): Promise<void> {
    if (this.#fresh.length === 0) return;
    this.#kept = mergeSeries(this.#kept, seriesFrom(this.#fresh, this.#length)).series;
    this.#added += this.#fresh.length;
    this.#fresh = [];
    await this.#request.save(this.#kept, this.#filters);
  }
}
