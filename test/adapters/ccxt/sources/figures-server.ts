import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "../klines-server.ts";

const HOUR = 3_600_000;

/** How the server behaves. */
export interface FiguresOptions {
  /** What the clock of the server says. */
  readonly now: number;
  /** Answers to the n-th request for figures (from 1) instead of rows. */
  readonly faults?: Readonly<Record<number, (response: ServerResponse) => void>>;
}

/** The rate that is paid at an instant; any number that only depends on the time. */
export const rateAt = (time: number): number => ((time / HOUR) % 100) / 100_000;

/** A local server that answers what Binance's public API of linear swaps answers about markets, funding, open interest and accounts. */
export class FiguresServer {
  readonly #server: Server;
  /** Requests for figures, without those for the markets. */
  readonly requests: URL[] = [];
  marketRequests = 0;

  constructor(options: FiguresOptions) {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      if (url.pathname.endsWith("/exchangeInfo")) {
        this.marketRequests += 1;
        json(response, MARKETS);
        return;
      }
      this.requests.push(url);
      const fault = options.faults?.[this.requests.length];
      if (fault) fault(response);
      else if (url.pathname === "/fapi/v1/fundingRate") json(response, rows(url, options.now, 8 * HOUR, (time) => ({ symbol: "BTCUSDT", fundingRate: rateAt(time).toFixed(8), fundingTime: time })));
      else if (url.pathname === "/futures/data/openInterestHist") json(response, rows(url, options.now, HOUR, (time) => ({ symbol: "BTCUSDT", sumOpenInterest: String(80_000 + time / HOUR), sumOpenInterestValue: "5000000000", timestamp: time })));
      else if (url.pathname === "/futures/data/globalLongShortAccountRatio") json(response, rows(url, options.now, HOUR, (time) => ({ symbol: "BTCUSDT", longAccount: "0.6", longShortRatio: "1.5", shortAccount: "0.4", timestamp: time })));
      else json(response, { code: -1121, msg: "unknown" }, 404);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** As Binance does: the newest rows of the span when there are more than the limit. */
function rows(url: URL, now: number, period: number, row: (time: number) => unknown): unknown[] {
  const from = Number(url.searchParams.get("startTime") ?? 0);
  const to = Math.min(now, Number(url.searchParams.get("endTime") ?? now));
  const times: number[] = [];
  for (let time = Math.ceil(from / period) * period; time <= to; time += period) times.push(time);
  return times.slice(-Number(url.searchParams.get("limit") ?? 30)).map(row);
}

const MARKETS = {
  timezone: "UTC",
  serverTime: 0,
  rateLimits: [],
  exchangeFilters: [],
  assets: [],
  symbols: ["BTC", "ETH"].map((base) => ({
    symbol: `${base}USDT`,
    pair: `${base}USDT`,
    contractType: "PERPETUAL",
    deliveryDate: 4_133_404_800_000,
    onboardDate: 1_569_398_400_000,
    status: "TRADING",
    baseAsset: base,
    quoteAsset: "USDT",
    marginAsset: "USDT",
    pricePrecision: 2,
    quantityPrecision: 3,
    filters: [
      { filterType: "PRICE_FILTER", minPrice: "0.10", maxPrice: "1000000", tickSize: "0.10" },
      { filterType: "LOT_SIZE", minQty: "0.001", maxQty: "1000", stepSize: "0.001" },
    ],
    orderTypes: ["LIMIT", "MARKET"],
  })),
};
