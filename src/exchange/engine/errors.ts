import type { ApiError } from "./model.ts";

/** What the exchange refuses with: Binance's codes and texts, which clients match on. */
export const ERRORS = {
  closed: { code: -1013, msg: "Market is closed." },
  symbol: { code: -1121, msg: "Invalid symbol." },
  combination: { code: -1128, msg: "Combination of optional parameters invalid." },
  insufficient: { code: -2010, msg: "Account has insufficient balance for requested action." },
  wouldTake: { code: -2010, msg: "Order would immediately match and take." },
  wouldTrigger: { code: -2010, msg: "Stop price would trigger immediately." },
  duplicate: { code: -2010, msg: "Duplicate order sent." },
  unknownOrder: { code: -2011, msg: "Unknown order sent." },
  noOrder: { code: -2013, msg: "Order does not exist." },
} as const satisfies Record<string, ApiError>;

/** An order that breaks one of the market's filters. */
export function filterFailure(name: "LOT_SIZE" | "PRICE_FILTER" | "NOTIONAL" | "PERCENT_PRICE_BY_SIDE" | "MAX_NUM_ORDERS"): ApiError {
  return { code: -1013, msg: `Filter failure: ${name}` };
}

/** A parameter that is missing. */
export function missing(name: string): ApiError {
  return { code: -1102, msg: `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.` };
}

/** Two parameters of which one is needed. */
export function bothMissing(one: string, other: string): ApiError {
  return { code: -1102, msg: `Param '${one}' or '${other}' must be sent, but both were empty/null!` };
}

/** A parameter that this type of order does not take. */
export function notRequired(name: string): ApiError {
  return { code: -1106, msg: `Parameter '${name}' sent when not required.` };
}

/** A parameter with characters that it must not have. */
export function illegal(name: string, range: string): ApiError {
  return { code: -1100, msg: `Illegal characters found in parameter '${name}'; legal range is '${range}'.` };
}

/** A decimal with more places than its asset has. */
export function tooPrecise(name: string): ApiError {
  return { code: -1111, msg: `Parameter '${name}' has too much precision.` };
}

/** Whether an answer of the engine is an error. */
export function isError(value: object): value is ApiError {
  return "code" in value && "msg" in value;
}
