import { createHash } from "node:crypto";
import { createInstrument, type Instrument, type InstrumentFilters, quoteDecimals } from "../../../core/instrument.ts";
import { RunError, UserError } from "../../../core/user-error.ts";
import type { Venue } from "../../../ports/venue.ts";
import { PaperExchange } from "./exchange.ts";
import { PaperRecord } from "./record.ts";
import { type PaperOptions, PaperTrading, type PaperVenue } from "./venue.ts";

/**
 * Opens paper trading: candles, prices and instruments of `market`, orders filled by the simulator of the backtest,
 * closed candle by closed candle, for a pretended account. Goes on where the file says that it ended.
 */
export async function paperVenue(market: Venue, options: PaperOptions): Promise<PaperVenue> {
  const filters = await market.instruments(options.symbols);
  if (!filters.ok) throw new RunError(`The venue did not answer when asked for the instruments: ${filters.failure.message}`);
  const own = options.symbols.map((symbol) => filters.value.get(symbol) ?? missing(market, symbol));
  const decimals = quoteDecimals(own);
  const instruments = options.symbols.map((symbol, i) => instrumentOf(symbol, own[i] as InstrumentFilters, decimals));
  const { fillModel, fees, balances, fill, path } = options;
  const text = JSON.stringify([instruments.map(({ symbol, filters: one }) => [symbol, one]), fillModel, fees, balances, fill]);
  const record = new PaperRecord(path, createHash("sha256").update(text).digest("hex"));
  const exchange = new PaperExchange({ instruments, fillModel, fees, balances, timeframe: fill }, record);
  const venue = new PaperTrading(market, options, exchange, record);
  await venue.catchUp();
  return venue;
}

function missing(market: Venue, symbol: string): never {
  throw new UserError(`symbols: ${market.name} does not trade ${symbol}.`);
}

function instrumentOf(symbol: string, filters: InstrumentFilters, decimals: number): Instrument {
  const made = createInstrument(symbol, filters, decimals);
  if (typeof made === "string") throw new UserError(`instruments.${symbol}: ${made}.`);
  return made;
}
