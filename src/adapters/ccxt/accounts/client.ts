import type { Exchange } from "ccxt";
import { z } from "zod";
import { parseExact, exact, textOf } from "../../../core/holdings/exact.ts";
import { UserError } from "../../../core/user-error.ts";
import { loadExchange } from "../load.ts";
import type { Patience } from "../retry.ts";
import { redirect } from "../venue/exchange.ts";
import { QUIRKS, VENUE_NAMES, type VenueName } from "../venue/quirks.ts";
import { tapWire } from "../venue/wire.ts";

/** Keys of an account; one that can only read is enough. */
export interface AccountKeys {
  readonly apiKey: string;
  readonly secret: string;
  /** OKX's and KuCoin's passphrase. */
  readonly password?: string;
}

/** How an exchange is reached. */
export interface ClientAccess {
  /** ccxt's id. */
  readonly exchange: string;
  /** Another address of it, for the local one. */
  readonly url?: string;
  /** Without them only what is public can be read. */
  readonly keys?: AccountKeys;
}

/** Three tries of a quarter of a minute each: somebody waits for the answer. */
export const ACCOUNT_PATIENCE: Patience = { attempts: 3, firstWait: 500, deadline: 15_000 };

/** Whether we know how this exchange pages its lists. */
export function isKnown(exchange: string): exchange is VenueName {
  return (VENUE_NAMES as readonly string[]).includes(exchange);
}

/** Refuses, with a UserError, an id that is none of ccxt's. */
export async function checkExchange(exchange: string): Promise<void> {
  await classOf(exchange);
}

async function classOf(exchange: string): Promise<NonNullable<Awaited<ReturnType<typeof loadExchange>>>> {
  const found = await loadExchange(exchange, "rest");
  if (!found) throw new UserError(`ccxt knows no exchange "${exchange}"; write its id as ccxt does, such as binance or kraken.`);
  return found;
}

/** A client of any of ccxt's exchanges that gives numbers as the decimal texts that were sent. */
export async function openAccountClient({ exchange, url, keys }: ClientAccess): Promise<Exchange> {
  const Client = await classOf(exchange);
  const client = new Client({
    ...(keys ?? {}),
    enableRateLimit: url === undefined,
    timeout: ACCOUNT_PATIENCE.deadline,
    options: {
      defaultType: "spot",
      ...(isKnown(exchange) ? QUIRKS[exchange].options : {}),
      // A laptop's clock that is off must not keep anybody from seeing what they own.
      adjustForTimeDifference: true,
      warnOnFetchOpenOrdersWithoutSymbol: false,
      maxRetriesOnFailure: 0,
    },
  });
  // ccxt's documented way to get exact decimals; its type knows only numbers.
  client.number = String as unknown as typeof client.number;
  // It makes texts of request weights too, and a sum of texts never ends.
  const throttle = client.throttle.bind(client) as (cost?: number) => Promise<void>;
  client.throttle = (cost?: unknown) => throttle(cost === undefined ? undefined : Number(cost));
  client.has["fetchCurrencies"] = false;
  if (url !== undefined) redirect(client, { http: url, ws: url.replace(/^http/, "ws") });
  tapWire(client);
  await client.loadHttpProxyAgent();
  return client;
}

/** A decimal of any sign, as ccxt gives it; comes out plain. */
export const decimalText = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => parseExact(text) !== null, "is no decimal")
  .transform((text) => textOf(exact(text)));

/** A code that is safe to print: no blanks, no control characters. */
export const assetCode = z.string().regex(/^[^\p{C}\p{Z}]{1,40}$/u, "is no asset's code");

const marketsShape = z.record(z.string(), z.object({ symbol: z.string(), spot: z.boolean().nullish() }).nullish());

/** The symbols of a client's spot markets, once they are loaded. */
export function spotMarkets(client: Exchange): ReadonlySet<string> {
  const markets = marketsShape.safeParse(client.markets);
  return new Set(Object.values(markets.success ? markets.data : {}).flatMap((market) => (market?.spot === true ? [market.symbol] : [])));
}

/** The two assets of a spot market's symbol; `null` for a swap, a future or an option. */
export function assetsOf(symbol: string): { readonly base: string; readonly quote: string } | null {
  const [base, quote, ...rest] = symbol.split("/");
  if (base === undefined || quote === undefined || rest.length > 0 || quote.includes(":")) return null;
  return assetCode.safeParse(base).success && assetCode.safeParse(quote).success ? { base, quote } : null;
}
