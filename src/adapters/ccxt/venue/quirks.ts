import { z } from "zod";
import type { RejectionReason } from "../../../ports/venue.ts";

/** The exchanges that the adapter knows, by ccxt's ids. */
export const VENUE_NAMES = ["binance", "kraken", "bybit", "okx"] as const;
export type VenueName = (typeof VENUE_NAMES)[number];

/** What an error answer can mean beside a rejection. `order-limit` stops new orders only, `limited` every request. */
export type ErrorMeaning = RejectionReason | "not-found" | "limited" | "order-limit" | "denied" | "clock";

/** How an exchange differs from the others. */
export interface Quirks {
  /** 32 hex digits as this exchange takes them for a client order id; `plainId` undoes it. */
  readonly shapeId: (id: string) => string;
  /** Options of the ccxt client: spot only, and no requests beyond what is needed. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Sent with every order: the quantity of a market buy is base here, and nothing is borrowed. */
  readonly orderParams: Readonly<Record<string, unknown>>;
  /** One order by its client order id: by its own endpoint, or as the lists of open and of closed orders restricted to it. */
  readonly lookup: { readonly by: "order" } | { readonly by: "lists"; readonly param: string; readonly closed: "fetchClosedOrders" | "fetchCanceledAndClosedOrders" };
  /** The parameter that names an order to cancel. */
  readonly cancelParam: string;
  /** The request that tells what a key may do. */
  readonly permissions: { readonly path: string; readonly api: string; readonly method: "GET" | "POST" };
  /** Whether the answer to a cancel is the canceled order; the others only say that they heard it. */
  readonly cancelAnswersOrder: boolean;
  /** The forms of successful answers. ccxt takes an answer of another form for an empty list or account. */
  readonly forms: { readonly list: z.ZodType; readonly candles: z.ZodType; readonly balances: z.ZodType };
  /** Error answers that ccxt's class does not tell apart, or tells wrongly; the first match with the body counts. */
  readonly errors: readonly (readonly [RegExp, ErrorMeaning])[];
  /** Milliseconds to wait when the venue limits requests and does not say for how long. */
  readonly limitedFor: number;
}

const asIs = (id: string): string => id;
const record = z.record(z.string(), z.unknown());
const krakenAnswer = z.object({ error: z.array(z.unknown()).length(0), result: record });
const bybitList = z.object({ retCode: z.literal(0), result: z.object({ list: z.array(z.unknown()) }) });
const okxList = z.object({ code: z.literal("0"), data: z.array(z.unknown()) });

