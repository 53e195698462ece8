import ccxt from "ccxt";
import { seriesFrom } from "../../src/core/candle.ts";
import { createInstrument, quoteDecimals, type Instrument, type InstrumentFilters } from "../../src/core/instrument.ts";
import { createEngine } from "../../src/exchange/engine/engine.ts";
import type { ExchangePlan, MarketPlan } from "../../src/exchange/engine/model.ts";
import { startExchange, type Exchange, type ExchangeOptions } from "../../src/exchange/server.ts";

/** The first candle of the test markets: 2024-01-01, a Monday. */
export const START = Date.UTC(2024, 0, 1);
export const MINUTE = 60_000;
export const KEY = "key-of-the-first-account";
export const SECRET = "its-secret";

const FILTERS: InstrumentFilters = { priceStep: 0.01, quantityStep: 0.00001, minQuantity: 0.00001, minNotional: 5 };

function instrumentOf(symbol: string): Instrument {
  const instrument = createInstrument(symbol, FILTERS, quoteDecimals([FILTERS]));
  if (typeof instrument === "string") throw new Error(instrument);
  return instrument;
}

/** A market whose minute candles have the prices of `path`: each opens at one and closes at the next. */
export function marketOf(symbol: string, path: readonly number[], volume = 1_000): MarketPlan {
  const candles = path.slice(1).map((close, index) => {
    const open = path[index]!;
    return { time: START + index * MINUTE, open, high: Math.max(open, close), low: Math.min(open, close), close, volume };
  });
  return { instrument: instrumentOf(symbol), series: seriesFrom(candles, MINUTE), multiplierUp: 5, multiplierDown: 0.2, maxOrders: 200 };
}

/** 100, 101, 100, 99, 100 and so on: every level is crossed again and again. */
export function swinging(minutes: number): number[] {
  const turn = [100, 101, 100, 99];
  return Array.from({ length: minutes + 1 }, (_, index) => turn[index % 4]!);
}

export function planOf(changes: Partial<ExchangePlan> = {}): ExchangePlan {
  return {
    markets: [marketOf("BTC/USDT", swinging(240)), marketOf("ETH/USDT", swinging(240))],
    accounts: [{ apiKey: KEY, secret: SECRET, balances: { USDT: "10000", BTC: "10" } }],
    fees: { maker: 0.001, taker: 0.001 },
    volumeShare: 1,
    seed: 1,
    ...changes,
  };
}

const open: (() => Promise<unknown>)[] = [];

/** Closes all exchanges and clients that a test has opened; for `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

/** An exchange on a free port. */
export async function openExchange(plan: Partial<ExchangePlan> = {}, options: Partial<ExchangeOptions> = {}): Promise<Exchange> {
  const exchange = await startExchange({ engine: createEngine(planOf(plan), { book: "deep" }), port: 0, ...options });
  open.push(() => exchange.close());
  return exchange;
}

type Client = InstanceType<typeof ccxt.pro.binance>;

/** The unmodified ccxt client of Binance, pointed at a local exchange; it closes with `closeAll`. */
export async function clientOf(exchange: Exchange, changes: Record<string, unknown> = {}): Promise<Client> {
  const root = `${exchange.url}/api/v3`;
  const client = new ccxt.pro.binance({
    apiKey: KEY,
    secret: SECRET,
    enableRateLimit: false,
    urls: {
      api: {
        public: root,
        private: root,
        v1: root,
        sapi: `${exchange.url}/sapi/v1`,
        ws: { spot: `${exchange.wsUrl}/ws`, "ws-api": { spot: `${exchange.wsUrl}/ws-api/v3` } },
      },
    },
    options: {
      defaultType: "spot",
      fetchMarkets: { types: ["spot"] },
      fetchMargins: false,
      fetchCurrencies: false,
      fetchOpenOrders: { warnWithoutSymbol: false },
      adjustForTimeDifference: true,
    },
    ...changes,
  });
  await client.loadHttpProxyAgent();
  open.push(() => client.close());
  return client;
}

/** The error with which a promise fails; fails itself when the promise does not. */
export async function failure(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it was expected to fail and did not");
}

/** Waits until a condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, limit = 30_000): Promise<void> {
  const end = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error("the condition did not come true");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Posts to the control API. */
export async function control(exchange: Exchange, path: string, body: unknown = {}): Promise<Record<string, unknown>> {
  const response = await fetch(`${exchange.url}/control/${path}`, { method: "POST", body: JSON.stringify(body) });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(JSON.stringify(answer));
  return answer;
}
