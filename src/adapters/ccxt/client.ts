import type { Exchange } from "ccxt";
import { distance } from "fastest-levenshtein";
import { UserError } from "../../core/user-error.ts";
import { loadExchange } from "./load.ts";

/** Options for the constructor of a ccxt exchange, such as `urls` for a proxy or a test server. */
export type ClientOptions = Readonly<Record<string, unknown>>;

/** Binance's client would load futures markets too; candles of spot need none of that. */
const SPOT_ONLY = { defaultType: "spot", fetchMarkets: { types: ["spot"] }, fetchMargins: false, fetchCurrencies: false };

/** A public client of an exchange by ccxt's id. It is loaded here and not before: that takes a tenth of a second. */
export async function openClient(exchange: string, options: ClientOptions = {}): Promise<Exchange> {
  const Client = await loadExchange(exchange, "rest");
  if (!Client) {
    const { default: ccxt } = await import("ccxt");
    throw new UserError(`--exchange ${exchange}: ccxt knows no such exchange; did you mean ${nearest(exchange, ccxt.exchanges)}?`);
  }
  return new Client({ enableRateLimit: true, ...(exchange === "binance" ? { options: SPOT_ONLY } : {}), ...options });
}

/** Loads the markets and checks that symbol and timeframe are among them. May be repeated after a failure. */
export async function checkMarket(client: Exchange, symbol: string, timeframe: string): Promise<void> {
  // ccxt keeps a failed or hanging load and answers every later call with it; only this makes it ask again.
  client.reloadingMarkets = false;
  const symbols = Object.keys(await client.loadMarkets(true));
  if (!symbols.includes(symbol)) {
    throw new UserError(`--symbol ${symbol}: ${client.id} has no such market; did you mean ${nearest(symbol, symbols)}?`);
  }
  const timeframes = Object.keys(client.timeframes);
  if (!timeframes.includes(timeframe)) {
    throw new UserError(`--timeframe ${timeframe}: ${client.id} has no such candles; it has ${timeframes.join(", ")}.`);
  }
}

/** The three nearest names, quoted: `"a", "b" or "c"`. */
function nearest(name: string, known: readonly string[]): string {
  const names = known
    .map((candidate) => ({ candidate, far: distance(name, candidate) }))
    .toSorted((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ candidate }) => `"${candidate}"`);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1) ?? ""}`;
}
