import type { Exchange } from "ccxt";
import { z } from "zod";
import { compare, exact, signOf } from "../../../core/holdings/exact.ts";
import { RunError } from "../../../core/user-error.ts";
import type { MarketPrice, PriceSource } from "../../../ports/account.ts";
import { type Patience, readPatiently } from "../retry.ts";
import { ACCOUNT_PATIENCE, assetsOf, type ClientAccess, decimalText, openAccountClient, spotMarkets } from "./client.ts";

const DAY = 86_400_000;
/** Days that every exchange gives at once. */
const PAGE = 300;

const maybe = decimalText.nullish();
const tickersShape = z.record(z.string(), z.object({ symbol: z.string(), last: maybe, bid: maybe, ask: maybe }).nullish());
const candlesShape = z.array(z.tuple([z.number(), z.unknown(), z.unknown(), z.unknown(), decimalText]).rest(z.unknown()));

/** Prices of an exchange's spot markets; no keys are needed. */
export function openPrices(access: Omit<ClientAccess, "keys"> & { readonly patience?: Patience }): PriceSource {
  const { exchange, patience = ACCOUNT_PATIENCE } = access;
  let opened: Promise<Exchange> | null = null;
  const ready = async (signal: AbortSignal): Promise<Exchange> => {
    const client = await (opened ??= openAccountClient({ exchange, ...(access.url === undefined ? {} : { url: access.url }) }));
    client.reloadingMarkets = false;
    await readPatiently(client, "markets", () => client.loadMarkets(), patience, signal);
    return client;
  };
  return {
    venue: exchange,
    prices: async (signal) => {
      const client = await ready(signal);
      const answer = await readPatiently(client, "prices", () => client.fetchTickers(), patience, signal);
      const parsed = tickersShape.safeParse(answer);
      if (!parsed.success) throw new RunError(`prices: ${client.id} answered with something of another form (${parsed.error.issues[0]?.path.join(".") ?? ""}).`);
      return Object.values(parsed.data).flatMap((ticker): MarketPrice[] => {
        const pair = ticker ? assetsOf(ticker.symbol) : null;
        const price = ticker ? fairPrice(ticker.last ?? null, ticker.bid ?? null, ticker.ask ?? null) : null;
        return pair && price !== null ? [{ ...pair, price, venue: exchange }] : [];
      });
    },
    dailyCloses: async (base, quote, from, to, signal) => {
      const client = await ready(signal);
      const symbol = `${base}/${quote}`;
      const closes = new Map<number, string>();
      if (!spotMarkets(client).has(symbol) || client.has["fetchOHLCV"] !== true) return closes;
      for (let since = Math.floor(from / DAY) * DAY; since <= to; ) {
        const asked = since;
        const answer = await readPatiently(client, `daily candles of ${symbol}`, () => client.fetchOHLCV(symbol, "1d", asked, PAGE), patience, signal);
        const parsed = candlesShape.safeParse(answer);
        if (!parsed.success) throw new RunError(`daily candles of ${symbol}: ${client.id} answered with something of another form.`);
        for (const [time, , , , close] of parsed.data) if (time <= to && signOf(exact(close)) > 0) closes.set(time, close);
        const last = parsed.data.at(-1)?.[0];
        // Before a market's first day some give nothing, and some their first candles.
        since = last === undefined || last < asked ? asked + PAGE * DAY : last + DAY;
      }
      return closes;
    },
  };
}

/** The last price, but none that the book has left behind: within bid and ask where both are there. `null` when there is none above zero. */
export function fairPrice(last: string | null, bid: string | null, ask: string | null): string | null {
  const valid = (text: string | null): string | null => (text !== null && signOf(exact(text)) > 0 ? text : null);
  const [traded, low, high] = [valid(last), valid(bid), valid(ask)];
  if (low === null || high === null || compare(exact(low), exact(high)) > 0) return traded;
  if (traded === null) return low;
  if (compare(exact(traded), exact(low)) < 0) return low;
  return compare(exact(traded), exact(high)) > 0 ? high : traded;
}
