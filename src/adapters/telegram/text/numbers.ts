const formats = new Map<number, Intl.NumberFormat>();

/** A number with thousands grouped and a fixed number of decimals; "?" for what is no number, no sign on a zero. */
export function decimal(value: number, digits: number): string {
  if (!Number.isFinite(value)) return "?";
  let format = formats.get(digits);
  if (!format) {
    format = new Intl.NumberFormat("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  const text = format.format(value);
  return /[1-9]/.test(text) ? text : text.replace("-", "");
}

/** The same with `+` before what is above zero. */
export function signed(value: number, digits: number): string {
  const text = decimal(value, digits);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Money with its currency: "10,421.00 USDT". A currency counted in thousandths and less shows more decimals. */
export function money(amount: number, currency: string): string {
  return `${decimal(amount, moneyDigits(amount))} ${currency}`;
}

/** Money with sign and currency: "+4.21 USDT". */
export function gain(amount: number, currency: string): string {
  return `${signed(amount, moneyDigits(amount))} ${currency}`;
}

/** Two decimals, unless they would hide the first three digits of a small amount; at most eight. */
export function moneyDigits(amount: number): number {
  const size = Math.abs(amount);
  if (!(size > 0) || size >= 1 || !Number.isFinite(size)) return 2;
  return Math.min(8, Math.max(2, 2 - Math.floor(Math.log10(size))));
}

/** A price, to about six significant digits, at least two decimals and no zeros after those; without its currency. */
export function price(value: number | null): string {
  if (value === null) return "market";
  return decimal(value, priceDigits(value)).replace(/(\.\d\d\d*?)0+$/, "$1");
}

/** Decimals that show a price to about six significant digits. */
export function priceDigits(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 2;
  return Math.max(2, Math.min(10, 5 - Math.floor(Math.log10(value))));
}

/** An amount of base to six significant digits, without trailing zeros; without its name. */
export function quantity(value: number): string {
  const size = Math.abs(value);
  const digits = size > 0 && Number.isFinite(size) ? Math.max(0, Math.min(10, 5 - Math.floor(Math.log10(size)))) : 0;
  const text = decimal(value, digits);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** A number as it can be typed: without exponent and grouping, to 15 significant digits. */
export function typed(value: number): string {
  return value.toLocaleString("en", { useGrouping: false, maximumSignificantDigits: 15 });
}

/** A fraction as a signed percentage: 0.0421 gives "+4.21 %". */
export function percent(fraction: number | null, digits = 2): string {
  return fraction === null ? "?" : `${signed(fraction * 100, digits)} %`;
}

/** A fraction as a share without plus: 0.314 gives "31.4 %". */
export function share(fraction: number, digits = 1): string {
  return `${decimal(fraction * 100, digits)} %`;
}

/** "1 fill", "1,234 fills". */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${decimal(value, 0)} ${value === 1 ? noun : plural}`;
}

/** A length of time in its two largest units: "2 d 3 h", "45 s"; milliseconds in. */
export function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "?";
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");
}
