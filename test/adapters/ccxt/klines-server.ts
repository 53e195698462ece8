import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How the server behaves. */
export interface KlinesOptions {
  /** Open time of the first candle that it has, epoch milliseconds. */
  readonly listed: number;
  /** What the server's clock says. */
  readonly now: number;
  /** Answers to the n-th klines request (from 1) instead of candles. */
  readonly faults?: Readonly<Record<number, (response: ServerResponse) => void>>;
  /** The same for the n-th request for the markets. */
  readonly marketFaults?: Readonly<Record<number, (response: ServerResponse) => void>>;
  /** Candles after the start of a request that it looks at, as venues with a window do; without it there is no window. */
  readonly window?: number;
}

const MINUTE = 60_000;
const LENGTHS: Readonly<Record<string, number>> = { "1m": MINUTE, "1h": 60 * MINUTE, "1d": 1_440 * MINUTE };

/** The price of a minute: any number that only depends on the time. */
export function priceAt(time: number): number {
  return 100 + ((time / MINUTE) % 997) / 100;
}

/** A local server that answers what Binance's public REST API answers about time, markets and klines of BTC/USDT. */
export class KlinesServer {
  readonly #server: Server;
  readonly requests: URL[] = [];
  marketRequests = 0;

  constructor(options: KlinesOptions) {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      if (url.pathname.endsWith("/time")) json(response, { serverTime: options.now });
      else if (url.pathname.endsWith("/exchangeInfo")) this.#markets(response, options);
      else if (url.pathname.endsWith("/klines")) this.#klines(url, response, options);
      else json(response, { code: -1121, msg: "unknown" }, 404);
    });
  }

  #markets(response: ServerResponse, options: KlinesOptions): void {
    this.marketRequests += 1;
    const fault = options.marketFaults?.[this.marketRequests];
    if (fault) fault(response);
    else json(response, EXCHANGE_INFO);
  }

  #klines(url: URL, response: ServerResponse, options: KlinesOptions): void {
    this.requests.push(url);
    const fault = options.faults?.[this.requests.length];
    if (fault) {
      fault(response);
      return;
    }
    const length = LENGTHS[url.searchParams.get("interval") ?? ""] ?? MINUTE;
    const since = Number(url.searchParams.get("startTime"));
    const limit = Math.min(1_000, Number(url.searchParams.get("limit") ?? 500));
    const end = Math.min(options.now, options.window === undefined ? Number.POSITIVE_INFINITY : since + options.window * length - 1);
    const rows: unknown[] = [];
    // The first candle of a longer timeframe opens before the market was listed.
    const first = Math.max(Math.ceil(since / length), Math.floor(options.listed / length)) * length;
    for (let time = first; time <= end && rows.length < limit; time += length) {
      const price = priceAt(time);
      rows.push([time, price.toFixed(2), (price + 1).toFixed(2), (price - 1).toFixed(2), price.toFixed(2), "12.5", time + length - 1, "1250", 10, "6", "600", "0"]);
    }
    json(response, rows);
  }

  async start(): Promise<Record<string, unknown>> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    const root = `http://127.0.0.1:${port}/api/v3`;
    return { urls: { api: { public: root, private: root, v1: root } } };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Answers with JSON, as Binance does. */
export function json(response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

const EXCHANGE_INFO = {
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
        { filterType: "LOT_SIZE", minQty: "0.00001000", maxQty: "9000.00000000", stepSize: "0.00001000" },
        { filterType: "NOTIONAL", minNotional: "5.00000000", applyMinToMarket: true, maxNotional: "9000000.00000000", applyMaxToMarket: false, avgPriceMins: 5 },
      ],
      permissions: ["SPOT"],
    },
  ],
};
