import { EXCHANGE_HOSTS } from "../adapters/egress/exchange-hosts.ts";
import { FEEDS } from "../adapters/sources/headlines.ts";
import { splitName } from "../adapters/language-model/provider.ts";
import type { Definition } from "../app/definition/schema.ts";
import type { TradeMode } from "../app/definition/trade-schema.ts";
import { RunError, UserError } from "../core/user-error.ts";
import type { Refusal } from "../ports/egress.ts";
import type { Shell } from "./shell.ts";

/** A host that may be reached, and what for. */
export interface HostUse {
  /** `name:port`, `*.name:port`, `1.2.3.4:port` or `[::1]:port`; with `~` before it, it may be in a private network. */
  readonly entry: string;
  readonly why: string;
}

/** Where language models are asked whose definition names no address; LangChain's own defaults. */
const MODEL_HOSTS: Readonly<Record<string, string | undefined>> = {
  openai: "api.openai.com:443",
  anthropic: "api.anthropic.com:443",
  ollama: "127.0.0.1:11434",
  mistralai: "api.mistral.ai:443",
  groq: "api.groq.com:443",
  deepseek: "api.deepseek.com:443",
  xai: "api.x.ai:443",
  "google-genai": "generativelanguage.googleapis.com:443",
  openrouter: "openrouter.ai:443",
  perplexity: "api.perplexity.ai:443",
};
const PORTS: Readonly<Record<string, string | undefined>> = { "https:": "443", "wss:": "443", "http:": "80", "ws:": "80", "redis:": "6379", "rediss:": "6379" };

/** The host of an address that the owner wrote; one of his own servers may be in a private network. */
export function hostOfUrl(address: string, place: "public" | "own"): string {
  const url = URL.parse(address);
  if (url === null || url.hostname === "") throw new UserError(`${address}: this is no address with a host in it.`);
  return `${place === "own" ? "~" : ""}${url.hostname}:${url.port === "" ? (PORTS[url.protocol] ?? "443") : url.port}`;
}

/** Hosts of an exchange as ccxt knows them, or the one address that stands for all of them. */
export function exchangeUses(exchange: string, url: string | undefined, why: string): HostUse[] {
  if (url !== undefined) return [{ entry: hostOfUrl(url, "own"), why }];
  return (EXCHANGE_HOSTS[exchange] ?? "").split(" ").filter((host) => host !== "").map((host) => ({ entry: withPort(host), why }));
}

const withPort = (host: string): string => (/:\d+$/.test(host) ? host : `${host}:443`);

/** Everything that a definition reaches when it runs in a mode. */
export function usesOfRun(definition: Definition, mode: TradeMode): HostUse[] {
  const { trade, telegram } = definition;
  return [
    ...(mode === "replay" ? [] : exchangeUses(trade.exchange, trade.url, `the exchange ${trade.exchange}`)),
    ...(telegram === undefined ? [] : [telegramUse()]),
    ...modelUses(definition),
    ...(mode === "replay" ? [] : sourceUses(definition.sources ?? {})),
    ...(telegram === undefined ? [] : portfolioUses(definition)),
    ...allowedUses(definition),
  ];
}

/** What the owner added, and the proxy. */
export function allowedUses({ egress }: Pick<Definition, "egress">): HostUse[] {
  return [...(egress?.allow ?? []).map((host) => ({ entry: withPort(host), why: "egress.allow" })), ...proxyUses()];
}

function telegramUse(): HostUse {
  const root = process.env["CAUCUS_TELEGRAM_API_ROOT"];
  return root === undefined || URL.parse(root) === null ? { entry: "api.telegram.org:443", why: "Telegram" } : { entry: hostOfUrl(root, "own"), why: "Telegram, at CAUCUS_TELEGRAM_API_ROOT" };
}

/** Where the language model of a definition is asked. */
export function modelUses({ languageModel }: Pick<Definition, "languageModel">): HostUse[] {
  if (languageModel === undefined) return [];
  return [languageModel, ...(languageModel.fallback === undefined ? [] : [languageModel.fallback])].flatMap(({ model, url }) => {
    const entry = url === undefined ? MODEL_HOSTS[splitName(model).kind] : hostOfUrl(url, "own");
    return entry === undefined ? [] : [{ entry, why: `the language model ${model}` }];
  });
}

