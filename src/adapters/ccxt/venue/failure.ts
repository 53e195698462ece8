import { redact } from "../../../core/redact.ts";
import type { RejectionReason, VenueFailure } from "../../../ports/venue.ts";
import { DeadlineError } from "./deadline.ts";
import type { ErrorMeaning, Quirks } from "./quirks.ts";
import type { Wire } from "./wire.ts";

/** A failure, and what the call may do about it: read again once, measure the clock first, or let nothing be sent until then. */
export interface Diagnosis {
  readonly failure: VenueFailure;
  readonly again: "no" | "read" | "clock";
  /** Whether `limited` holds for every request, and not for new orders only. */
  readonly blocksAll: boolean;
}

const LONGEST_MESSAGE = 300;
/** A page that comes instead of an answer may be long; nothing of it is said beyond this, redacted or not. */
const MOST_READ = 20_000;
/** ccxt's classes that a venue's definite "no" can have, from the most special one on. Everything else is not definite. */
const DEFINITE: readonly (readonly [string, RejectionReason])[] = [
  ["InsufficientFunds", "insufficient-funds"],
  ["OrderImmediatelyFillable", "post-only-would-take"],
  ["OrderNotFillable", "post-only-would-take"],
  ["DuplicateOrderId", "duplicate-client-order-id"],
  ["MarketClosed", "market-closed"],
  ["InvalidOrder", "other"],
  ["BadRequest", "other"],
  ["OperationRejected", "other"],
  ["ArgumentsRequired", "other"],
  ["NotSupported", "other"],
  ["InvalidAddress", "other"],
];

/** What an error of a call means. `now` is the local time in epoch milliseconds. */
export function diagnose(error: unknown, wire: Wire, quirks: Quirks, now: number): Diagnosis {
  const message = messageOf(error);
  const classes = classesOf(error);
  const { answer } = wire;
  // Nothing has left, so nothing has happened: ccxt itself refused what it was to send.
  if (wire.sentAt === 0 && DEFINITE.some(([name]) => classes.has(name))) return rejection(classes, message);
  if (wire.sentAt === 0 && classes.has("AuthenticationError")) return certain({ kind: "denied", message });
  if (error instanceof DeadlineError) return unknown(message, "no");
  if (!answer) return unknown(message, "read");
  // Too many orders comes as a 429 too, but cancels and questions are still answered.
  if (answer.status === 418 || answer.status === 429) return limited(wire, quirks, now, message, meaningOf(answer.body, quirks) !== "order-limit");
  // A server that failed may have failed after it took the order, whatever its text says.
  if (answer.status >= 500 || answer.json === undefined) return unknown(message, "read");
  const meaning = meaningOf(answer.body, quirks);
  if (meaning !== undefined) return meant(meaning, wire, quirks, now, message);
  if (classes.has("OrderNotFound")) return certain({ kind: "not-found", message });
  if (classes.has("AuthenticationError")) return certain({ kind: "denied", message });
  if (classes.has("DDoSProtection") || classes.has("RateLimitExceeded")) return limited(wire, quirks, now, message, true);
  if (classes.has("InvalidNonce")) return unknown(message, "clock");
  if (classes.has("OperationFailed")) return unknown(message, classes.has("NetworkError") ? "read" : "no");
  return rejection(classes, message);
}

function meaningOf(body: string, quirks: Quirks): ErrorMeaning | undefined {
  return quirks.errors.find(([text]) => text.test(body))?.[1];
}

function meant(meaning: ErrorMeaning, wire: Wire, quirks: Quirks, now: number, message: string): Diagnosis {
  switch (meaning) {
    case "not-found":
      return certain({ kind: "not-found", message });
    case "denied":
      return certain({ kind: "denied", message });
    case "clock":
      return unknown(message, "clock");
    case "limited":
    case "order-limit":
      return limited(wire, quirks, now, message, meaning === "limited");
    default:
      return certain({ kind: "rejected", reason: meaning, message });
  }
}

function rejection(classes: ReadonlySet<string>, message: string): Diagnosis {
  const reason = DEFINITE.find(([name]) => classes.has(name))?.[1];
  // A plain ExchangeError is whatever ccxt does not know, also errors that come after an order was taken.
  return reason === undefined ? unknown(message, "no") : certain({ kind: "rejected", reason, message });
}

function certain(failure: VenueFailure): Diagnosis {
  return { failure, again: "no", blocksAll: false };
}

function unknown(message: string, again: Diagnosis["again"]): Diagnosis {
  return { failure: { kind: "unknown", message }, again, blocksAll: false };
}

function limited(wire: Wire, quirks: Quirks, now: number, message: string, blocksAll: boolean): Diagnosis {
  const until = bannedUntil(wire) ?? now + (retryAfter(wire, now) ?? quirks.limitedFor);
  return { failure: { kind: "limited", until, ban: wire.answer?.status === 418, ...(blocksAll ? {} : { ordersOnly: true }), message }, again: "no", blocksAll };
}

/** Binance names the end of a ban in its text: "IP banned until 1612345678901". */
function bannedUntil(wire: Wire): number | null {
  const until = /banned until (\d{13})/.exec(wire.answer?.body ?? "")?.[1];
  return until === undefined ? null : Number(until);
}

/** Milliseconds that the answer asks to wait for: seconds or a date (RFC 9110, 10.2.3). */
function retryAfter(wire: Wire, now: number): number | null {
  for (const [name, text] of Object.entries(wire.answer?.headers ?? {})) {
    if (name.toLowerCase() !== "retry-after") continue;
    const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
    return Number.isFinite(wait) ? Math.max(0, wait) : null;
  }
  return null;
}

/** The names of an error's class and of those above it: ccxt's classes without loading ccxt. */
function classesOf(error: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at: unknown = error; at instanceof Error; at = Object.getPrototypeOf(at)) names.add(at.constructor.name);
  return names;
}

function messageOf(error: unknown): string {
  // Secrets first: half of one, after a cut, would not be known for what it is.
  const text = redact((error instanceof Error ? error.message : String(error)).slice(0, MOST_READ)).replaceAll(/\s+/g, " ").replaceAll(/signature=[^&\s"]+/g, "signature=...");
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE - 3)}...` : text;
}
