import type { Exchange } from "ccxt";
import { RunError, UserError } from "../../../core/user-error.ts";
import { beforeDeadline } from "../before-deadline.ts";
import { SourceError, type SourceFault } from "../../../ports/source.ts";
import { openClient } from "../client.ts";
import { PATIENT, type Patience, readPatiently } from "../retry.ts";

/** How the public markets of an exchange are reached. */
export interface PublicAccess {
  /** ccxt's id. */
  readonly exchange: string;
  /** Where to go instead of the real hosts; the paths stay. */
  readonly url?: string;
  /** Milliseconds for one answer. */
  readonly timeout?: number;
  /** How patient a download is; a running bot asks once and comes again later. */
  readonly patience?: Patience;
  /** Whether ccxt holds requests back to the venue's rate; the default. */
  readonly rateLimit?: boolean;
}

/** A kind of markets, as its clients differ by it. */
interface MarketKind {
  /** ccxt's name. */
  readonly type: "spot" | "swap";
  /** As a sentence calls them. */
  readonly title: string;
  /** ccxt's option `fetchMarkets`, where without it more would be loaded. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Parameters of the request for the markets. */
  readonly params: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Bytes of one answer: more than any exchange's list of them, far less than memory. */
  readonly mostBytes: number;
}

const TIMEOUT = 20_000;

/** Perpetual swaps in the quote asset. */
export const SWAP_MARKETS: MarketKind = {
  type: "swap",
  title: "swap markets",
  options: { binance: { types: ["linear"] }, okx: { types: ["swap"] }, bybit: { types: ["linear"] } },
  params: {},
  mostBytes: 8_000_000,
};

/** Spot. */
export const SPOT_MARKETS: MarketKind = {
  type: "spot",
  title: "spot markets",
  options: { binance: { types: ["spot"] }, okx: { types: ["spot"] }, bybit: { types: ["spot"] } },
  // Otherwise three quarters of the answer are lists of who may trade what.
  params: { binance: { showPermissionSets: false } },
  mostBytes: 32_000_000,
};

const HOST = /^(\w+):\/\/([^/]+)(.*)$/;

/** Public markets of one kind of one exchange through ccxt, opened at the first question and shared by the sources that ask it. */
export class PublicClient {
  readonly exchange: string;
  readonly #access: PublicAccess;
  readonly #kind: MarketKind;
  #client: Promise<Exchange> | null = null;
  #markets: Promise<unknown> | null = null;

  constructor(access: PublicAccess, kind: MarketKind) {
    this.#access = access;
    this.#kind = kind;
    this.exchange = access.exchange;
  }

  /** The client with its markets loaded. Throws a SourceError. */
  async open(signal: AbortSignal, patient = false): Promise<Exchange> {
    this.#client ??= open(this.#access, this.#kind);
    let client: Exchange;
    try {
      client = await this.#client;
    } catch (error) {
      this.#client = null;
      throw new SourceError("refused", error instanceof Error ? error.message : "ccxt cannot be loaded");
    }
    this.#markets ??= this.#load(client, signal, patient);
    try {
      await this.#markets;
    } catch (error) {
      this.#markets = null;
      throw error;
    }
    return client;
  }

