import { z } from "zod";
import { MARKET_KINDS, type SyntheticOptions } from "../core/synthetic/market.ts";
import { parseInstant } from "../core/instant.ts";
import { parseTimeframe } from "../core/timeframe.ts";
import { UserError } from "../core/user-error.ts";
import { shown, suggestion } from "./definition/problems.ts";

/** What a synthetic source begins with. */
export const SYNTHETIC_PREFIX = "synthetic:";

const DEFAULT_DAYS = 90;
const DEFAULT_START = Date.UTC(2024, 0, 1);
/** First prices of well-known assets, so that a picture looks like its market; others start at 100. */
const START_PRICES: Readonly<Record<string, number>> = { BTC: 42_000, ETH: 2_300, SOL: 100, XRP: 0.6, DOGE: 0.08, ADA: 0.5 };
const MINUTE = 60_000;
const KEYS = ["seed", "days", "timeframe", "start", "price", "step"] as const;

const positive = z.coerce.number().positive();
const readers = {
  seed: z.coerce.number().int().min(0).max(4_294_967_295),
  days: z.coerce.number().positive().max(4_000),
  price: positive,
  step: positive,
};

/**
 * Options of `synthetic:<kind>[?seed=7&days=90&timeframe=1m&start=2024-01-01&price=42000&step=0.01]`. The seed of a
 * symbol is made of the definition's seed and its name, so that two symbols are two markets.
 */
export function parseSyntheticSpec(source: string, symbol: string, seed: number): SyntheticOptions {
  const [kindText = "", query = ""] = source.slice(SYNTHETIC_PREFIX.length).split("?");
  const kind = MARKET_KINDS.find((one) => one === kindText);
  if (kind === undefined) throw new UserError(`candles: ${source}: there is no synthetic market "${kindText}"${suggestion(kindText, MARKET_KINDS)}`);
  const given = new Map(new URLSearchParams(query));
  for (const key of given.keys()) {
    if (!KEYS.some((one) => one === key)) throw new UserError(`candles: ${source}: unknown option "${key}"${suggestion(key, KEYS)}`);
  }
  const number = (key: keyof typeof readers): number | undefined => {
    const text = given.get(key);
    if (text === undefined) return undefined;
    const value = readers[key].safeParse(text);
    if (!value.success || text.trim() === "") throw new UserError(`candles: ${source}: ${key} must be a number above 0 in its range, got ${shown(text)}`);
    return value.data;
  };
  const [base = ""] = symbol.split("/");
  const price = number("price") ?? START_PRICES[base] ?? 100;
  return {
    kind,
    seed: ((number("seed") ?? seed) + nameHash(symbol)) >>> 0,
    days: number("days") ?? DEFAULT_DAYS,
    timeframe: timeframeOf(given.get("timeframe"), source),
    start: startOf(given.get("start"), source),
    price,
    priceStep: number("step") ?? stepFor(price),
  };
}

function timeframeOf(text: string | undefined, source: string): number {
  if (text === undefined) return MINUTE;
  const timeframe = parseTimeframe(text);
  if (timeframe === null || timeframe < MINUTE) throw new UserError(`candles: ${source}: timeframe must be at least 1m, such as 5m or 1h, got ${shown(text)}`);
  return timeframe;
}

function startOf(text: string | undefined, source: string): number {
  if (text === undefined) return DEFAULT_START;
  const start = parseInstant(text);
  if (!Number.isFinite(start)) throw new UserError(`candles: ${source}: start must be a UTC date such as 2024-01-31, got ${shown(text)}`);
  return Math.floor(start / 86_400_000) * 86_400_000;
}

/** A step of about a ten-millionth of the price: 0.01 at 42,000. */
function stepFor(price: number): number {
  return 1 / 10 ** Math.max(0, Math.min(8, 6 - Math.floor(Math.log10(price))));
}

/** FNV-1a over the characters, 32 bits (Fowler, Noll, Vo). */
function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
