/** The venue's filters of a symbol, in decimals as the venue states them. */
export interface InstrumentFilters {
  readonly priceStep: number;
  readonly quantityStep: number;
  /** Smallest quantity of an order, base. */
  readonly minQuantity: number;
  /** Smallest price times quantity of an order, quote. */
  readonly minNotional: number;
}

/** A step as `multiple / 10^decimals`, so that n steps are one correctly rounded division. */
interface Step {
  readonly multiple: number;
  readonly decimals: number;
  readonly scale: number;
}

/**
 * A tradable symbol with exact money. Prices are counted in ticks (price steps), quantities in steps, quote
 * and base money in units of 10^-decimals. All counts are integers below 2^53, so that doubles hold them exactly.
 */
export interface Instrument {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly filters: InstrumentFilters;
  readonly price: Step;
  readonly quantity: Step;
  readonly minSteps: number;
  readonly minNotionalUnits: number;
  readonly quoteScale: number;
  readonly baseScale: number;
  /** Quote units of one tick times one step. */
  readonly notionalScale: number;
  /** Base units of one quantity step. */
  readonly stepUnits: number;
}

/** Money is kept to at least as many decimals as venues settle in. */
const SETTLEMENT_DECIMALS = 8;
/** Decimals of price step and quantity step together: beyond this a fair-sized account would not fit into 2^53 units. */
export const MOST_DECIMALS_TOGETHER = 11;
/** Fee rates are counted in parts of this; 0.1 % is 100,000. */
export const RATE_SCALE = 100_000_000;
/** How far off a whole tick, relative, a computed price may be and still mean that tick. */
const PRICE_TOLERANCE = 1e-11;
/** The same for quantities: four units in the last place, so that it never reaches a unit of base money. */
const QUANTITY_TOLERANCE = 2 ** -51;

/** A step size as multiple and decimals; `null` when it is no finite positive decimal of at most 12 places. */
export function parseStep(size: number): Step | null {
  if (!Number.isFinite(size) || size <= 0) return null;
  for (let decimals = 0; decimals <= 12; decimals++) {
    const scale = 10 ** decimals;
    const multiple = Math.round(size * scale);
    if (multiple > 0 && multiple / scale === size) return { multiple, decimals, scale };
  }
  return null;
}

/** Decimals that quote money needs so that every price times quantity of these filters is exact. */
export function quoteDecimals(filters: readonly InstrumentFilters[]): number {
  let decimals = SETTLEMENT_DECIMALS;
  for (const { priceStep, quantityStep } of filters) {
    const sum = (parseStep(priceStep)?.decimals ?? 0) + (parseStep(quantityStep)?.decimals ?? 0);
    decimals = Math.max(decimals, sum);
  }
  return decimals;
}

/**
 * An instrument from its filters. Quote money has `decimals` (see `quoteDecimals`), the same for all
 * instruments of a portfolio. Returns what is wrong as a sentence when the filters cannot be used.
 */
export function createInstrument(symbol: string, filters: InstrumentFilters, decimals: number): Instrument | string {
  const [base, quote, ...rest] = symbol.split("/");
  if (!base || !quote || rest.length > 0) return `"${symbol}" is not a symbol such as BTC/USDT`;
  const price = parseStep(filters.priceStep);
  const quantity = parseStep(filters.quantityStep);
  if (!price) return `priceStep ${filters.priceStep} is not a positive decimal`;
  if (!quantity) return `quantityStep ${filters.quantityStep} is not a positive decimal`;
  const product = price.decimals + quantity.decimals;
  if (decimals > MOST_DECIMALS_TOGETHER || product > decimals) {
    return `priceStep ${filters.priceStep} times quantityStep ${filters.quantityStep} is too fine: at most ${MOST_DECIMALS_TOGETHER} decimals together`;
  }
  const baseDecimals = Math.max(SETTLEMENT_DECIMALS, quantity.decimals);
  const quoteScale = 10 ** decimals;
  return {
    symbol,
    base,
    quote,
    filters,
    price,
    quantity,
    minSteps: Math.max(1, count(filters.minQuantity, quantity, QUANTITY_TOLERANCE, Math.ceil)),
    minNotionalUnits: count(filters.minNotional, { multiple: 1, decimals, scale: quoteScale }, QUANTITY_TOLERANCE, Math.ceil),
    quoteScale,
    baseScale: 10 ** baseDecimals,
    notionalScale: price.multiple * quantity.multiple * 10 ** (decimals - product),
    stepUnits: quantity.multiple * 10 ** (baseDecimals - quantity.decimals),
  };
}

/** The decimals of a scale of units, which is a power of ten. */
export function decimalsOf(scale: number): number {
  return Math.round(Math.log10(scale));
}

/** Price in quote of a count of ticks: the double nearest to the decimal. */
export function priceOf(instrument: Instrument, ticks: number): number {
  return (ticks * instrument.price.multiple) / instrument.price.scale;
}

/** Quantity in base of a count of steps: the double nearest to the decimal. */
export function quantityOf(instrument: Instrument, steps: number): number {
  return (steps * instrument.quantity.multiple) / instrument.quantity.scale;
}

/** Quote money of a count of quote units. */
export function quoteOf(instrument: Instrument, units: number): number {
  return units / instrument.quoteScale;
}

/** Base money of a count of base units. */
export function baseOf(instrument: Instrument, units: number): number {
  return units / instrument.baseScale;
}

function count(value: number, step: Step, tolerance: number, round: (value: number) => number): number {
  const exact = (value * step.scale) / step.multiple;
  const nearest = Math.round(exact);
  // A float such as 0.1 + 0.2 means the step that it misses by a rounding error.
  return Math.abs(exact - nearest) <= tolerance * Math.max(1, Math.abs(nearest)) ? nearest : round(exact);
}

/** Ticks of a price, rounded down: for the price of a buy. */
export function ticksDown(instrument: Instrument, price: number): number {
  return count(price, instrument.price, PRICE_TOLERANCE, Math.floor);
}

/** Ticks of a price, rounded up: for the price of a sell. */
export function ticksUp(instrument: Instrument, price: number): number {
  return count(price, instrument.price, PRICE_TOLERANCE, Math.ceil);
}

/** Ticks nearest to a price: for what a taker pays after slippage. */
export function ticksNearest(instrument: Instrument, price: number): number {
  return count(price, instrument.price, PRICE_TOLERANCE, Math.round);
}

/** Whole quantity steps in a base quantity, rounded down. */
export function stepsDown(instrument: Instrument, quantity: number): number {
  return count(quantity, instrument.quantity, QUANTITY_TOLERANCE, Math.floor);
}

/** Quote units of `steps` at `ticks`; exact. */
export function notionalUnits(instrument: Instrument, ticks: number, steps: number): number {
  return ticks * steps * instrument.notionalScale;
}

/** A fee rate (0.001 is 0.1 %) in parts of `RATE_SCALE`. */
export function parseRate(rate: number): number {
  return Math.round(rate * RATE_SCALE);
}

/** The fee on `units` at a rate in parts of `RATE_SCALE`, rounded up to a whole unit: venues round against the client. */
export function feeUnits(units: number, rate: number): number {
  if (units < 90_000_000 && rate < RATE_SCALE) return Math.ceil((units * rate) / RATE_SCALE);
  // Split, so that no product leaves the range in which doubles are exact.
  const high = Math.floor(units / RATE_SCALE);
  const low = units - high * RATE_SCALE;
  return high * rate + Math.ceil((low * rate) / RATE_SCALE);
}
