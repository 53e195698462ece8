import { readFileSync } from "node:fs";
import { join } from "node:path";
import { keyPrefix, openAccount } from "../adapters/ccxt/accounts/account.ts";
import type { AccountKeys } from "../adapters/ccxt/accounts/client.ts";
import { openPrices } from "../adapters/ccxt/accounts/prices.ts";
import { byHand } from "../adapters/holdings/by-hand.ts";
import { readFlows, readTradeFile } from "../adapters/holdings/files.ts";
import { openHoldingsStore } from "../adapters/sqlite/holdings/store.ts";
import type { PortfolioDefinition } from "../app/definition/portfolio-schema.ts";
import type { Definition } from "../app/definition/schema.ts";
import type { WrittenDown } from "../app/portfolio/holdings/movements.ts";
import { portfolioOf } from "../app/portfolio/holdings/portfolio.ts";
import type { PortfolioView } from "../core/holdings/view.ts";
import { parseInstant } from "../core/instant.ts";
import { redactor, remember } from "../core/redact.ts";
import { UserError } from "../core/user-error.ts";
import type { HoldingsSource, PriceSource } from "../ports/account.ts";
import { knownSecrets } from "./run/keys.ts";
import { openFolder } from "./run/state-folder.ts";

/** The portfolio of a definition, open for reading. */
export interface OpenPortfolio {
  /** Reads everything and keeps a snapshot; with `refresh` false only what is known already is shown. */
  view(refresh: boolean, signal: AbortSignal): Promise<PortfolioView>;
  /** Keys that must never be said. */
  readonly secrets: readonly string[];
  close(): void;
}

/** Opens the portfolio of a definition. Its history lies in `state/<name>-portfolio` unless it is told otherwise. */
export async function openPortfolio(definition: Definition, state?: string, stored: ReadonlyMap<string, AccountKeys> = new Map()): Promise<OpenPortfolio> {
  const { portfolio } = definition;
  if (portfolio === undefined) throw new UserError(`${definition.name} names nothing that is held: add a portfolio section to it, with accounts, addresses or byHand. docs/portfolio.md shows one.`);
  const secrets: string[] = [];
  const sources = [...accountsOf(portfolio, stored, secrets), ...(await addressesOf(portfolio, secrets)), ...byHandOf(portfolio)];
  const prices = pricesOf(portfolio, definition);
  const folder = state ?? join("state", `${slug(definition.name)}-portfolio`);
  openFolder(folder);
  const store = openHoldingsStore(join(folder, "holdings.sqlite"));
  remember(secrets);
  const redact = redactor([...secrets, ...knownSecrets()]);
  const parts = {
    name: definition.name, currency: portfolio.currency, sources, prices, store, redact,
    written: () => writtenDown(portfolio),
    ownAddresses: new Set(portfolio.addresses.map(({ address }) => address.toLowerCase())),
    assets: [...new Set(definition.symbols.flatMap((symbol) => symbol.split("/")))],
    clock: () => Date.now(),
  };
  return { secrets, view: (refresh, signal) => portfolioOf({ ...parts, signal }, refresh), close: () => store.close() };
}

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "") || "my";

function accountsOf({ accounts }: PortfolioDefinition, stored: ReadonlyMap<string, AccountKeys>, secrets: string[]): HoldingsSource[] {
  return accounts.map(({ label, exchange, url, symbols, since, transfers }) => {
    const keys = stored.get(label) ?? readAccountKeys(label);
    if (keys) secrets.push(keys.apiKey, keys.secret, ...(keys.password === undefined ? [] : [keys.password]));
    return openAccount({
      label, exchange, transfers,
      ...(keys === null ? {} : { keys }), ...(url === undefined ? {} : { url }), ...(symbols === undefined ? {} : { symbols }), ...(since === undefined ? {} : { since: parseInstant(since) }),
    });
  });
}

