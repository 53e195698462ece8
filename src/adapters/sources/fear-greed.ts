import { z } from "zod";
import { liveItem, pastItem, type Publication, type Source, SourceError } from "../../ports/source.ts";
import { address, askJson, type Limits } from "./answer.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HOME = "https://api.alternative.me";

/** https://alternative.me/crypto/fear-and-greed-index/#api: numbers come as text, times in seconds. */
const shape = z.object({
  data: z.array(
    z.object({
      value: z.coerce.number().min(0).max(100),
      timestamp: z.coerce.number().int().positive().max(10_000_000_000),
    }),
  ),
});

/** The Crypto Fear & Greed index of alternative.me: one value a day, 0 (fear) to 100 (greed), for all coins together. */
export function fearGreed(options: { readonly url?: string; readonly every?: number; readonly limits?: Partial<Limits> } = {}): Source {
  const own = { name: "fear-greed", lasts: 2 * DAY, delay: HOUR } as const;
  const ask = async (limit: number, signal: AbortSignal): Promise<Publication[]> => {
    const url = address(options.url ?? HOME, "/fng/", { limit, format: "json" });
    const { data } = await askJson({ name: own.name, url, signal, ...(options.limits ? { limits: options.limits } : {}) }, shape);
    return data.map(({ value, timestamp }) => ({ id: String(timestamp), symbol: null, published: timestamp * 1_000, value, text: null })).reverse();
  };
  return {
    ...own,
    title: "Crypto Fear & Greed index (alternative.me), 0..100, daily",
    every: options.every ?? HOUR,
    async fetch({ now }, signal) {
      // Two: around midnight the newest may not be there yet, and the day before still counts.
      const items = await ask(2, signal);
      if (items.length === 0) throw new SourceError("malformed", `${own.name} answered without a value`);
      return items.map((one) => liveItem(own, one, now()));
    },
    async history({ from, to, keep, onProgress }, { now }, signal) {
      const items = (await ask(0, signal)).filter(({ published }) => published >= from && published < to);
      keep(items.map((one) => pastItem(own, one, now())));
      onProgress?.(1);
    },
  };
}
