import type { Exchange } from "ccxt";
import { z } from "zod";
import { compare, exact, minus, textOf } from "../../../core/holdings/exact.ts";
import { RunError, UserError } from "../../../core/user-error.ts";
import type { Holding, HoldingsSource, OpenOrder } from "../../../ports/account.ts";
import { type Patience, readPatiently } from "../retry.ts";
import { walkOpenOrders } from "../venue/pages.ts";
import { ACCOUNT_PATIENCE, assetCode, assetsOf, checkExchange, type ClientAccess, decimalText, isKnown, openAccountClient } from "./client.ts";
import { readTrades } from "./trades.ts";
import { readTransfers } from "./transfers.ts";
import { walkPages } from "./walk.ts";

/** An account of the owner's at an exchange. */
export interface AccountAccess extends ClientAccess {
  readonly label: string;
  /** Markets whose trades are read; absent: all between what is held. */
  readonly symbols?: readonly string[];
  /** From when on trades are read, epoch milliseconds. */
  readonly since?: number;
  /** Whether deposits and withdrawals are read. */
  readonly transfers?: boolean;
  readonly patience?: Patience;
}

const amounts = z.record(z.string(), decimalText.nullish());
const balanceShape = z.object({ total: amounts, free: amounts, used: amounts });
const orderShape = z.object({
  id: z.coerce.string().min(1), symbol: z.string(), side: z.enum(["buy", "sell"]), type: z.string().nullish(),
  price: decimalText.nullish(), amount: decimalText, filled: decimalText.nullish(), timestamp: z.number().nullish(),
});

/** Reads an account through ccxt: balances, open orders, trades, transfers. It holds no way to place an order. */
export function openAccount(access: AccountAccess): HoldingsSource {
  const { label, exchange, patience = ACCOUNT_PATIENCE } = access;
  let opened: Promise<Exchange> | null = null;
  const ready = async (signal: AbortSignal): Promise<Exchange> => {
    const client = await (opened ??= openAccountClient(access));
    // ccxt keeps a failed load and answers every later call with it.
    client.reloadingMarkets = false;
    await readPatiently(client, "markets", () => client.loadMarkets(), patience, signal);
    return client;
  };
  return {
    label,
    kind: "exchange",
    place: exchange,
    read: async (signal) => {
      if (!access.keys) {
        // Keys for an exchange that does not exist would be looked for in vain.
        await checkExchange(exchange);
        throw new UserError(keysWanted(label));
      }
      const client = await ready(signal);
      const holdings = await balances(client, patience, signal);
      try {
        return { holdings, openOrders: await openOrders(client, patience, signal), missing: [] };
      } catch (error) {
        if (!(error instanceof RunError) && !(error instanceof UserError)) throw error;
        return { holdings, openOrders: [], missing: [error.message] };
      }
    },
    trades: async (from, assets, signal) => {
      const client = await ready(signal);
      return readTrades({ client, label, patience, signal, ...(access.symbols ? { symbols: access.symbols } : {}), ...(access.since === undefined ? {} : { since: access.since }) }, from, assets);
    },
    ...(access.transfers === true ? { flows: async (since: number, signal: AbortSignal) => readTransfers(await ready(signal), label, since, patience, signal) } : {}),
  };
}

/** The environment variables of an account's keys begin so. */
export function keyPrefix(label: string): string {
  return `CAUCUS_${label.toUpperCase().replaceAll("-", "_")}`;
}

function keysWanted(label: string): string {
  const prefix = keyPrefix(label);
  return `there are no keys: set ${prefix}_KEY and ${prefix}_SECRET in the environment (or ${prefix}_KEY_FILE and ${prefix}_SECRET_FILE). A key that can only read is enough.`;
}

async function balances(client: Exchange, patience: Patience, signal: AbortSignal): Promise<Holding[]> {
  const answer = await readPatiently(client, "balances", () => client.fetchBalance(), patience, signal);
  const parsed = balanceShape.safeParse(answer);
  if (!parsed.success) throw new RunError(`balances: ${client.id} answered with something of another form (${parsed.error.issues[0]?.path.join(".") ?? ""}).`);
  const { total, free, used } = parsed.data;
  return Object.entries(total).flatMap(([asset, all]): Holding[] => {
    if (all === null || all === undefined || compare(exact(all), exact("0")) === 0) return [];
    if (!assetCode.safeParse(asset).success) throw new RunError(`balances: ${client.id} tells of an asset that has no proper name.`);
    const [loose, bound] = [free[asset] ?? null, used[asset] ?? null];
    const rest = (part: string): string => textOf(minus(exact(all), exact(part)));
    return [{ asset, quantity: all, free: loose ?? (bound === null ? null : rest(bound)), used: bound ?? (loose === null ? null : rest(loose)) }];
  });
}

async function openOrders(client: Exchange, patience: Patience, signal: AbortSignal): Promise<readonly OpenOrder[]> {
  const walk = isKnown(client.id) ? walkOpenOrders(client.id) : { first: { since: undefined, limit: undefined, params: {} }, next: () => null };
  const rows = await walkPages(walk, { client, what: "open orders", patience, signal, call: ({ since, limit, params }) => client.fetchOpenOrders(undefined, since, limit, params) });
  const parsed = z.array(orderShape).safeParse(rows);
  if (!parsed.success) throw new RunError(`open orders: ${client.id} answered with something of another form (${parsed.error.issues[0]?.path.join(".") ?? ""}).`);
  return parsed.data
    .filter(({ symbol }) => assetsOf(symbol) !== null)
    .map(({ id, symbol, side, type, price, amount, filled, timestamp }) => ({ id, symbol, side, type: type ?? "order", price: price ?? null, quantity: amount, filled: filled ?? "0", time: timestamp ?? null }));
}
