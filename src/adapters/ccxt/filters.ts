import type { Exchange } from "ccxt";
import { type InstrumentFilters, parseStep } from "../../core/instrument.ts";

/** ccxt's mode in which a precision is a step and not a number of decimals. */
const TICK_SIZE = 4;
const DECIMAL_PLACES = 2;

/** The filters of a market as the exchange states them; `null` when it does not state its steps. */
export function filtersOf(client: Exchange, symbol: string): InstrumentFilters | null {
  const market = client.markets?.[symbol];
  const priceStep = stepOf(client, market?.precision.price);
  const quantityStep = stepOf(client, market?.precision.amount);
  if (priceStep === null || quantityStep === null) return null;
  const limits = market?.limits;
  return {
    priceStep,
    quantityStep,
    minQuantity: positive(limits?.amount?.min) ?? quantityStep,
    minNotional: positive(limits?.cost?.min) ?? 0,
  };
}

function stepOf(client: Exchange, precision: number | undefined): number | null {
  if (precision === undefined || !Number.isFinite(precision)) return null;
  const step = client.precisionMode === TICK_SIZE ? precision : client.precisionMode === DECIMAL_PLACES ? 1 / 10 ** precision : Number.NaN;
  return parseStep(step) === null ? null : step;
}

function positive(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : null;
}
