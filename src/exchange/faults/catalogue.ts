import { z } from "zod";

/** Where a fault strikes as far as it does not say so itself, and whether the request is executed. */
interface Nature {
  readonly method?: string;
  readonly path?: string;
  /** Whether the venue does what was asked although its answer is bad; `executed` of a fault overrides it. */
  readonly executes: boolean;
  /** Stays in force from the moment it is added and counts no requests. */
  readonly lasting?: true;
}

const anything = { executes: true };
const refused = { executes: false };
const newOrder = { method: "POST", path: "/api/v3/order" };
const myTrades = { method: "GET", path: "/api/v3/myTrades" };

/** Every fault that the exchange can be told to have. */
export const FAULTS = {
  "timeout-before-accept": { ...newOrder, executes: false },
  "timeout-after-accept": { ...newOrder, executes: true },
  "http-500": anything,
  "http-502": anything,
  "http-503": anything,
  "http-504": anything,
  "error-1006": anything,
  "error-1007": anything,
  "error-1008": refused,
  html: anything,
  "html-200": anything,
  "torn-json": anything,
  empty: anything,
  "empty-object": anything,
  huge: anything,
  "weird-json": anything,
  /** One value somewhere in the answer is missing, of another kind, or hostile; `seed` says which. */
  corrupt: anything,
  "reset-before": refused,
  "reset-after": anything,
  "stall-body": anything,
  delay: anything,
  /** Does at once what was asked and answers late, when the answer may be old news. */
  "late-answer": anything,
  "not-found-once": { method: "GET", path: "/api/v3/order", executes: false },
  "visible-after": { executes: true, lasting: true },
  "rate-limit": refused,
  ban: refused,
  "clock-skew": { executes: true, lasting: true },
  "duplicate-trade": { ...myTrades, executes: true },
  "missing-fee": { ...myTrades, executes: true },
  "key-revoked": { path: "signed", executes: false },
  "post-only-cross": { ...newOrder, executes: false },
  insufficient: { ...newOrder, executes: false },
  "duplicate-id": { ...newOrder, executes: false },
  /** Answers that the order is canceled, and leaves it where it is: it may still be filled. */
  "cancel-unheard": { method: "DELETE", path: "/api/v3/order", executes: true },
  "bad-price": { path: "market data", executes: true },
  "crossed-book": { path: "market data", executes: true },
} as const satisfies Record<string, Nature>;

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS;

const names = Object.keys(FAULTS) as [FaultName, ...FaultName[]];

/** What may be said about a fault: its name, the requests that it strikes, and what it is made of. */
export const faultSchema = z.strictObject({
  name: z.enum(names),
  /** HTTP method; "WS" for frames of the market streams. */
  method: z.enum(["GET", "POST", "DELETE", "WS"]).optional(),
  /** A whole path, or how it ends: "/api/v3/order" and "order" are the same. */
  path: z.string().min(1).max(200).optional(),
  /** Strikes the n-th matching request after it was added, and the count - 1 after it. */
  nth: z.int().min(1).default(1),
  count: z.int().min(1).default(1),
  /** delay, late-answer and visible-after: wall time; clock-skew: what the venue's clock is ahead. Milliseconds. */
  ms: z.number().optional(),
  executed: z.boolean().optional(),
  /** rate-limit and ban: seconds. */
  retryAfter: z.int().min(0).optional(),
  /** bad-price: the price that is shown. */
  value: z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity"])]).optional(),
  /** corrupt: what is chosen. */
  seed: z.int().min(0).optional(),
  /** huge: size of the body. */
  bytes: z.int().min(1).max(512 * 1_024 * 1_024).optional(),
});

/** A fault as it is asked for. */
export type FaultRequest = z.input<typeof faultSchema>;
/** A fault with everything filled in. */
export type FaultSpec = z.output<typeof faultSchema>;

/** What kind of fault a name is. */
export function natureOf(name: FaultName): Nature {
  return FAULTS[name];
}
