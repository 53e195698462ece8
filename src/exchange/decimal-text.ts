import { decimalsOf, type Instrument } from "../core/instrument.ts";

/** Binance writes spot money and prices with at least this many decimals. */
const WIRE_DECIMALS = 8;

/** An integer count of 10^-decimals as the decimal text that Binance writes; exact. */
export function decimalText(units: number, decimals: number): string {
  const digits = String(Math.abs(units)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).padEnd(WIRE_DECIMALS, "0");
  return `${units < 0 ? "-" : ""}${whole}.${fraction}`;
}

/** The price of a count of ticks, quote. */
export function priceText(instrument: Instrument, ticks: number): string {
  return decimalText(ticks * instrument.price.multiple, instrument.price.decimals);
}

/** The quantity of a count of steps, base. */
export function quantityText(instrument: Instrument, steps: number): string {
  return decimalText(steps * instrument.quantity.multiple, instrument.quantity.decimals);
}

/** An amount of quote units in the quote asset. */
export function quoteText(instrument: Instrument, units: number): string {
  return decimalText(units, decimalsOf(instrument.quoteScale));
}

/** A fee in units of the asset that it was taken in: base or quote of the instrument. */
export function feeText(instrument: Instrument, asset: string, units: number): string {
  return asset === instrument.base ? decimalText(units, decimalsOf(instrument.baseScale)) : quoteText(instrument, units);
}

/** A number of a candle (a price or a volume, never money of an account) with Binance's decimals. */
export function candleText(value: number): string {
  return value.toFixed(WIRE_DECIMALS);
}
