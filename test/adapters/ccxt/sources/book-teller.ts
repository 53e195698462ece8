import { expect } from "vitest";
import { orderFlow } from "../../../../src/adapters/ccxt/sources/order-flow.ts";
import { PublicClient, SPOT_MARKETS } from "../../../../src/adapters/ccxt/sources/public-client.ts";
import type { OutsideItem } from "../../../../src/core/outside.ts";
import { type Source, SourceError } from "../../../../src/ports/source.ts";
import { closeAll, MINUTE, openExchange, START } from "../../../exchange/fixture.ts";
import { type Answer, calm, contextAt, json, Web } from "../../sources/web.ts";

const clients: PublicClient[] = [];
const webs: Web[] = [];

/** When the books of `telling` are asked for, epoch milliseconds. */
export const NOW = START + 60 * MINUTE;

/** Closes all that a test has opened; for `afterEach`. */
export async function closeSources(): Promise<void> {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(webs.splice(0).map((web) => web.stop()));
  await closeAll();
}

/** The source over the unmodified ccxt client of an exchange at a local address. */
export function sourceAt(url: string, timeout = 10_000, exchange = "binance"): Source {
  const client = new PublicClient({ exchange, url, timeout, rateLimit: false }, SPOT_MARKETS);
  clients.push(client);
  return orderFlow(client);
}

/** A local server that answers so. */
export async function serving(answer: Answer): Promise<{ readonly web: Web; readonly url: string }> {
  const web = new Web(answer);
  webs.push(web);
  return { web, url: await web.start() };
}

/** What the source says of one market, at `NOW` unless said otherwise. */
export function fetched(source: Source, now = NOW): Promise<readonly OutsideItem[]> {
  return source.fetch(contextAt(now, ["BTC/USDT"]), calm());
}

/** The fault with which a fetch fails. */
export async function faultOf(promise: Promise<unknown>): Promise<SourceError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(SourceError);
  return error as SourceError;
}

type Rows = readonly (readonly [unknown, unknown])[];

/** What an exchange tells; a calm book without trades unless said otherwise. */
export interface Told {
  readonly bids?: Rows;
  readonly asks?: Rows;
  readonly version?: number;
  readonly trades?: unknown;
}

/** A source over Binance's client at a server with the markets of the local exchange, and whatever book and trades a test tells. */
export async function telling(told: Told): Promise<{ readonly source: Source; readonly answerDepth: (answer: Answer | null) => void }> {
  const exchange = await openExchange();
  const markets: unknown = await (await fetch(`${exchange.url}/api/v3/exchangeInfo`)).json();
  const { bids = [["99.9", "1"]], asks = [["100.1", "1"]], version = 1, trades = [] } = told;
  const book = json({ lastUpdateId: version, bids, asks });
  let depth: Answer = book;
  const { url: at } = await serving((response, url, request) => {
    const answer = url.pathname.endsWith("/exchangeInfo") ? json(markets) : url.pathname.endsWith("/depth") ? depth : json(trades);
    answer(response, url, request);
  });
  return { source: sourceAt(at), answerDepth: (answer) => void (depth = answer ?? book) };
}

/** The one item of what is told. */
export async function itemOf(told: Told): Promise<OutsideItem> {
  const items = await fetched((await telling(told)).source);
  expect(items.length).toBe(1);
  return items[0]!;
}
