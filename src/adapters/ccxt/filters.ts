import type { Exchange } from "ccxt";
import { z } from "zod";
import { type InstrumentFilters, parseStep } from "../../core/instrument.ts";

/** ccxt's mode in which a precision is a step and not a number of decimals. */
const TICK_SIZE = 4;
const DECIMAL_PLACES = 2;

const number = z.number().optional().catch(undefined);
const limit = z.object({ min: number }).optional().catch(undefined);
/** The part of ccxt's market that is read; what is not there is undefined. */
const marketSchema = z.object({
  precision: z.object({ price: number, amount: number }),
  limits: z.object({ amount: limit, cost: limit }),
});

/** The filters of a market as the exchange states them; `null` when it does not state its steps. */
export function filtersOf(client: Exchange, symbol: string): InstrumentFilters | null {
  const market = marketSchema.safeParse(client.markets?.[symbol]);
  if (!market.success) return null;
  const { precision, limits } = market.data;
  const priceStep = stepOf(client, precision.price);
  const quantityStep = stepOf(client, precision.amount);
  if (priceStep === null || quantityStep === null) return null;
  return {
    priceStep,
    quantityStep,
    minQuantity: positive(limits.amount?.min) ?? quantityStep,
    minNotional: positive(limits.cost?.min) ?? 0,
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
