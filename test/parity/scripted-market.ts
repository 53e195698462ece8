import { type Candle, type CandleSeries, candleAt, indexAtOrAfter } from "../../src/core/candle.ts";
import type { InstrumentFilters } from "../../src/core/instrument.ts";
import { resample } from "../../src/core/resample.ts";
import type { Answer, Venue, VenueEvent } from "../../src/ports/venue.ts";

const said = <T>(value: T): Promise<Answer<T>> => Promise.resolve({ ok: true, value });
const none = (): never => {
  throw new Error("a market that is only read was asked to trade");
};

/** A real venue as paper trading sees it: candles of recorded markets as time goes by, and nothing that trades. */
export class ScriptedMarket implements Venue {
  readonly name = "scripted";
  readonly #markets: ReadonlyMap<string, { readonly series: CandleSeries; readonly filters: InstrumentFilters }>;
  #listener: (event: VenueEvent) => void = () => undefined;
  time: number;
  /** Fails every question for candles while it is set. */
  failing = false;

  constructor(markets: ReadonlyMap<string, { readonly series: CandleSeries; readonly filters: InstrumentFilters }>, time: number) {
    this.#markets = markets;
    this.time = time;
  }

  /** Tells of something at once. */
  push(event: VenueEvent): void {
    this.#listener(event);
  }

  now(): number {
    return this.time;
  }

  syncClock(): Promise<Answer<number>> {
    return said(0);
  }

  instruments(symbols: readonly string[]): Promise<Answer<ReadonlyMap<string, InstrumentFilters>>> {
    return said(new Map(symbols.flatMap((symbol) => (this.#markets.has(symbol) ? [[symbol, this.#markets.get(symbol)!.filters] as const] : []))));
  }

  candles(symbol: string, timeframe: number, since: number, limit: number): Promise<Answer<readonly Candle[]>> {
    if (this.failing) return Promise.resolve({ ok: false, failure: { kind: "unknown", message: "no answer" } });
    const series = resample(this.#markets.get(symbol)!.series, timeframe);
    const found: Candle[] = [];
    for (let i = indexAtOrAfter(series, since); i < series.length && found.length < limit; i++) {
      const candle = candleAt(series, i);
      if (candle.time + timeframe > this.time) break;
      found.push(candle);
    }
    return said(found);
  }

  listen(_symbols: readonly string[], _timeframe: number, listener: (event: VenueEvent) => void): Promise<void> {
    this.#listener = listener;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  permissions = none;
  balances = none;
  submit = none;
  cancel = none;
  order = none;
  openOrders = none;
  trades = none;
}