  /** One question to the exchange: asked once, or patiently. Throws a SourceError, or the reason of `signal`. */
  async ask<Answer>(client: Exchange, what: string, call: () => Promise<Answer>, signal: AbortSignal, patient: boolean): Promise<Answer> {
    const whole = async (): Promise<Answer> => {
      const answer = await call();
      assertWhole(client);
      return answer;
    };
    try {
      if (patient) return await readPatiently(client, what, whole, this.#access.patience ?? PATIENT, signal);
      const timeout = this.#access.timeout ?? TIMEOUT;
      return await beforeDeadline(whole(), timeout, () => new SourceError("down", `no whole answer within ${timeout / 1_000} s`), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw faultOf(error, what, client.id);
    }
  }

  async close(): Promise<void> {
    await (await this.#client?.catch(() => null))?.close();
  }

  async #load(client: Exchange, signal: AbortSignal, patient: boolean): Promise<void> {
    await this.ask(
      client,
      this.#kind.title,
      async () => {
        // ccxt keeps a failed or hanging load and answers every later call with it; only this makes it ask again.
        client.reloadingMarkets = false;
        if (Object.keys(await client.loadMarkets(true, { ...this.#kind.params[this.exchange] })).length === 0) throw new SyntaxError("the answer holds no markets");
      },
      signal,
      patient,
    );
  }
}

async function open({ exchange, url, timeout = TIMEOUT, rateLimit = true }: PublicAccess, { type, options, mostBytes }: MarketKind): Promise<Exchange> {
  const types = options[exchange];
  const client = await openClient(exchange, {
    timeout,
    enableRateLimit: rateLimit,
    options: { defaultType: type, ...(types === undefined ? {} : { fetchMarkets: types }), fetchMargins: false, fetchCurrencies: false, maxRetriesOnFailure: 0 },
    fetchImplementation: cappedFetch(timeout, mostBytes),
  });
  client.has["fetchCurrencies"] = false;
  if (url !== undefined) client.urls["api"] = moved(client.urls["api"], new URL(url).origin) as typeof client.urls.api;
  return client;
}

/** `fetch` that reads no more of a body than it must, and for no longer than it may: ccxt's own deadline ends with the headers. */
function cappedFetch(timeout: number, mostBytes: number): typeof fetch {
  return async (input, init) => {
    const signals = [AbortSignal.timeout(timeout), ...(init?.signal ? [init.signal] : [])];
    const response = await fetch(input, { ...init, redirect: "error", signal: AbortSignal.any(signals) });
    let size = 0;
    const cap = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.byteLength;
        if (size > mostBytes) controller.error(new SyntaxError(`the answer has more than ${mostBytes} bytes`));
        else controller.enqueue(chunk);
      },
    });
    return new Response(response.body?.pipeThrough(cap) ?? null, { status: response.status, statusText: response.statusText, headers: response.headers });
  };
}

function moved(tree: unknown, origin: string): unknown {
  if (typeof tree === "string") return tree.replace(HOST, (_, _scheme: string, _host: string, path: string) => `${origin}${path}`);
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, moved(value, origin)]));
}

/** ccxt takes a torn or HTML answer with status 200 for one that holds nothing. */
function assertWhole(client: Exchange): void {
  const text: unknown = client.last_http_response;
  if (typeof text === "string") JSON.parse(text);
}

const KINDS: readonly (readonly [SourceFault, readonly string[]])[] = [
  ["rate-limited", ["RateLimitExceeded", "DDoSProtection"]],
  ["refused", ["AuthenticationError", "PermissionDenied", "AccountNotEnabled", "ArgumentsRequired", "BadRequest", "BadSymbol", "NotSupported"]],
  ["malformed", ["SyntaxError", "TypeError", "BadResponse", "NullResponse", "ExchangeError"]],
];

function faultOf(error: unknown, what: string, exchange: string): SourceError {
  if (error instanceof SourceError) return new SourceError(error.kind, `${what}: ${exchange}: ${error.message}`);
  if (error instanceof UserError) return new SourceError("refused", error.message);
  if (error instanceof RunError) return new SourceError("down", error.message);
  const { name, message } = error instanceof Error ? { name: error.constructor.name, message: error.message } : { name: "", message: "unknown error" };
  const kind = KINDS.find(([, names]) => names.includes(name))?.[0] ?? "down";
  const said = message.replaceAll(/\s+/g, " ");
  return new SourceError(kind, `${what}: ${exchange} gave nothing usable (${kind}): ${said.length > 200 ? `${said.slice(0, 197)}...` : said}`);
}
