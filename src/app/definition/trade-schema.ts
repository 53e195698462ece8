import { z } from "zod";
import { ACKNOWLEDGEABLE } from "../keys/permissions.ts";

/** Ways to run a bot: recorded or made-up candles through the local exchange, live candles with simulated fills, real orders. */
export const TRADE_MODES = ["replay", "paper", "live"] as const;
export type TradeMode = (typeof TRADE_MODES)[number];

/** Exchanges that a bot can trade on. */
export const TRADE_EXCHANGES = ["binance", "kraken", "bybit", "okx"] as const;

const share = z.number().positive().max(1);

/** The part of a definition that only a running bot reads. */
export const tradeSchema = z.strictObject({
  mode: z.enum(TRADE_MODES).default("replay").describe("replay: the definition's candles through the local exchange; paper: live candles, simulated fills; live: real orders"),
  exchange: z.enum(TRADE_EXCHANGES).default("binance").describe("where paper takes its candles from and live trades"),
  url: z.url().optional().describe("another address of the exchange, for the local one: http://127.0.0.1:7070"),
  speed: z.number().nonnegative().default(0).describe("replay: market seconds a second; 0: as fast as the bot answers"),
  days: z.number().positive().max(3_650).default(7).describe("replay: days of the candles that are played, from their start"),
  onStop: z.enum(["keep", "cancel"]).default("keep").describe("what becomes of open orders when the bot is stopped"),
  key: z
    .strictObject({
      stored: z.string().min(1).max(64).optional().describe("label or id of the key in the key store (caucus keys list); absent: CAUCUS_API_KEY, else the store's only key for the exchange"),
      acknowledge: z.array(z.enum(ACKNOWLEDGEABLE)).default([]).describe("what you know of the key and accept: any-ip, or a right that the exchange does not separate or tell of"),
    })
    .prefault({})
    .describe("the key that live trades with; its secrets are never here"),
  limits: z
    .strictObject({
      dailyLoss: share.default(0.1).describe("loss since midnight UTC at which nothing is bought any more that day, fraction of equity"),
      drawdown: share.default(0.3).describe("fall from the highest equity at which nothing is bought until you resume, fraction"),
      ordersPerMinute: z.number().int().positive().default(120).describe("new orders a minute, all symbols together"),
      rejectionsPerHour: z.number().int().positive().default(10).describe("rejections by the venue after which a strategy stops until you resume"),
      cooldownMinutes: z.number().nonnegative().default(0).describe("minutes without buys in a symbol after a stop-loss in it"),
      blacklist: z.array(z.string()).default([]).describe("symbols in which nothing is bought"),
      spend: z.number().positive().optional().describe("quote that may be in the market at cost; absent: the capital"),
    })
    .prefault({})
    .describe("limits beyond the risk profile; they refuse buys, never sells"),
});
