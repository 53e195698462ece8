import { createInstrument, quoteDecimals, type InstrumentFilters } from "../../src/core/instrument.ts";
import { createMarket, MARKET_KINDS } from "../../src/core/synthetic/market.ts";
import { UserError } from "../../src/core/user-error.ts";
import type { ExchangePlan, MarketPlan } from "../../src/exchange/engine/model.ts";

const MINUTE = 60_000;
/** Five significant digits are enough of a price step for a market to move in. */
const DIGITS = 5;
/** Orders of less than this much quote are refused, as at Binance. */
const MIN_NOTIONAL = 5;

/** What a sandbox is made of; the same options give the same markets. */
export interface SandboxOptions {
  /** "BTC/USDT" and so on, with the first price of each in quote. */
  readonly prices: Readonly<Record<string, number>>;
  readonly days: number;
  readonly seed: number;
  /** Epoch milliseconds of the first candle. */
  readonly start: number;
  readonly apiKey: string;
  readonly secret: string;
  /** Asset to decimal string. */
  readonly balances: Readonly<Record<string, string>>;
}

/** A plan of synthetic markets with one account, and fees and limits like Binance's. */
export function sandboxPlan(options: SandboxOptions): ExchangePlan {
  const { prices, seed, apiKey, secret, balances } = options;
  const filters = new Map(Object.entries(prices).map(([symbol, price]) => [symbol, filtersAt(symbol, price)]));
  const decimals = quoteDecimals([...filters.values()]);
  const markets = Object.entries(prices).map(([symbol, price], index) => market(options, symbol, price, filters.get(symbol) ?? filtersAt(symbol, price), decimals, index));
  if (markets.length === 0) throw new UserError("the exchange needs at least one market, such as BTC/USDT=40000");
  return { markets, accounts: [{ apiKey, secret, balances }], fees: { maker: 0.001, taker: 0.001 }, volumeShare: 0.25, seed };
}

function market(options: SandboxOptions, symbol: string, price: number, filters: InstrumentFilters, decimals: number, index: number): MarketPlan {
  const instrument = createInstrument(symbol, filters, decimals);
  if (typeof instrument === "string") throw new UserError(`market ${symbol}: ${instrument}`);
  const kind = MARKET_KINDS[index % MARKET_KINDS.length] ?? MARKET_KINDS[0];
  const { series } = createMarket({
    kind,
    seed: options.seed + index,
    days: options.days,
    timeframe: MINUTE,
    start: options.start,
    price,
    priceStep: filters.priceStep,
  });
  return { instrument, series, multiplierUp: 5, multiplierDown: 0.2, maxOrders: 200 };
}

/** Steps that suit a price: fine enough for five digits, and quantities worth about a cent. */
function filtersAt(symbol: string, price: number): InstrumentFilters {
  if (!(price > 0 && Number.isFinite(price))) throw new UserError(`market ${symbol}: the first price must be above 0, not ${price}`);
  const magnitude = Math.floor(Math.log10(price)) + 1;
  const decimals = Math.min(8, Math.max(0, DIGITS - magnitude));
  const quantityDecimals = Math.min(8 - decimals, Math.max(0, magnitude));
  const quantityStep = 1 / 10 ** quantityDecimals;
  return { priceStep: 1 / 10 ** decimals, quantityStep, minQuantity: quantityStep, minNotional: MIN_NOTIONAL };
}
