/** A decimal of any size: `units` of 10^-`places`. Sums and products are exact, quotients are rounded to the places asked for. */
export interface Exact {
  readonly units: bigint;
  readonly places: number;
}

/** What is written as JavaScript writes a small number too: 1e-7. */
const FORM = /^(-?)(\d{1,60})(?:\.(\d{1,60}))?(?:[eE]([+-]?\d{1,2}))?$/;
/** Places that a quotient keeps: a price of one unit of the smallest token in the largest currency fits. */
const QUOTIENT_PLACES = 24;

/** Nothing. */
export const ZERO: Exact = { units: 0n, places: 0 };
/** One whole. */
export const ONE: Exact = { units: 1n, places: 0 };

/** The number that a decimal text stands for; `null` when it is no plain decimal. */
export function parseExact(text: string): Exact | null {
  const match = FORM.exec(text);
  if (!match) return null;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const units = BigInt(`${sign}${whole}${fraction}`);
  const places = fraction.length - Number(exponent);
  return tidy(places < 0 ? { units: units * 10n ** BigInt(-places), places: 0 } : { units, places });
}

/** The number of a decimal text; throws for what is none. For texts that were checked at the door. */
export function exact(text: string): Exact {
  const value = parseExact(text);
  if (value === null) throw new RangeError(`"${text.slice(0, 80)}" is no plain decimal`);
  return value;
}

/** The plain decimal text, without needless zeros. */
export function textOf(value: Exact): string {
  const { units, places } = tidy(value);
  const digits = String(units < 0n ? -units : units).padStart(places + 1, "0");
  const at = digits.length - places;
  return `${units < 0n ? "-" : ""}${digits.slice(0, at)}${places === 0 ? "" : `.${digits.slice(at)}`}`;
}

/** As a float, for statistics and pictures; money stays exact. */
export const floatOf = (value: Exact): number => Number(textOf(value));

/** a + b, exactly. */
export function plus(a: Exact, b: Exact): Exact {
  const places = Math.max(a.places, b.places);
  return tidy({ units: at(a, places) + at(b, places), places });
}

/** The same with the other sign. */
export const negated = ({ units, places }: Exact): Exact => ({ units: -units, places });

/** a - b, exactly. */
export const minus = (a: Exact, b: Exact): Exact => plus(a, negated(b));

/** a * b, exactly. */
export const times = (a: Exact, b: Exact): Exact => tidy({ units: a.units * b.units, places: a.places + b.places });

/** a / b to 24 places, rounded half away from zero. Throws for a division by zero. */
export function over(a: Exact, b: Exact): Exact {
  if (b.units === 0n) throw new RangeError("division by zero");
  const shift = QUOTIENT_PLACES + b.places - a.places;
  const numerator = shift >= 0 ? a.units * 10n ** BigInt(shift) : a.units;
  const denominator = shift >= 0 ? b.units : b.units * 10n ** BigInt(-shift);
  return tidy({ units: dividedHalfUp(numerator, denominator), places: QUOTIENT_PLACES });
}

/** Rounded to so many places, half away from zero. */
export function rounded(value: Exact, places: number): Exact {
  if (value.places <= places) return value;
  return tidy({ units: dividedHalfUp(value.units, 10n ** BigInt(value.places - places)), places });
}

/** The sign of a - b: -1, 0 or 1. */
export function compare(a: Exact, b: Exact): number {
  const places = Math.max(a.places, b.places);
  const [left, right] = [at(a, places), at(b, places)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** -1, 0 or 1. */
export const signOf = ({ units }: Exact): number => (units < 0n ? -1 : units > 0n ? 1 : 0);
/** The smaller one of two. */
export const smaller = (a: Exact, b: Exact): Exact => (compare(a, b) <= 0 ? a : b);
/** The sum, exactly; of none it is nothing. */
export const total = (values: Iterable<Exact>): Exact => [...values].reduce(plus, ZERO);

/** Whole units of a token, as a chain counts them, with its decimals. */
export const fromUnits = (units: bigint, decimals: number): Exact => tidy({ units, places: decimals });

const at = ({ units, places }: Exact, wanted: number): bigint => units * 10n ** BigInt(wanted - places);

function dividedHalfUp(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const [n, d] = [numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator];
  const quotient = (2n * n + d) / (2n * d);
  return negative ? -quotient : quotient;
}

/** Without zeros at the end, so that products do not grow for ever. */
function tidy({ units, places }: Exact): Exact {
  let [u, p] = [units, places];
  while (p > 0 && u % 10n === 0n) {
    u /= 10n;
    p -= 1;
  }
  return { units: u, places: u === 0n ? 0 : p };
}
