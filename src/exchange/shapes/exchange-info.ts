import { decimalsOf, parseStep, type Instrument } from "../../core/instrument.ts";
import { decimalText } from "../decimal-text.ts";
import type { Listing } from "../directory.ts";
import { ORDER_TYPES } from "../engine/model.ts";
import type { Limits } from "../rest/limits.ts";

/** The largest order that the filters name: Binance's are about as large, and it stays exact. */
const MOST_QUANTITY = 9_000_000;
const MOST_PRICE = 1_000_000;
const MOST_NOTIONAL = 9_000_000;
/** Minutes over which NOTIONAL would average the price of a market order. */
const AVERAGE_MINUTES = 5;

/** The answer to exchangeInfo for some markets. */
export function exchangeInfo(listings: readonly Listing[], serverTime: number, limits: Limits): Record<string, unknown> {
  return {
    timezone: "UTC",
    serverTime,
    rateLimits: [
      { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: limits.weightPerMinute },
      { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: limits.ordersPerTenSeconds },
    ],
    exchangeFilters: [],
    symbols: listings.map(market),
  };
}

function market(listing: Listing): Record<string, unknown> {
  const instrument = listing.instrument();
  const baseDecimals = decimalsOf(instrument.baseScale);
  const quoteDecimals = decimalsOf(instrument.quoteScale);
  return {
    symbol: listing.id,
    status: listing.isClosed() ? "BREAK" : "TRADING",
    baseAsset: instrument.base,
    baseAssetPrecision: baseDecimals,
    quoteAsset: instrument.quote,
    quotePrecision: quoteDecimals,
    quoteAssetPrecision: quoteDecimals,
    baseCommissionPrecision: baseDecimals,
    quoteCommissionPrecision: quoteDecimals,
    orderTypes: ORDER_TYPES,
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: filters(listing, instrument),
    permissions: ["SPOT"],
    permissionSets: [["SPOT"]],
    defaultSelfTradePreventionMode: "NONE",
    allowedSelfTradePreventionModes: ["NONE"],
  };
}

function filters({ plan }: Listing, instrument: Instrument): readonly Record<string, unknown>[] {
  // The filters of now; the instrument may count on a finer grid, from before a change of its filters.
  const { priceStep, quantityStep, minQuantity, minNotional } = instrument.filters;
  const tick = sizeText(priceStep);
  const lot = { minQty: sizeText(Math.max(minQuantity, quantityStep)), maxQty: decimalText(MOST_QUANTITY, 0), stepSize: sizeText(quantityStep) };
  return [
    { filterType: "PRICE_FILTER", minPrice: tick, maxPrice: decimalText(MOST_PRICE, 0), tickSize: tick },
    { filterType: "LOT_SIZE", ...lot },
    { filterType: "MARKET_LOT_SIZE", ...lot },
    {
      filterType: "NOTIONAL",
      minNotional: sizeText(minNotional),
      applyMinToMarket: true,
      maxNotional: decimalText(MOST_NOTIONAL, 0),
      applyMaxToMarket: false,
      avgPriceMins: AVERAGE_MINUTES,
    },
    {
      filterType: "PERCENT_PRICE_BY_SIDE",
      bidMultiplierUp: String(plan.multiplierUp),
      bidMultiplierDown: String(plan.multiplierDown),
      askMultiplierUp: String(plan.multiplierUp),
      askMultiplierDown: String(plan.multiplierDown),
      avgPriceMins: 0,
    },
    { filterType: "MAX_NUM_ORDERS", maxNumOrders: plan.maxOrders },
  ];
}

/** A size that a filter states, as a decimal. */
function sizeText(size: number): string {
  const step = parseStep(size);
  return step ? decimalText(step.multiple, step.decimals) : decimalText(0, 0);
}
