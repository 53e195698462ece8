const FORM = /^(-?)(\d+)(?:\.(\d+))?$/;

/**
 * A decimal text as a whole number of units of 10^-decimals. `null` when it is no plain decimal, is finer than that,
 * or beyond what a double counts exactly: money is never rounded by being read.
 */
export function unitsOfDecimal(text: string, decimals: number): number | null {
  const match = FORM.exec(text);
  if (!match) return null;
  const [, sign, whole = "", fraction = ""] = match;
  const kept = fraction.slice(0, decimals).padEnd(decimals, "0");
  if (/[1-9]/.test(fraction.slice(decimals))) return null;
  const units = Number(whole + kept);
  if (!Number.isSafeInteger(units)) return null;
  return sign === "-" && units !== 0 ? -units : units;
}

/** The decimal text of a whole number of units of 10^-decimals, without needless zeros. */
export function decimalOfUnits(units: number, decimals: number): string {
  const digits = String(Math.abs(units)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return `${units < 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** `a + factor * b` of two decimal texts, exactly, however large or fine. Throws for what is no plain decimal. */
export function addDecimals(a: string, b: string, factor: 1 | -1 = 1): string {
  const [left, right] = [FORM.exec(a), FORM.exec(b)];
  if (!left || !right) throw new RangeError(`"${left ? b : a}" is no plain decimal`);
  const places = Math.max(left[3]?.length ?? 0, right[3]?.length ?? 0);
  const units = wholeOf(left, places) + BigInt(factor) * wholeOf(right, places);
  const digits = String(units < 0n ? -units : units).padStart(places + 1, "0");
  const fraction = digits.slice(digits.length - places).replace(/0+$/, "");
  return `${units < 0n ? "-" : ""}${digits.slice(0, digits.length - places)}${places === 0 || fraction === "" ? "" : `.${fraction}`}`;
}

function wholeOf([, sign, whole = "", fraction = ""]: RegExpExecArray, places: number): bigint {
  const units = BigInt(whole + fraction.padEnd(places, "0"));
  return sign === "-" ? -units : units;
}
