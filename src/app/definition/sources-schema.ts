import { z } from "zod";
import { parseTimeframe } from "../../core/timeframe.ts";
import { TRADE_EXCHANGES } from "./trade-schema.ts";

/** Exchanges that tell their past funding rates, as far as ccxt can ask; fewer tell the other figures. */
const FUNDING_EXCHANGES = ["binance", "bybit", "okx", "bitget", "gate"] as const;

const url = z.url({ protocol: /^https?$/ });
const every = z
  .string()
  .refine((text) => (parseTimeframe(text) ?? 0) >= 60_000, "must be a time of a minute or more such as 5m, 1h or 1d")
  .optional()
  .describe("how often a running bot asks, such as 5m or 1h; absent: as often as suits the source");
const elsewhere = (what: string) => url.optional().describe(`another address of ${what}, for a mirror`);
const figure = (what: string, exchanges: readonly [string, ...string[]] = FUNDING_EXCHANGES) =>
  z
    .strictObject({
      exchange: z.enum(exchanges).default("binance").describe(`whose ${what}`),
      url: elsewhere("the exchange"),
      every,
    })
    .optional();

/** What is read outside the market. Without it nothing is, and the sentiment agent is not in the council unless it is named. */
export const sourcesSchema = z.strictObject({
  "fear-greed": z.strictObject({ url: elsewhere("api.alternative.me"), every }).optional().describe("Crypto Fear & Greed index, daily"),
  headlines: z
    .strictObject({ feeds: z.array(url).min(1).max(20).optional().describe("RSS 2.0 or Atom; absent: CoinDesk, Cointelegraph, Decrypt"), every, judge: z.enum(["lexicon", "model"]).optional().describe("who reads the titles; absent: the lexicon; model: the languageModel too, which can only read them as worse") })
    .optional()
    .describe("titles of news feeds"),
  funding: figure("funding rates").describe("funding rates of perpetual swaps"),
  "open-interest": figure("open interest", ["binance", "bybit", "okx", "gate"]).describe("open interest of perpetual swaps"),
  "long-short": figure("ratio of accounts long to short", ["binance", "bybit", "okx", "bitget"]).describe("accounts long over accounts short"),
  "order-flow": figure("order book and trades; the exchange that the bot trades on, best of all", TRADE_EXCHANGES).describe("imbalance of the spot market's order book and trades, for the order-flow agent"),
  cryptopanic: z.strictObject({ url: elsewhere("CryptoPanic, version and plan included"), every }).optional().describe("headlines of CryptoPanic; the key comes from CAUCUS_CRYPTOPANIC_KEY"),
  "token-metrics": z.strictObject({ url: elsewhere("Token Metrics, version included"), every }).optional().describe("trader grades and signals; the key comes from CAUCUS_TOKEN_METRICS_KEY"),
});

/** The sources of a definition with their settings. */
export type SourcesDefinition = z.infer<typeof sourcesSchema>;
/** A source by name. */
export type SourceName = keyof SourcesDefinition;
/** Every source that there is. */
export const SOURCE_NAMES: readonly SourceName[] = sourcesSchema.keyof().options;
