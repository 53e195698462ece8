import { price, quantity, typed } from "../text/numbers.ts";
import { type Alert, shortName } from "./alert.ts";

/** A fraction in percent without zeros at its end: 0.055 gives "5.5 %". */
export function percentOf(fraction: number): string {
  return `${quantity(fraction * 100)} %`;
}

/** What an alert waits for, in words; `quote` is the currency of its prices. Plain text. */
export function alertText(alert: Alert, quote: string): string {
  const how = "every" in alert && alert.every ? ", every time, at most once an hour" : "";
  switch (alert.type) {
    case "price":
      return alert.moved === null ? `${alert.symbol} ${sides(alert, quote)}` : `${alert.symbol} ${movedText(alert)} from ${price(alert.moved.from)} ${quote}: ${sides(alert, quote)}`;
    case "level":
      return `${alert.symbol} touches a support or resistance${how}`;
    case "vote":
      return `${alert.symbol} gets another stance, or a vote of the other sign${how}`;
    case "drawdown":
      return `the account is ${percentOf(alert.fraction)} under its highest equity`;
  }
}

type PriceAlert = Extract<Alert, { type: "price" }>;

function sides({ above, below }: PriceAlert, quote: string): string {
  const said = [...(above === null ? [] : [`above ${price(above)} ${quote}`]), ...(below === null ? [] : [`below ${price(below)} ${quote}`])];
  return said.join(" or ");
}

function movedText({ above, below, moved }: PriceAlert): string {
  const share = percentOf(moved?.fraction ?? 0);
  return above === null ? `-${share}` : below === null ? `+${share}` : `${share} either way`;
}

/** The same as it can be typed, to be set again: "/alert btc > 70000". */
export function alertCommand(alert: Alert, symbols: readonly string[]): string {
  if (alert.type === "drawdown") return `/alert drawdown ${quantity(alert.fraction * 100)}%`;
  const name = shortName(alert.symbol, symbols);
  if (alert.type !== "price") return `/alert ${name} ${alert.type}${alert.every ? " every" : ""}`;
  const { above, below, moved } = alert;
  if (moved !== null) return `/alert ${name} ${above === null ? "-" : below === null ? "+" : ""}${quantity(moved.fraction * 100)}%`;
  return above === null ? `/alert ${name} < ${typed(below ?? 0)}` : `/alert ${name} > ${typed(above)}`;
}