/** What the sources of a definition ask. */
export function sourceUses(sources: NonNullable<Definition["sources"]>): HostUse[] {
  const { "fear-greed": index, headlines, cryptopanic, "token-metrics": metrics } = sources;
  const at = (url: string | undefined, own: string, why: string): HostUse => ({ entry: hostOfUrl(url ?? own, "public"), why });
  const figures = (["funding", "open-interest", "long-short", "order-flow"] as const).flatMap((name) => {
    const one = sources[name];
    return one === undefined ? [] : exchangeUses(one.exchange, one.url, `the source ${name}`);
  });
  return [
    ...(index === undefined ? [] : [at(index.url, "https://api.alternative.me", "the source fear-greed")]),
    ...(headlines === undefined ? [] : (headlines.feeds ?? FEEDS).map((feed) => at(feed, feed, "the source headlines"))),
    ...figures,
    ...(cryptopanic === undefined ? [] : [at(cryptopanic.url, "https://cryptopanic.com", "the source cryptopanic")]),
    ...(metrics === undefined ? [] : [at(metrics.url, "https://api.tokenmetrics.com", "the source token-metrics")]),
  ];
}

/** What `caucus portfolio` asks: accounts, prices and the nodes of watched addresses. */
export function portfolioUses({ portfolio, trade }: Definition): HostUse[] {
  if (portfolio === undefined) return [];
  const { accounts, addresses, prices } = portfolio;
  const priced = prices ?? (accounts.length > 0 ? accounts : [{ exchange: trade.exchange, url: trade.url }]);
  return [
    ...accounts.flatMap(({ label, exchange, url }) => exchangeUses(exchange, url, `the account ${label}`)),
    ...priced.flatMap(({ exchange, url }) => exchangeUses(exchange, url, `prices of ${exchange}`)),
    ...addresses.flatMap(({ label, rpc }) => {
      const address = rpc.startsWith("env:") ? process.env[rpc.slice(4)] : rpc;
      return address === undefined || URL.parse(address) === null ? [] : [{ entry: hostOfUrl(address, "own"), why: `the node of the address ${label}` }];
    }),
  ];
}

/** The proxy, where Node is told to use one: behind it nobody but the proxy sees which host is meant. */
export function proxyUses(): HostUse[] {
  const told = process.env["NODE_USE_ENV_PROXY"] === "1" || [...process.execArgv, process.env["NODE_OPTIONS"] ?? ""].some((word) => word.includes("--use-env-proxy"));
  if (!told) return [];
  const named = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined || URL.parse(value)?.hostname === undefined ? [] : [hostOfUrl(value, "own")];
  });
  return [...new Set(named)].map((entry) => ({ entry, why: "the proxy of the environment: which hosts are reached through it is its business, and not checked here" }));
}

/** How much a run reaches, in a sentence. */
export function reachText(uses: readonly HostUse[]): string {
  const { size } = new Set(uses.map(({ entry }) => entry));
  return `It reaches ${size} ${size === 1 ? "host" : "hosts"} and no other: \`caucus hosts\` names them.`;
}

/** Opens this process to what a command needs, and to nothing else for as long as it lives. */
export function openEgress(shell: Shell, uses: readonly HostUse[]): void {
  const { egress } = shell;
  if (egress === undefined) return;
  try {
    const known = egress.entries();
    const wanted = uses.map(({ entry }) => entry).filter((entry) => !known.includes(entry));
    if (wanted.length > 0) egress.allow(wanted);
    egress.seal();
  } catch (error) {
    if (error instanceof RangeError) throw new RunError(error.message);
    throw error;
  }
}

const REFUSED: Readonly<Record<Refusal["kind"], (target: string) => string>> = {
  name: (target) => `The name ${target} was not looked up: it is not among the hosts that may be reached.`,
  address: (target) => `No connection to ${target}: it is not among the hosts that may be reached.`,
  private: (target) => `${target} is a private address, which no public name should have: no connection to it. If that is meant, add the address to egress.allow.`,
  socket: (target) => `No connection to the socket ${target}: it is not among what may be reached.`,
  program: (target) => `The program ${target} was not started: only this program starts itself.`,
  native: (target) => `The native code ${target} was not loaded.`,
  internals: (target) => `${target} was refused: it leads around the list of hosts that may be reached.`,
};

/** What was refused, as a sentence. */
export function refusalText(kind: Refusal["kind"], target: string): string {
  return REFUSED[kind](target);
}
