import { decimalsOf, type Instrument } from "../../core/instrument.ts";
import { DECIMAL_RANGE, parseDecimal, scaled } from "./decimal.ts";
import { ERRORS, bothMissing, filterFailure, illegal, missing, notRequired, tooPrecise } from "./errors.ts";
import type { Market } from "./market.ts";
import type { ApiError, OrderType, PlaceRequest } from "./model.ts";

const CLIENT_ID_RANGE = "^[a-zA-Z0-9-_]{1,36}$";
const CLIENT_ID = /^[a-zA-Z0-9-_]{1,36}$/;
/** Decimals that parameters may have where the asset has no more. */
const PARAMETER_DECIMALS = 8;

/** A request in the market's counts, its form and the filters checked; `quoteUnits` is what a market order spends. */
export interface Draft {
  readonly side: PlaceRequest["side"];
  readonly type: OrderType;
  readonly timeInForce: "GTC" | "IOC" | "FOK";
  readonly ticks: number;
  readonly stopTicks: number;
  readonly steps: number;
  readonly quoteUnits: number | null;
}

/** Whether a type is a stop order. */
export function isStop(type: OrderType): boolean {
  return type === "STOP_LOSS_LIMIT" || type === "TAKE_PROFIT_LIMIT";
}

/** Checks the parameters of a request against its type, then its numbers against the filters of the market. */
export function draftOf(market: Market, request: PlaceRequest): Draft | ApiError {
  const wrong = checkParameters(request);
  if (wrong) return wrong;
  const { instrument } = market;
  const stepDecimals = instrument.quantity.decimals;
  const quantity = count(request.quantity, "quantity", instrument.quantity, stepDecimals);
  if (typeof quantity === "object") return quantity;
  const price = count(request.price, "price", instrument.price, instrument.price.decimals);
  if (typeof price === "object") return price;
  const stop = count(request.stopPrice, "stopPrice", instrument.price, instrument.price.decimals);
  if (typeof stop === "object") return stop;
  const money = spending(instrument, request.quoteOrderQty);
  if (typeof money === "object" && money !== null) return money;
  const failed = checkFilters(market, request, quantity, price, stop, money);
  if (failed) return failed;
  return {
    side: request.side,
    type: request.type,
    timeInForce: request.timeInForce ?? "GTC",
    ticks: Number(price),
    stopTicks: Number(stop),
    steps: Number(quantity),
    quoteUnits: money === null ? null : Number(money),
  };
}

function checkParameters(request: PlaceRequest): ApiError | null {
  const { type, quantity, quoteOrderQty, price, stopPrice, timeInForce, clientOrderId } = request;
  if (clientOrderId !== undefined && !CLIENT_ID.test(clientOrderId)) return illegal("newClientOrderId", CLIENT_ID_RANGE);
  const isMarket = type === "MARKET";
  const timed = type === "LIMIT" || isStop(type);
  if (timed && !timeInForce) return missing("timeInForce");
  if (!timed && timeInForce !== undefined) return notRequired("timeInForce");
  if (isMarket && quantity === undefined && quoteOrderQty === undefined) return bothMissing("quantity", "quoteOrderQty");
  if (quantity !== undefined && quoteOrderQty !== undefined) return ERRORS.combination;
  if (!isMarket && quoteOrderQty !== undefined) return notRequired("quoteOrderQty");
  if (!isMarket && !quantity) return missing("quantity");
  if (!isMarket && !price) return missing("price");
  if (isMarket && price !== undefined) return notRequired("price");
  if (isStop(type) && !stopPrice) return missing("stopPrice");
  if (!isStop(type) && stopPrice !== undefined) return notRequired("stopPrice");
  return null;
}

/** A parameter in counts of a step; -1 when it lies between two, 0 when it was not sent. */
function count(text: string | undefined, name: string, step: Instrument["price"], decimals: number): bigint | ApiError {
  if (text === undefined) return 0n;
  const value = parseDecimal(text);
  if (!value) return illegal(name, DECIMAL_RANGE);
  const most = Math.max(PARAMETER_DECIMALS, decimals);
  const fine = scaled(value, most);
  if (fine === null) return tooPrecise(name);
  const size = BigInt(step.multiple) * 10n ** BigInt(most - step.decimals);
  return fine % size === 0n ? fine / size : -1n;
}

function spending(instrument: Instrument, text: string | undefined): bigint | null | ApiError {
  if (text === undefined) return null;
  const value = parseDecimal(text);
  if (!value) return illegal("quoteOrderQty", DECIMAL_RANGE);
  return scaled(value, decimalsOf(instrument.quoteScale)) ?? tooPrecise("quoteOrderQty");
}

function checkFilters(market: Market, request: PlaceRequest, steps: bigint, ticks: bigint, stop: bigint, money: bigint | null): ApiError | null {
  const { instrument, plan } = market;
  const largest = BigInt(Number.MAX_SAFE_INTEGER);
  const last = market.last ?? 0;
  if (request.type !== "MARKET") {
    for (const value of isStop(request.type) ? [ticks, stop] : [ticks]) {
      if (value <= 0n || value > largest || value % BigInt(market.tick) !== 0n) return filterFailure("PRICE_FILTER");
    }
    const price = Number(ticks);
    if (price > last * plan.multiplierUp || price < last * plan.multiplierDown) return filterFailure("PERCENT_PRICE_BY_SIDE");
  }
  if (money === null) {
    if (steps < BigInt(instrument.minSteps) || steps % BigInt(market.lot) !== 0n) return filterFailure("LOT_SIZE");
    if (steps * BigInt(instrument.stepUnits) > largest) return filterFailure("LOT_SIZE");
  }
  // Counts are exact below 2^53 only, so that is what an order may be worth at most.
  const dearest = [ticks, stop, BigInt(last)].reduce((most, value) => (value > most ? value : most));
  if (money === null && steps * dearest * BigInt(instrument.notionalScale) > largest) return filterFailure("NOTIONAL");
  const worth = money ?? steps * (request.type === "MARKET" ? BigInt(last) : ticks) * BigInt(instrument.notionalScale);
  if (worth < BigInt(instrument.minNotionalUnits) || worth > largest) return filterFailure("NOTIONAL");
  return null;
}

