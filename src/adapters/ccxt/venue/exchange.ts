import type { Exchange } from "ccxt";
import { UserError } from "../../../core/user-error.ts";
import { loadExchange } from "../load.ts";
import { QUIRKS, type VenueName } from "./quirks.ts";
import { tapWire } from "./wire.ts";

/** How an exchange is reached. Times in milliseconds. */
export interface ExchangeAccess {
  readonly exchange: VenueName;
  readonly apiKey?: string;
  readonly secret?: string;
  /** OKX calls it the passphrase. */
  readonly password?: string;
  /** Where to go instead of the real hosts; the paths stay. Such as `http://127.0.0.1:8080` and `ws://127.0.0.1:8080`. */
  readonly urls?: { readonly http: string; readonly ws: string };
  readonly deadlineMs: number;
  readonly recvWindow: number;
  /** Whether ccxt holds requests back to the venue's rate; the default. A local exchange needs none. */
  readonly rateLimit?: boolean;
  /** How long a silent socket may stay before it is pinged. */
  readonly keepAliveMs: number;
}

/** The streams wait themselves before they connect again; ccxt would dial after its wait also when nobody wants it any more. */
const NO_BACKOFF = { backoff: { base: 0, factor: 1, max: 0 } };
/** What ccxt keeps of its streams is walked through at every update; more than what comes between two looks nobody reads. */
const KEPT = { ordersLimit: 250, tradesLimit: 250 };
/** Hostnames with a part that ccxt fills in are no URLs before it does. */
const HOST = /^(\w+):\/\/([^/]+)(.*)$/;

/** An unmodified ccxt.pro client with decimal strings for numbers. It is loaded here and not before: it is slow to load. */
export async function openExchange(access: ExchangeAccess): Promise<Exchange> {
  const Client = await loadExchange(access.exchange, "pro");
  if (!Client) throw new Error(`this ccxt has no streams for ${access.exchange}`);
  const client = new Client({
    ...(access.apiKey === undefined ? {} : { apiKey: access.apiKey }),
    ...(access.secret === undefined ? {} : { secret: access.secret }),
    ...(access.password === undefined ? {} : { password: access.password }),
    // Where ccxt knows the venue's window, a burst of orders goes out at once and waits only when the window is full.
    enableRateLimit: access.rateLimit ?? true,
    rateLimiterAlgorithm: "rollingWindow",
    timeout: access.deadlineMs,
    streaming: { keepAlive: access.keepAliveMs },
    options: { defaultType: "spot", ...QUIRKS[access.exchange].options, recvWindow: access.recvWindow, maxRetriesOnFailure: 0, ws: NO_BACKOFF, ...KEPT },
  });
  // ccxt's documented way to get exact decimals; its type knows only numbers.
  client.number = String as unknown as typeof client.number;
  // It makes texts of request weights too, and a sum of texts is a number without end: every later call would wait for ever.
  const throttle = client.throttle.bind(client) as (cost?: number) => Promise<void>;
  client.throttle = (cost?: unknown) => throttle(cost === undefined ? undefined : Number(cost));
  // What we send is already on the steps of the market: nothing may round it.
  client.amountToPrecision = exact;
  client.priceToPrecision = exact;
  // From an answer of another form ccxt makes no markets at all; those that it has are better.
  const setMarkets = client.setMarkets.bind(client);
  client.setMarkets = (markets, currencies) => {
    if (Object.keys((markets ?? {}) as object).length === 0) throw new Error("the answer holds no markets");
    return setMarkets(markets, currencies);
  };
  // Coins' networks and withdrawal fees: private requests that no order needs.
  client.has["fetchCurrencies"] = false;
  if (access.exchange === "kraken") client.nonce = risingNonce();
  if (access.urls) redirect(client, access.urls);
  tapWire(client);
  await client.loadHttpProxyAgent();
  return client;
}

/** Kraken refuses a nonce that is not above the last one: two calls in one millisecond, or a clock set back. */
function risingNonce(): () => number {
  let last = 0;
  return () => (last = Math.max(last + 1, Date.now()));
}

function exact(_symbol: unknown, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new TypeError("money goes to the venue as a decimal string");
  return value;
}

/** Sends all calls of a client to other hosts than the exchange's own. */
export function redirect(client: Exchange, urls: { readonly http: string; readonly ws: string }): void {
  const http = originOf(urls.http, ["http:", "https:"]);
  const ws = originOf(urls.ws, ["ws:", "wss:"]);
  const api: unknown = client.urls["api"];
  client.urls["api"] = mapTexts(api, (url) => {
    const [, scheme, , path] = HOST.exec(url) ?? [];
    if (scheme === undefined) return url;
    return `${scheme.startsWith("ws") ? ws : http}${path ?? ""}`;
  }) as typeof client.urls.api;
  assertHosts(client, [new URL(http).host, new URL(ws).host]);
}

/** Throws when a URL of the client goes anywhere but to `hosts`: a run against a local exchange must not reach a real one. */
export function assertHosts(client: Exchange, hosts: readonly string[]): void {
  mapTexts(client.urls["api"], (url) => {
    const host = HOST.exec(url)?.[2];
    if (host === undefined || !hosts.includes(host)) throw new UserError(`${client.id}: ${url} is not at ${hosts.join(" or ")}; nothing was sent`);
    return url;
  });
}

function originOf(url: string, protocols: readonly string[]): string {
  const parsed = URL.parse(url);
  if (!parsed || !protocols.includes(parsed.protocol)) throw new UserError(`exchange URL ${url}: write one that begins with ${protocols.join("// or ")}//`);
  return `${parsed.protocol}//${parsed.host}`;
}

function mapTexts(tree: unknown, map: (text: string) => string): unknown {
  if (typeof tree === "string") return map(tree);
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, mapTexts(value, map)]));
}
