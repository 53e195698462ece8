import { decimalOfUnits, unitsOfDecimal } from "../../core/decimal.ts";
import { decimalsOf, type Instrument } from "../../core/instrument.ts";

/** Exact ticks of a venue's price; null when it does not lie on the instrument's price step. */
export function ticksOf(instrument: Instrument, price: string): number | null {
  return wholeSteps(unitsOfDecimal(price, instrument.price.decimals), instrument.price.multiple);
}

/** Exact steps of a venue's quantity; null when it does not lie on the instrument's quantity step. */
export function stepsOf(instrument: Instrument, quantity: string): number | null {
  return wholeSteps(unitsOfDecimal(quantity, instrument.quantity.decimals), instrument.quantity.multiple);
}

function wholeSteps(units: number | null, multiple: number): number | null {
  return units === null || units % multiple !== 0 ? null : units / multiple;
}

/** The decimal text of a price in ticks, as a venue takes it. */
export function priceText(instrument: Instrument, ticks: number): string {
  return decimalOfUnits(ticks * instrument.price.multiple, instrument.price.decimals);
}

/** The decimal text of a quantity in steps, as a venue takes it. */
export function quantityText(instrument: Instrument, steps: number): string {
  return decimalOfUnits(steps * instrument.quantity.multiple, instrument.quantity.decimals);
}

/** Units of an amount of the instrument's base or quote; null when it is finer than they count. */
export function unitsOf(instrument: Instrument, currency: "base" | "quote", amount: string): number | null {
  return unitsOfDecimal(amount, decimalsOf(currency === "base" ? instrument.baseScale : instrument.quoteScale));
}

/** The decimal text of units of the instrument's base or quote. */
export function unitsText(instrument: Instrument, currency: "base" | "quote", units: number): string {
  return decimalOfUnits(units, decimalsOf(currency === "base" ? instrument.baseScale : instrument.quoteScale));
}
