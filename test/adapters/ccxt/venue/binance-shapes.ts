/** What Binance answers, as its API documentation shows it, for BTC/USDT. */
export const EXCHANGE_INFO = {
  timezone: "UTC",
  serverTime: 0,
  rateLimits: [],
  exchangeFilters: [],
  symbols: [
    {
      symbol: "BTCUSDT",
      status: "TRADING",
      baseAsset: "BTC",
      baseAssetPrecision: 8,
      quoteAsset: "USDT",
      quotePrecision: 8,
      quoteAssetPrecision: 8,
      orderTypes: ["LIMIT", "LIMIT_MAKER", "MARKET"],
      icebergAllowed: true,
      ocoAllowed: true,
      isSpotTradingAllowed: true,
      isMarginTradingAllowed: false,
      filters: [
        { filterType: "PRICE_FILTER", minPrice: "0.01000000", maxPrice: "1000000.00000000", tickSize: "0.01000000" },
        { filterType: "LOT_SIZE", minQty: "0.00002000", maxQty: "9000.00000000", stepSize: "0.00001000" },
        { filterType: "NOTIONAL", minNotional: "5.00000000", applyMinToMarket: true, maxNotional: "9000000.00000000", applyMaxToMarket: false, avgPriceMins: 5 },
      ],
      permissions: ["SPOT"],
    },
  ],
};

/** The client order id of the orders below: 32 hex digits. */
export const CLIENT_ID = "0123456789abcdef0123456789abcdef";

/** An order as GET /api/v3/order tells it. */
export function order(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    symbol: "BTCUSDT",
    orderId: 28,
    orderListId: -1,
    clientOrderId: CLIENT_ID,
    price: "60000.10000000",
    origQty: "0.00123000",
    executedQty: "0.00000000",
    cummulativeQuoteQty: "0.00000000",
    status: "NEW",
    timeInForce: "GTC",
    type: "LIMIT",
    side: "BUY",
    stopPrice: "0.00000000",
    icebergQty: "0.00000000",
    time: 1_700_000_000_000,
    updateTime: 1_700_000_000_500,
    isWorking: true,
    workingTime: 1_700_000_000_000,
    origQuoteOrderQty: "0.00000000",
    selfTradePreventionMode: "NONE",
    ...change,
  };
}

/** What POST /api/v3/order answers with newOrderRespType FULL. */
export function placed(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    symbol: "BTCUSDT",
    orderId: 28,
    orderListId: -1,
    clientOrderId: CLIENT_ID,
    transactTime: 1_700_000_000_000,
    price: "60000.10000000",
    origQty: "0.00123000",
    executedQty: "0.00000000",
    cummulativeQuoteQty: "0.00000000",
    status: "NEW",
    timeInForce: "GTC",
    type: "LIMIT",
    side: "BUY",
    fills: [],
    ...change,
  };
}

/** An execution as GET /api/v3/myTrades tells it. */
export function trade(id: number, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    symbol: "BTCUSDT",
    id,
    orderId: 28,
    orderListId: -1,
    price: "60000.10000000",
    qty: "0.00001000",
    quoteQty: "0.60000100",
    commission: "0.00000001",
    commissionAsset: "BTC",
    time: 1_700_000_000_000 + id,
    isBuyer: true,
    isMaker: true,
    isBestMatch: true,
    ...change,
  };
}
