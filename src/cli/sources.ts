import { readFileSync } from "node:fs";
import { funding } from "../adapters/ccxt/sources/funding.ts";
import { longShort } from "../adapters/ccxt/sources/long-short.ts";
import { openInterest } from "../adapters/ccxt/sources/open-interest.ts";
import { orderFlow } from "../adapters/ccxt/sources/order-flow.ts";
import { PublicClient, SPOT_MARKETS } from "../adapters/ccxt/sources/public-client.ts";
import { SwapClient } from "../adapters/ccxt/sources/swap-client.ts";
import { cryptopanic } from "../adapters/sources/cryptopanic.ts";
import { fearGreed } from "../adapters/sources/fear-greed.ts";
import { headlines } from "../adapters/sources/headlines.ts";
import { tokenMetrics } from "../adapters/sources/token-metrics.ts";
import type { SourcesDefinition } from "../app/definition/sources-schema.ts";
import { parseTimeframe } from "../core/timeframe.ts";
import { UserError } from "../core/user-error.ts";
import type { Source } from "../ports/source.ts";

/** The sources of a definition, opened; `close` ends their connections. */
export interface OpenSources {
  readonly sources: readonly Source[];
  close(): Promise<void>;
}

const KEYS = { cryptopanic: "CAUCUS_CRYPTOPANIC_KEY", "token-metrics": "CAUCUS_TOKEN_METRICS_KEY" } as const;

/** Makes the sources that a definition names. Nothing is asked yet. Throws a UserError when a key is missing. */
export function openSources(definition: SourcesDefinition): OpenSources {
  const swaps = new Map<string, SwapClient>();
  /** Figures of one exchange share its client and its markets. */
  const swap = ({ exchange, url }: { readonly exchange: string; readonly url?: string | undefined }): SwapClient => {
    const key = `${exchange} ${url ?? ""}`;
    const client = swaps.get(key) ?? new SwapClient({ exchange, ...(url === undefined ? {} : { url }) });
    swaps.set(key, client);
    return client;
  };
  const sources: Source[] = [];
  const books: PublicClient[] = [];
  const { "fear-greed": index, headlines: news, funding: rates, "open-interest": interest, "long-short": accounts, "order-flow": flow, cryptopanic: panic, "token-metrics": metrics } = definition;
  if (index) sources.push(fearGreed(settings(index)));
  if (news) sources.push(headlines({ ...settings({ every: news.every }), ...(news.feeds === undefined ? {} : { feeds: news.feeds }) }));
  if (rates) sources.push(funding(swap(rates), millis(rates.every)));
  if (interest) sources.push(openInterest(swap(interest), millis(interest.every)));
  if (accounts) sources.push(longShort(swap(accounts), millis(accounts.every)));
  if (flow) {
    const spot = new PublicClient({ exchange: flow.exchange, ...(flow.url === undefined ? {} : { url: flow.url }) }, SPOT_MARKETS);
    books.push(spot);
    sources.push(orderFlow(spot, millis(flow.every)));
  }
  if (panic) sources.push(cryptopanic({ key: readSourceKey("cryptopanic"), ...settings(panic) }));
  if (metrics) sources.push(tokenMetrics({ key: readSourceKey("token-metrics"), ...settings(metrics) }));
  return {
    sources,
    close: async () => {
      await Promise.allSettled([...swaps.values(), ...books].map((client) => client.close()));
    },
  };
}

/** Keys of sources in the environment, for taking them out of texts. */
export function sourceSecrets(): readonly string[] {
  return Object.values(KEYS).flatMap((name) => valueOf(name) ?? []);
}

function settings({ url, every }: { readonly url?: string | undefined; readonly every?: string | undefined }): { readonly url?: string; readonly every?: number } {
  const wait = millis(every);
  return { ...(url === undefined ? {} : { url }), ...(wait === undefined ? {} : { every: wait }) };
}

const millis = (every: string | undefined): number | undefined => (every === undefined ? undefined : (parseTimeframe(every) ?? undefined));

function readSourceKey(source: keyof typeof KEYS): string {
  const name = KEYS[source];
  const key = valueOf(name)?.trim() ?? "";
  if (key === "") throw new UserError(`sources.${source}: it needs your own key; set ${name} in the environment, or ${name}_FILE to a file that holds it, or take the source out.`);
  // It becomes a header or part of an address: a line break in it would be another header.
  if (!/^[\x21-\x7e]+$/.test(key)) throw new UserError(`${name}: a key has no spaces and no letters beyond ASCII; copy it again.`);
  return key;
}

/** The variable, or what stands in the file that it names, as systemd and Docker hand out secrets. */
function valueOf(name: string): string | undefined {
  const path = process.env[`${name}_FILE`];
  if (process.env[name] !== undefined || path === undefined) return process.env[name];
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new UserError(`${name}_FILE: ${path} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "no reason given"}).`);
  }
}
