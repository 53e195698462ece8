import { createHash } from "node:crypto";
import { z } from "zod";
import { coinOf } from "../../core/outside-log.ts";
import { liveItem, type Source } from "../../ports/source.ts";
import { address, askJson, type Limits } from "./answer.ts";
import { coinsIn } from "./coins.ts";
import { markets } from "./headlines.ts";
import { plainWords } from "./plain-words.ts";

const HOUR = 3_600_000;
const HOME = "https://cryptopanic.com/api/developer/v2";

const coins = z
  .array(z.object({ code: z.string().regex(/^[A-Z0-9]{1,15}$/) }))
  .nullish()
  .catch(null);

/** https://cryptopanic.com/developers/api/: version 2 says `instruments` where version 1 said `currencies`; small plans give no ids. */
const shape = z.object({
  results: z
    .array(
      z.object({
        id: z.union([z.number(), z.string()]).optional(),
        title: z.string(),
        published_at: z.iso.datetime({ offset: true }),
        instruments: coins,
        currencies: coins,
      }),
    )
    .max(1_000),
});

/** Headlines that CryptoPanic gathers, for the coins that it files them under; with the user's own key. */
export function cryptopanic(options: { readonly key: string; readonly url?: string; readonly every?: number; readonly limits?: Partial<Limits> }): Source {
  const own = { name: "cryptopanic", lasts: 24 * HOUR, delay: HOUR / 6 } as const;
  return {
    ...own,
    title: "headlines gathered by CryptoPanic (own key)",
    every: options.every ?? HOUR,
    async fetch({ symbols, now }, signal) {
      const bases = [...new Set(symbols.map(coinOf))];
      const url = address(options.url ?? HOME, "/posts/", { auth_token: options.key, public: "true", kind: "news", currencies: bases.join(",") });
      const { results } = await askJson({ name: own.name, url, secrets: [options.key], signal, ...(options.limits ? { limits: options.limits } : {}) }, shape);
      const fetched = now();
      return results.flatMap((post) => {
        const text = plainWords(post.title);
        const published = Date.parse(post.published_at);
        if (text === "" || published > fetched + HOUR) return [];
        const id = post.id === undefined ? createHash("sha256").update(`${post.published_at}\n${post.title}`).digest("hex").slice(0, 24) : String(post.id).slice(0, 40);
        const filed = (post.instruments ?? post.currencies ?? []).map(({ code }) => code);
        const named = filed.length > 0 ? [...new Set(filed)] : coinsIn(text, bases);
        return markets(named).map((symbol) => liveItem(own, { id, symbol, published, value: null, text }, fetched));
      });
    },
  };
}