/** What differs. Sources: the exchanges' API documentation and ccxt's parsers. */
export const QUIRKS: Readonly<Record<VenueName, Quirks>> = {
  binance: {
    // At most 36 characters of [.A-Z:/a-z0-9_-].
    shapeId: asIs,
    options: { fetchMargins: false, fetchCurrencies: false, fetchMarkets: { types: ["spot"] }, adjustForTimeDifference: false },
    orderParams: {},
    lookup: { by: "order" },
    cancelParam: "clientOrderId",
    permissions: { path: "account/apiRestrictions", api: "sapi", method: "GET" },
    cancelAnswersOrder: true,
    forms: { list: z.array(z.unknown()), candles: z.array(z.unknown()), balances: z.object({ balances: z.array(z.unknown()) }) },
    errors: [
      [/"code":-20(?:14|15)\b|"code":-1022\b|"code":-1002\b/, "denied"],
      [/"code":-1021\b/, "clock"],
      [/"code":-1015\b/, "order-limit"],
      [/"code":-1003\b/, "limited"],
      [/"code":-2013\b|"code":-2011\b[^}]*Unknown order/, "not-found"],
      [/Duplicate order sent|"code":-4116\b/, "duplicate-client-order-id"],
      [/immediately match and take|"code":-5022\b/, "post-only-would-take"],
      [/insufficient balance/, "insufficient-funds"],
      [/Market is closed|"code":-2016\b/, "market-closed"],
      [/Filter failure|"code":-1013\b|"code":-1111\b/, "filter"],
    ],
    limitedFor: 60_000,
  },
  kraken: {
    // cl_ord_id: a UUID, or free text of at most 18 characters, which 128 bits do not fit into.
    shapeId: (id) => `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`,
    options: { adjustForTimeDifference: false },
    orderParams: {},
    // QueryOrders takes no client order id.
    lookup: { by: "lists", param: "cl_ord_id", closed: "fetchClosedOrders" },
    cancelParam: "clientOrderId",
    permissions: { path: "GetApiKeyInfo", api: "private", method: "POST" },
    cancelAnswersOrder: false,
    forms: { list: krakenAnswer, candles: krakenAnswer, balances: krakenAnswer },
    errors: [
      [/EAPI:Invalid (?:key|signature)|EGeneral:Permission denied|ESession:Invalid session/, "denied"],
      [/Invalid nonce/, "clock"],
      [/EOrder:Rate limit exceeded|EOrder:Orders limit exceeded/, "order-limit"],
      [/Rate limit exceeded|Temporary lockout|Too many requests/, "limited"],
      [/EOrder:Unknown order/, "not-found"],
      [/cl_ord_id[^"]*(?:already|duplicate|in use|unique)|(?:already|duplicate)[^"]*cl_ord_id/i, "duplicate-client-order-id"],
      [/EOrder:Post only order/, "post-only-would-take"],
      [/Insufficient funds/, "insufficient-funds"],
      [/EService:Market in (?:cancel_only|post_only|limit_only) mode|EOrder:Trading agreement required/, "market-closed"],
      [/Order minimum not met|Invalid price|Tick size check failed|Invalid arguments:(?:price|volume)|Cost minimum not met/, "filter"],
    ],
    limitedFor: 15_000,
  },
  bybit: {
    // orderLinkId: at most 36 letters, digits, dashes and underscores.
    shapeId: asIs,
    options: { fetchMarkets: { types: ["spot"] }, adjustForTimeDifference: false, createMarketBuyOrderRequiresPrice: false },
    orderParams: { marketUnit: "baseCoin", isLeverage: 0 },
    // The open list also holds what closed lately; the history lags behind it.
    lookup: { by: "lists", param: "orderLinkId", closed: "fetchCanceledAndClosedOrders" },
    cancelParam: "orderLinkId",
    permissions: { path: "v5/user/query-api", api: "private", method: "GET" },
    cancelAnswersOrder: false,
    forms: { list: bybitList, candles: bybitList, balances: z.object({ retCode: z.literal(0), result: z.object({ list: z.array(z.unknown()).min(1) }) }) },
    errors: [
      [/"retCode":(?:10003|10004|10005|10007|10010|33004)\b/, "denied"],
      [/"retCode":10002\b/, "clock"],
      [/"retCode":(?:10006|10018)\b/, "limited"],
      [/"retCode":(?:170213|110001|170142)\b/, "not-found"],
      [/"retCode":(?:170141|12141|110072)\b/, "duplicate-client-order-id"],
      [/"retCode":170218\b|PostOnlyWillTakeLiquidity/, "post-only-would-take"],
      [/"retCode":(?:170131|170033)\b/, "insufficient-funds"],
      [/"retCode":(?:170116|170117|170202|170203|170204)\b/, "market-closed"],
      [/"retCode":(?:170124|17013[2-9]|170140|170148|170149)\b/, "filter"],
    ],
    limitedFor: 5_000,
  },
  okx: {
    // clOrdId: at most 32 letters and digits.
    shapeId: asIs,
    // ccxt would send single orders through the batch endpoint.
    options: { fetchMarkets: { types: ["spot"] }, adjustForTimeDifference: false, createMarketBuyOrderRequiresPrice: false, createOrder: "privatePostTradeOrder" },
    orderParams: { tgtCcy: "base_ccy", tdMode: "cash" },
    lookup: { by: "order" },
    cancelParam: "clientOrderId",
    permissions: { path: "account/config", api: "private", method: "GET" },
    cancelAnswersOrder: false,
    forms: { list: okxList, candles: okxList, balances: z.object({ code: z.literal("0"), data: z.array(z.unknown()).min(1) }) },
    errors: [
      [/"code":"50(?:10[013-79]|11[01349])"/, "denied"],
      [/"code":"50(?:102|112)"/, "clock"],
      [/"s?[cC]ode":"50061"/, "order-limit"],
      [/"s?[cC]ode":"50011"/, "limited"],
      [/"s?[cC]ode":"(?:51603|51400|51401|51402)"/, "not-found"],
      [/"s?[cC]ode":"(?:51016|51011)"/, "duplicate-client-order-id"],
      [/"s?[cC]ode":"(?:51008|51119|51127|51131)"/, "insufficient-funds"],
      [/"s?[cC]ode":"(?:51021|51022|51024|51028)"/, "market-closed"],
      [/"s?[cC]ode":"(?:51006|51020|51120|51121|51136|51137|51138|51201|51202)"/, "filter"],
    ],
    limitedFor: 2_000,
  },
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A client order id from a venue in the form in which we gave it; other people's stay as they are. */
export function plainId(id: string): string {
  return UUID.test(id) ? id.replaceAll("-", "") : id;
}
