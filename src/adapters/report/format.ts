import type { BacktestOutput } from "../../app/result.ts";

/** The currency of a run's money and the decimals to show it with. */
export interface Quote {
  readonly currency: string;
  readonly digits: number;
}

const formats = new Map<number, Intl.NumberFormat>();

/** A number with thousands grouped and a fixed number of decimals; a zero never carries a sign. */
export function decimal(value: number, digits: number): string {
  let format = formats.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat("en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  const text = format.format(value);
  return /[1-9∞N]/.test(text) ? text : text.replace("-", "");
}

/** The same with `+` before what is above zero. */
export function signed(value: number, digits: number): string {
  const text = decimal(value, digits);
  return value > 0 && /[1-9∞]/.test(text) ? `+${text}` : text;
}

/** A fraction as a share without sign: 0.314 gives `31.40 %`. */
export function share(fraction: number, digits = 2): string {
  return `${decimal(fraction * 100, digits)} %`;
}

/** A fraction as a signed percentage: 0.0421 gives `+4.21 %`. */
export function percent(fraction: number): string {
  return `${signed(fraction * 100, Math.abs(fraction) >= 100 ? 0 : 2)} %`;
}

/** A difference of fractions in percentage points, without sign: 0.0179 gives `1.79 points`. */
export function points(fraction: number): string {
  return `${decimal(Math.abs(fraction) * 100, 2)} points`;
}

/** Money in quote: `10,421.00 USDT`. */
export function money(amount: number, quote: Quote): string {
  return `${decimal(amount, quote.digits)} ${quote.currency}`;
}

/** Money in quote with its sign: `+421.00 USDT`. */
export function gain(amount: number, quote: Quote): string {
  return `${signed(amount, quote.digits)} ${quote.currency}`;
}

/** Decimals that show a price to about six significant digits, at least two. */
export function priceDigits(price: number): number {
  if (!(price > 0) || !Number.isFinite(price)) return 2;
  return Math.max(2, Math.min(10, 5 - Math.floor(Math.log10(price))));
}

/** A price in quote, to about six significant digits. */
export function price(value: number): string {
  return decimal(value, priceDigits(value));
}

/** An amount of base, to six significant digits and no trailing zeros. */
export function quantity(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, Math.min(10, 5 - Math.floor(Math.log10(Math.abs(value)))));
  const text = decimal(value, digits);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** A whole number with thousands grouped. */
export function count(value: number): string {
  return decimal(value, 0);
}

/** `1 fill`, `2 fills`, `1,234 fills`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`;
}

/** A length of time in days: `12.5 days`. */
export function days(value: number): string {
  const text = decimal(value, value >= 100 || Number.isInteger(value) ? 0 : 1);
  return `${text} ${text === "1" ? "day" : "days"}`;
}

/** Epoch milliseconds as `2024-01-31 13:05`, UTC. */
export function moment(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace("T", " ");
}

/** An ISO 8601 time as `2024-01-31 13:05`, UTC; text that is no time is given back. */
export function momentOf(iso: string): string {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? iso : moment(time);
}

/** The quote currency of the run's symbols, with decimals that suit its start equity. */
export function quoteOf(output: BacktestOutput): Quote {
  const names = new Set(output.data.symbols.map(({ symbol }) => /\/([^:]+)/.exec(symbol)?.[1] ?? ""));
  const [only] = names;
  const start = output.result.startEquity;
  // Small capital means a quote such as BTC, where cents would hide the whole profit.
  const digits = start >= 100 || !(start > 0) ? 2 : Math.min(8, 4 - Math.floor(Math.log10(start)));
  return { currency: names.size === 1 && only ? only : "quote", digits };
}

/** Length of the run's data in days. */
export function runDays(output: BacktestOutput): number {
  const length = (Date.parse(output.data.to) - Date.parse(output.data.from)) / 86_400_000;
  return Number.isFinite(length) ? length : 0;
}
