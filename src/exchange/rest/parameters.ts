import { z } from "zod";
import { ORDER_TYPES } from "../engine/model.ts";
import { Refusal } from "../refusal.ts";

const DECIMAL = "^([0-9]{1,20})(\\.[0-9]{1,20})?$";
const INTEGER = "^[0-9]{1,16}$";
const CLIENT_ID = "^[\\.A-Z\\:/a-z0-9_-]{1,36}$";
const SYMBOL = "^[A-Z0-9-_.]{1,20}$";

const text = (range: string) => z.string().regex(new RegExp(range), { error: range });
const decimal = text(DECIMAL);
const integer = text(INTEGER).transform(Number);
const symbol = text(SYMBOL);
const clientId = text(CLIENT_ID);
const flag = z.enum(["true", "false", "TRUE", "FALSE"]).transform((value) => value.toLowerCase() === "true");
const limit = (usual: number, most: number) => integer.pipe(z.number().min(1)).transform((value) => Math.min(value, most)).default(usual);
/** Names of symbols as a JSON list: ["BTCUSDT","ETHUSDT"]. */
const symbolList = z
  .string()
  .max(20_000)
  .transform((value) => value.replace(/[[\]"\s]/g, "").split(","))
  .pipe(z.array(symbol).min(1).max(500));

/** What every signed request may carry beside its own parameters. */
const filled = z.string().min(1);
const signed = { timestamp: filled, signature: filled, recvWindow: filled.optional() };
const byId = { orderId: integer.optional(), origClientOrderId: clientId.optional() };
const range = { startTime: integer.optional(), endTime: integer.optional() };

/** The parameters of POST /api/v3/order. */
export const placeParameters = z.strictObject({
  ...signed,
  symbol,
  side: z.enum(["BUY", "SELL"]),
  type: z.enum(ORDER_TYPES),
  timeInForce: z.enum(["GTC", "IOC", "FOK"]).optional(),
  quantity: decimal.optional(),
  quoteOrderQty: decimal.optional(),
  price: decimal.optional(),
  stopPrice: decimal.optional(),
  newClientOrderId: clientId.optional(),
  newOrderRespType: z.enum(["ACK", "RESULT", "FULL"]).optional(),
  // Taken and without effect: this exchange has no self-trades, and a strategy's number is the client's own.
  selfTradePreventionMode: z.string().optional(),
  strategyId: integer.optional(),
  strategyType: integer.optional(),
  computeCommissionRates: flag.optional(),
});

/** The parameters of every REST route, by the name of the route. */
export const PARAMETERS = {
  none: z.strictObject({}),
  exchangeInfo: z.strictObject({
    symbol: symbol.optional(),
    symbols: symbolList.optional(),
    permissions: z.string().optional(),
    showPermissionSets: flag.optional(),
    symbolStatus: z.string().optional(),
  }),
  klines: z.strictObject({ symbol, interval: z.string().min(1), ...range, timeZone: z.string().optional(), limit: limit(500, 1_000) }),
  depth: z.strictObject({ symbol, limit: limit(100, 5_000), symbolStatus: z.string().optional() }),
  trades: z.strictObject({ symbol, limit: limit(500, 1_000) }),
  aggTrades: z.strictObject({ symbol, fromId: integer.optional(), ...range, limit: limit(500, 1_000) }),
  ticker: z.strictObject({
    symbol: symbol.optional(),
    symbols: symbolList.optional(),
    type: z.enum(["FULL", "MINI"]).optional(),
    symbolStatus: z.string().optional(),
  }),
  account: z.strictObject({ ...signed, omitZeroBalances: flag.optional() }),
  restrictions: z.strictObject(signed),
  tradeFee: z.strictObject({ ...signed, symbol: symbol.optional() }),
  order: z.strictObject({ ...signed, symbol, ...byId }),
  cancel: z.strictObject({ ...signed, symbol, ...byId, newClientOrderId: clientId.optional(), cancelRestrictions: z.string().optional() }),
  openOrders: z.strictObject({ ...signed, symbol: symbol.optional() }),
  cancelAll: z.strictObject({ ...signed, symbol }),
  allOrders: z.strictObject({ ...signed, symbol, orderId: integer.optional(), ...range, limit: limit(500, 1_000) }),
  myTrades: z.strictObject({ ...signed, symbol, orderId: integer.optional(), fromId: integer.optional(), ...range, limit: limit(500, 1_000) }),
} as const;

/** The parameters of a request as its route wants them; refuses with Binance's code for what is wrong. */
export function readParameters<T>(schema: z.ZodType<T>, raw: Readonly<Record<string, string>>): T {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  throw worst(result.error.issues, raw);
}

/** The parameters of a query or a form; a name that is sent twice is refused with -1101. */
export function parseForm(query: string, body: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const part of [query, body]) {
    const seen = new Set<string>();
    for (const [name, value] of new URLSearchParams(part)) {
      if (seen.has(name)) throw new Refusal(-1101, `Duplicate values for parameter '${name}' detected.`);
      seen.add(name);
      // Of a name in both parts the query's value counts.
      values[name] ??= value;
    }
  }
  return values;
}

type Issue = z.core.$ZodIssue;

/** Missing parameters come first, then malformed ones, then those that nobody asked for, as at Binance. */
function worst(issues: readonly Issue[], raw: Readonly<Record<string, string>>): Refusal {
  const name = (issue: Issue): string => String(issue.path[0] ?? "");
  const missing = issues.find((issue) => issue.code !== "unrecognized_keys" && raw[name(issue)] === undefined);
  if (missing) return missingParameter(name(missing));
  const malformed = issues.find((issue) => issue.code !== "unrecognized_keys");
  if (malformed) return malformedParameter(name(malformed), raw[name(malformed)] ?? "", malformed.message);
  const unknown = issues.reduce((count, issue) => count + (issue.code === "unrecognized_keys" ? issue.keys.length : 0), 0);
  const sent = Object.keys(raw).length;
  return new Refusal(-1104, `Not all sent parameters were read; read '${sent - unknown}' parameter(s) but was sent '${sent}'.`);
}

/** The refusal for a mandatory parameter that is not there. */
export function missingParameter(name: string): Refusal {
  return new Refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}

const NAMED: Readonly<Record<string, readonly [number, string]>> = {
  side: [-1117, "Invalid side."],
  type: [-1116, "Invalid orderType."],
  timeInForce: [-1115, "Invalid timeInForce."],
  interval: [-1120, "Invalid interval."],
};

function malformedParameter(name: string, value: string, range: string): Refusal {
  if (value === "") return new Refusal(-1105, `Parameter '${name}' was empty.`);
  const named = NAMED[name];
  if (named) return new Refusal(...named);
  return new Refusal(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);
}
