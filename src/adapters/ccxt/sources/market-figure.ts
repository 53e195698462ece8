import type { Exchange } from "ccxt";
import { z } from "zod";
import { type HistorySpan, liveItem, pastItem, type Publication, type Source, type SourceContext, SourceError } from "../../../ports/source.ts";
import { eachMarket } from "./each-market.ts";
import { type SwapClient, swapOf } from "./swap-client.ts";

const HOUR = 3_600_000;
/** Rows asked for at once; more than a venue gives would lose some. */
const PAGE: Readonly<Record<string, number>> = { binance: 500, bybit: 200, okx: 100 };

/** A figure that an exchange publishes about each of its swap markets, again and again. */
export interface MarketFigure {
  readonly name: string;
  readonly title: string;
  /** Usual time between two figures, milliseconds. */
  readonly period: number;
  readonly every: number;
  readonly lasts: number;
  readonly delay: number;
  /** How far back a running bot asks, milliseconds. */
  readonly lookback: number;
  /** How far back single venues tell it, milliseconds. */
  readonly reach?: Readonly<Record<string, number>>;
  /** Whether ccxt can ask this exchange. */
  has(client: Exchange): boolean;
  /** ccxt's rows from `since` until `until`, at most `limit`. */
  rows(client: Exchange, market: string, span: { readonly since: number; readonly until: number; readonly limit: number }): Promise<unknown>;
  /** Its row: a time and a number. */
  readonly row: z.ZodType<{ readonly time: number; readonly value: number }>;
}

/** The source of a figure at one exchange, for every symbol that has a swap market there. */
export function marketFigure(figure: MarketFigure, swap: SwapClient, every: number | undefined): Source {
  const { name, title, lasts, delay } = figure;
  const limit = PAGE[swap.exchange] ?? 100;

  const open = async (signal: AbortSignal, patient: boolean): Promise<Exchange> => {
    const client = await swap.open(signal, patient);
    if (!figure.has(client)) throw new SourceError("refused", `${name}: ${swap.exchange} does not publish it, as far as ccxt knows; choose another exchange for this source`);
    return client;
  };
  const page = async (client: Exchange, symbol: string, market: string, since: number, until: number, signal: AbortSignal, patient: boolean): Promise<Publication[]> => {
    const what = `${name} of ${market}`;
    const raw = await swap.ask(client, what, () => figure.rows(client, market, { since, until, limit }), signal, patient);
    const rows = z.array(figure.row).safeParse(raw);
    if (!rows.success) throw new SourceError("malformed", `${what}: ${swap.exchange} answered in another shape than documented: ${rows.error.issues[0]?.message ?? ""}`);
    // Some venues answer with their newest, whatever was asked.
    const inside = rows.data.filter(({ time }) => time >= since && time < until);
    // A full page may have left some out: the halves have not.
    if (rows.data.length >= limit && until - since > 2 * HOUR) {
      const middle = since + Math.floor((until - since) / 2);
      return [...(await page(client, symbol, market, since, middle, signal, patient)), ...(await page(client, symbol, market, middle, until, signal, patient))];
    }
    return inside.map(({ time, value }) => ({ id: `${swap.exchange}:${time}`, symbol, published: time, value, text: null })).sort((a, b) => a.published - b.published);
  };

  return {
    name,
    title: `${title} (${swap.exchange})`,
    every: every ?? figure.every,
    lasts,
    delay,
    prefix: `${swap.exchange}:`,
    async fetch(context, signal) {
      const client = await open(signal, false);
      const found = await eachSwap(client, name, context, signal, async (symbol, market) => {
        const items = await page(client, symbol, market, context.now() - figure.lookback, context.now() + HOUR, signal, false);
        // ccxt makes an empty list of rows that it does not know.
        if (items.length === 0) throw new SourceError("malformed", `${name} of ${market}: ${swap.exchange} told nothing of the last ${figure.lookback / HOUR} hours`);
        return items;
      });
      const now = context.now();
      return found.flat().map((one) => liveItem(figure, one, now));
    },
    async history(span, context, signal) {
      const client = await open(signal, true);
      const { from, to } = reachable(figure, swap.exchange, span, context);
      const window = (limit - 1) * figure.period;
      let done = 0;
      const parts = Math.max(1, Math.ceil((to - from) / window)) * context.symbols.length;
      await eachSwap(client, name, context, signal, async (symbol, market) => {
        let told = 0;
        for (let since = from; since < to; since += window) {
          signal.throwIfAborted();
          const items = await page(client, symbol, market, since, Math.min(to, since + window), signal, true);
          told += items.length;
          span.keep(items.map((one) => pastItem(figure, one, context.now())));
          span.onProgress?.(Math.min(1, ++done / parts));
        }
        if (told === 0) context.warn?.(`${name} of ${market}: ${swap.exchange} told nothing of this span`);
      });
    },
  };
}

/** Asks for each symbol that has a swap market. */
function eachSwap<Answer>(client: Exchange, name: string, context: SourceContext, signal: AbortSignal, ask: (symbol: string, market: string) => Promise<Answer>): Promise<Answer[]> {
  return eachMarket(context, signal, async (symbol) => {
    const market = swapOf(client, symbol);
    if (market === null) throw new SourceError("refused", `${name}: ${client.id} has no swap market of ${symbol}`);
    return ask(symbol, market);
  });
}

function reachable(figure: MarketFigure, exchange: string, { from, to }: HistorySpan, context: SourceContext): { readonly from: number; readonly to: number } {
  const now = context.now();
  const reach = figure.reach?.[exchange];
  const earliest = reach === undefined ? 0 : now - reach;
  if (from < earliest) context.warn?.(`${figure.name}: ${exchange} tells it back to ${new Date(earliest).toISOString().slice(0, 10)} only`);
  return { from: Math.max(from, earliest), to: Math.min(to, now) };
}
