import { z } from "zod";
import { coinOf } from "../../core/outside-log.ts";
import { liveItem, pastItem, type Publication, type Source, type SourceContext, SourceError } from "../../ports/source.ts";
import { address, askJson, type Limits } from "./answer.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HOME = "https://api.tokenmetrics.com/v2";
/** Days asked for at once. */
const WINDOW = 30;

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}/);
/** https://developers.tokenmetrics.com/reference: numbers may come as text. */
const grades = z.object({ data: z.array(z.object({ DATE: day, TM_TRADER_GRADE: z.coerce.number().min(0).max(100) })).max(1_000) });
const signals = z.object({ data: z.array(z.object({ DATE: day, TRADING_SIGNAL: z.coerce.number().int().min(-1).max(1) })).max(1_000) });

/**
 * Token Metrics' trader grade (`value`, 0..100) with its trading signal (`score`, -1, 0 or 1) of each day and symbol; with
 * the user's own key.
 */
export function tokenMetrics(options: { readonly key: string; readonly url?: string; readonly every?: number; readonly limits?: Partial<Limits> }): Source {
  const own = { name: "token-metrics", lasts: 3 * DAY, delay: DAY } as const;

  const ask = <T>(path: string, symbol: string, from: number, to: number, shape: z.ZodType<T>, signal: AbortSignal): Promise<T> => {
    const url = address(options.url ?? HOME, path, { symbol: coinOf(symbol), startDate: dayOf(from), endDate: dayOf(to), limit: 100 });
    const question = { name: own.name, url, headers: { "x-api-key": options.key, accept: "application/json" }, secrets: [options.key], signal, ...(options.limits ? { limits: options.limits } : {}) };
    return askJson(question, shape);
  };

  const read = async (symbol: string, from: number, to: number, context: SourceContext, signal: AbortSignal): Promise<Publication[]> => {
    const graded = await ask("/trader-grades", symbol, from, to, grades, signal);
    // Some plans have grades and no signals.
    const signalled = await ask("/trading-signals", symbol, from, to, signals, signal).catch((error: unknown) => {
      if (!(error instanceof SourceError)) throw error;
      context.warn?.(`${error.message}; its grades count without signals`);
      return { data: [] };
    });
    const byDay = new Map(signalled.data.map((one) => [one.DATE.slice(0, 10), one.TRADING_SIGNAL]));
    return graded.data
      .map(({ DATE, TM_TRADER_GRADE }) => {
        const date = DATE.slice(0, 10);
        return { id: date, symbol, published: Date.parse(date), value: TM_TRADER_GRADE, text: null, score: byDay.get(date) ?? null };
      })
      .filter(({ published }) => published >= from - DAY && published <= to)
      .sort((a, b) => a.published - b.published);
  };

  return {
    ...own,
    title: "Token Metrics' trader grade and signal, daily (own key)",
    every: options.every ?? 6 * HOUR,
    async fetch(context, signal) {
      const found: Publication[] = [];
      for (const symbol of context.symbols) found.push(...(await read(symbol, context.now() - 2 * DAY, context.now(), context, signal)));
      const now = context.now();
      return found.map((one) => liveItem(own, one, now));
    },
    async history({ from, to, keep, onProgress }, context, signal) {
      const end = Math.min(to, context.now());
      const parts = Math.max(1, Math.ceil((end - from) / (WINDOW * DAY))) * context.symbols.length;
      let done = 0;
      for (const symbol of context.symbols) {
        for (let since = from; since < end; since += WINDOW * DAY) {
          const items = await read(symbol, since, Math.min(end, since + WINDOW * DAY), context, signal);
          keep(items.map((one) => pastItem(own, one, context.now())));
          onProgress?.(++done / parts);
        }
      }
    },
  };
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
