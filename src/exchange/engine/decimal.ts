/** Every asset is counted in units of 10^-12: at least as fine as any instrument's ticks times steps. */
export const ASSET_DECIMALS = 12;
/** What a balance is written with at least, as venues do. */
const SHOWN_DECIMALS = 8;

/** A decimal as digits times 10^-decimals, without zeros at its end; `null` when the text is no plain decimal. */
export interface Decimal {
  readonly digits: bigint;
  readonly decimals: number;
}

/** What Binance takes for a number: up to twenty digits before the point and up to twenty after it. */
export const DECIMAL_RANGE = "^([0-9]{1,20})(\\.[0-9]{1,20})?$";
const DECIMAL = new RegExp(DECIMAL_RANGE);

/** A decimal from its text; `null` when it is none. */
export function parseDecimal(text: string): Decimal | null {
  const match = DECIMAL.exec(text);
  if (!match) return null;
  const fraction = (match[2] ?? "").slice(1).replace(/0+$/, "");
  return { digits: BigInt((match[1] ?? "0") + fraction), decimals: fraction.length };
}

/** A decimal in units of 10^-decimals; `null` when it is finer than that. */
export function scaled(value: Decimal, decimals: number): bigint | null {
  return value.decimals > decimals ? null : value.digits * 10n ** BigInt(decimals - value.decimals);
}

/** Asset units as decimal text: eight decimals, more where they are needed. */
export function assetText(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(ASSET_DECIMALS + 1, "0");
  const whole = digits.slice(0, -ASSET_DECIMALS);
  const fraction = digits.slice(-ASSET_DECIMALS).replace(/0+$/, "").padEnd(SHOWN_DECIMALS, "0");
  return `${units < 0n ? "-" : ""}${whole}.${fraction}`;
}
