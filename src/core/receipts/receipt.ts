import { z } from "zod";
import { canonicalJson } from "../canonical-json.ts";

const digest = z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits");
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/, "a plain decimal");
const count = z.int().positive();
/** Epoch milliseconds. */
const time = z.int();

/** One execution: price in quote, quantity and worth exact decimals, the fee in its own currency. */
const fillSchema = z.strictObject({
  venue: z.string(), symbol: z.string(), tradeId: z.string(), time, side: z.enum(["buy", "sell"]),
  price: decimal, quantity: decimal, base: z.string(), worth: decimal, quote: z.string(),
  fee: decimal, feeCurrency: z.string(), liquidity: z.enum(["maker", "taker"]), complete: z.boolean(),
});

/** The order that was executed, why it was planned, and the journaled event that moved the bot to it. */
const orderSchema = z.strictObject({
  clientOrderId: z.string(), orderId: z.int(), strategy: z.string(), key: z.string(), type: z.enum(["limit", "market"]),
  /** Null at the market. */
  price: decimal.nullable(), quantity: decimal, reason: z.string(), planned: time,
  cause: z.strictObject({ sequence: count, type: z.string(), by: z.string().nullable() }),
});

const voteSchema = z.strictObject({ agent: z.string(), score: z.number(), confidence: z.number(), reason: z.string() });

/** The decision in force when the order was planned, and its votes. */
const decisionSchema = z.strictObject({
  sequence: count, time, stance: z.string(), conviction: z.number(), exposure: z.number(), reason: z.string(),
  votes: z.array(voteSchema),
  vetoes: z.array(z.strictObject({ agent: z.string(), maxExposure: z.number(), limit: z.string() })),
});
export type ReceiptDecision = z.infer<typeof decisionSchema>;
export type ReceiptOrder = z.infer<typeof orderSchema>;

/** All that a receipt says; its hash is over the canonical JSON of this. */
const bodySchema = z.strictObject({
  version: z.literal(1),
  /** 1 for the first fill of the journal. */
  number: count,
  /** The hash of the receipt before; of the first one, `firstPrevious`. */
  previous: digest,
  fill: fillSchema,
  order: orderSchema,
  /** Null when no council decided. */
  decision: decisionSchema.nullable(),
  /** Whose journal it is from: `begin` is the hash of its first entry, `sequence` and `hash` those of the fill's. */
  journal: z.strictObject({ bot: z.string(), mode: z.enum(["replay", "paper", "live"]), begin: digest, sequence: count, hash: digest }),
});
export type ReceiptBody = z.infer<typeof bodySchema>;

/** A receipt as it is kept and handed out: what it says, the hash of that, and a signature of the hash. */
export const receiptSchema = z.strictObject({
  body: bodySchema,
  hash: digest,
  /** The Ed25519 public key that signed, 32 bytes in hex. */
  signer: digest,
  /** 64 bytes in hex. */
  signature: z.string().regex(/^[0-9a-f]{128}$/, "128 hex digits"),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** How far a chain of receipts goes: how many there are, and the hash of the last. */
export interface Head {
  readonly count: number;
  readonly hash: string;
}

/** Signs receipts for the owner. */
export interface ReceiptSigner {
  /** The Ed25519 public key, 32 bytes in hex. */
  readonly publicKey: string;
  /** The signature of a text in UTF-8, 64 bytes in hex; the same text gives the same. */
  readonly sign: (text: string) => string;
}

/** The text whose SHA-256 is a receipt's hash. */
export const hashedText = (body: ReceiptBody): string => `caucus receipt 1|${canonicalJson(body)}`;

/** The text that is signed. */
export const signedText = (hash: string): string => `caucus receipt 1 signed|${hash}`;

/** The text whose SHA-256 stands before the first receipt of a journal; `begin` is the hash of the journal's first entry. */
export const firstPreviousText = (begin: string): string => `caucus receipts 1|${begin}`;

/** The one text of a receipt, a line of a chain export without its line end. */
export const receiptText = (receipt: Receipt): string => canonicalJson(receipt);

/** Digits of a head's hash that are announced: enough that nobody makes another chain with them, and short enough for a line. */
export const ANNOUNCED_DIGITS = 32;

/** How a head is announced, "57/9c41...". */
export const announcedText = ({ count, hash }: Head): string => `${count}/${hash.slice(0, ANNOUNCED_DIGITS)}`;
