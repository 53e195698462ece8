import { z } from "zod";
import { RISK_PROFILE_NAMES } from "../../../core/risk-profiles.ts";

/** The largest amount, in any unit, that a sentence can speak of. */
export const MOST_AMOUNT = 1e9;
/** The largest price that a sentence can speak of, quote per base. */
export const MOST_PRICE = 1e12;

const price = z.number().positive().max(MOST_PRICE);
const symbol = z.string().min(1).max(40);
const day = z.iso.date();

/** How much: worth in quote, an amount of base, a percentage of what is held, or all of it. */
export const amountSchema = z.discriminatedUnion("in", [
  z.strictObject({ in: z.literal("quote"), value: z.number().positive().max(MOST_AMOUNT) }),
  z.strictObject({ in: z.literal("base"), value: z.number().positive().max(MOST_AMOUNT) }),
  z.strictObject({ in: z.literal("percent"), value: z.number().positive().max(100) }),
  z.strictObject({ in: z.literal("all") }),
]);
/** How much of something a sentence speaks of. */
export type Amount = z.infer<typeof amountSchema>;

/** What an order waits for: a change from now in percent, or a price in quote per base. */
export const whenSchema = z.discriminatedUnion("is", [
  z.strictObject({ is: z.literal("drop"), percent: z.number().positive().max(99) }),
  z.strictObject({ is: z.literal("rise"), percent: z.number().positive().max(1_000) }),
  z.strictObject({ is: z.literal("below"), price }),
  z.strictObject({ is: z.literal("above"), price }),
  /** From whichever side the price comes. */
  z.strictObject({ is: z.literal("reaches"), price }),
]);
/** What an order waits for. */
export type When = z.infer<typeof whenSchema>;

/** What an alert watches. Prices in quote per base, changes in percent. */
export const watchSchema = z.discriminatedUnion("is", [
  z.strictObject({ is: z.literal("above"), symbol, price }),
  z.strictObject({ is: z.literal("below"), symbol, price }),
  z.strictObject({ is: z.literal("reaches"), symbol, price }),
  z.strictObject({ is: z.literal("moves"), symbol, percent: z.number().positive().max(1_000), way: z.enum(["up", "down", "either"]) }),
  z.strictObject({ is: z.literal("level"), symbol }),
  z.strictObject({ is: z.literal("vote"), symbol }),
  z.strictObject({ is: z.literal("drawdown"), percent: z.number().positive().max(99) }),
]);
/** What an alert watches. */
export type Watch = z.infer<typeof watchSchema>;

/** Commands that only show something, and take nothing but a symbol. */
export const SHOWS = ["status", "portfolio", "balance", "orders", "trades", "performance", "chart", "votes", "levels", "grid", "dca", "signals", "top", "health", "alert", "watch"] as const;
/** Commands that take no argument and do something. */
export const DEEDS = ["pause", "resume", "stop", "flatten", "cancel"] as const;

/** Everything that free text may come to. What cannot be said in it cannot be asked for in words. */
export const intentSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("trade"),
    side: z.enum(["buy", "sell"]),
    /** Null: not said, or not clear. */
    symbol: symbol.nullable(),
    /** Null: not said. */
    amount: amountSchema.nullable(),
    limit: price.optional(),
    when: whenSchema.optional(),
  }),
  z.strictObject({ kind: z.literal("why"), symbol: symbol.nullable() }),
  /** Calendar days of the reader, both inclusive; null: since it began, until now. */
  z.strictObject({ kind: z.literal("profit"), symbol: symbol.nullable(), from: day.nullable(), to: day.nullable() }),
  z.strictObject({ kind: z.literal("show"), what: z.enum(SHOWS), symbol: symbol.nullable() }),
  z.strictObject({ kind: z.literal("alert"), watch: watchSchema }),
  z.strictObject({ kind: z.literal("risk"), to: z.enum([...RISK_PROFILE_NAMES, "lower", "higher", "show"]) }),
  z.strictObject({ kind: z.literal("deed"), deed: z.enum(DEEDS) }),
  z.strictObject({ kind: z.literal("help") }),
  /** Not understood; `hint` is a sentence of our own about what is missing. */
  z.strictObject({ kind: z.literal("unknown"), hint: z.string().max(400).optional() }),
]);
/** What a sentence asks for. It does nothing by itself. */
export type Intent = z.infer<typeof intentSchema>;

/** What a sentence is read against. */
export interface Setting {
  /** Symbols that the bot trades: "BTC/USDT". */
  readonly symbols: readonly string[];
  /** Currency that the bot counts in. */
  readonly quote: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** IANA name of the reader's zone. */
  readonly timeZone: string;
}

/** The symbol that an intent speaks of; null without one. */
export function symbolIn(intent: Intent): string | null {
  if (intent.kind === "alert") return "symbol" in intent.watch ? intent.watch.symbol : null;
  return "symbol" in intent ? intent.symbol : null;
}

/** Text as it is read: without what cannot be seen, of one width, in single spaces. Null when it is too long to be one wish. */
export function legible(text: string): string | null {
  // "5²" and "1½" are neither 52 nor 11⁄2: such signs stay as they are, and no rule knows them.
  const plain = text.toWellFormed().replaceAll(/[^\p{No}]+/gu, (part) => part.normalize("NFKC"));
  const seen = plain.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").replaceAll(/\p{Cf}/gu, "").replaceAll(/\s+/g, " ").trim();
  return seen.length > MOST_TEXT ? null : seen;
}

/** Longest text that is read at all, characters. */
export const MOST_TEXT = 400;