/** viem takes a moment to load, which those without addresses need not wait for. */
async function addressesOf({ addresses }: PortfolioDefinition, secrets: string[]): Promise<HoldingsSource[]> {
  if (addresses.length === 0) return [];
  const { watchAddress } = await import("../adapters/evm/address.ts");
  return addresses.map(({ label, rpc, chainId, address, native, tokens }) => {
    const url = rpc.startsWith("env:") ? rpcOf(rpc.slice(4), label) : rpc;
    secrets.push(url, ...keysIn(url));
    const watched = tokens.map(({ contract, symbol, decimals, pricedAs }) => ({ contract, ...(symbol === undefined ? {} : { symbol }), ...(decimals === undefined ? {} : { decimals }), ...(pricedAs === undefined ? {} : { pricedAs }) }));
    return watchAddress({ label, rpc: url, chainId, address, native, tokens: watched });
  });
}

/** Shorter than this a part of a path is a word of it, such as `mainnet`. */
const SHORTEST_KEY = 12;

/** What may be a key within a node's URL: who asks, and long parts of the path and the query. A node may name it alone in its refusals. */
function keysIn(text: string): string[] {
  const url = URL.parse(text);
  if (url === null) return [];
  const parts = [...url.pathname.split("/"), ...url.searchParams.values()].filter((part) => part.length >= SHORTEST_KEY);
  return [url.password, url.username, ...parts].filter((part) => part !== "");
}

function byHandOf({ byHand: held, files }: PortfolioDefinition): HoldingsSource[] {
  if (held.length === 0 && files.holdings.length === 0) return [];
  const holdings = held.map(({ asset, quantity, cost, pricedAs }) => ({ asset, quantity, free: null, used: null, ...(cost === undefined ? {} : { cost }), ...(pricedAs === undefined ? {} : { pricedAs }) }));
  return [byHand(holdings, files.holdings)];
}

function pricesOf({ prices, accounts }: PortfolioDefinition, { trade }: Definition): PriceSource[] {
  const wanted = prices ?? (accounts.length > 0 ? accounts : [{ exchange: trade.exchange, url: trade.url }]);
  const seen = new Set<string>();
  return wanted.flatMap(({ exchange, url }) => {
    if (seen.has(exchange)) return [];
    seen.add(exchange);
    return [openPrices({ exchange, ...(url === undefined ? {} : { url }) })];
  });
}

async function writtenDown({ flows, files }: PortfolioDefinition): Promise<WrittenDown> {
  const own = flows.map(({ time, asset, quantity, value }, i) => ({ source: "by-hand", id: `definition:${i}`, time: parseInstant(time), asset, quantity, ...(value === undefined ? {} : { value }) }));
  return {
    flows: [...own, ...(await Promise.all(files.flows.map(readFlows))).flat()],
    trades: (await Promise.all(files.trades.map(readTradeFile))).flat(),
  };
}

/**
 * Keys of an account: CAUCUS_<LABEL>_KEY, CAUCUS_<LABEL>_SECRET and, for OKX and KuCoin, CAUCUS_<LABEL>_PASSWORD, or the files
 * that the same names with _FILE say. `null` when there are none. The label `api` has the names of the bot's own: its
 * secret is CAUCUS_API_SECRET.
 */
export function readAccountKeys(label: string): AccountKeys | null {
  const prefix = keyPrefix(label);
  const [apiKey, secret, password] = ["KEY", "SECRET", "PASSWORD"].map((part) => valueOf(`${prefix}_${part}`));
  if (!apiKey && !secret) return null;
  if (!apiKey || !secret) throw new UserError(`Only one of ${prefix}_KEY and ${prefix}_SECRET is set: the account ${label} needs both.`);
  return { apiKey, secret, ...(password ? { password } : {}) };
}

function rpcOf(name: string, label: string): string {
  const value = valueOf(name);
  if (!value) throw new UserError(`${name} is not set: the address ${label} takes its RPC URL from it.`);
  const url = URL.parse(value);
  if (url?.protocol !== "https:" && url?.protocol !== "http:") throw new UserError(`${name} must be a URL that begins with https:// (or http://), for the address ${label}.`);
  return value;
}

function valueOf(name: string): string | undefined {
  const path = process.env[`${name}_FILE`];
  if (process.env[name] !== undefined || path === undefined) return process.env[name]?.trim();
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new UserError(`${name}_FILE: ${path} cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "no reason given"}).`);
  }
}
