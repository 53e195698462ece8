import { z } from "zod";
import type { Asked, TelegramCommand } from "../command.ts";
import { bold, escaped, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { gain, money, percent, price, share } from "../text/numbers.ts";
import { chosenSymbol } from "../text/symbols.ts";
import { pairLines, tableLines } from "../text/table.ts";
import { startOfDate, startOfDay, startOfDayBefore, zoneName } from "../text/times.ts";

const PERIODS = ["day", "week", "month", "all"] as const;
type Period = (typeof PERIODS)[number];
const TITLES: Readonly<Record<Period, string>> = { day: "today", week: "the last 7 days", month: "the last 30 days", all: "since it began" };
const DATES = /^(?:(?:since|from) (\d{4}-\d{2}-\d{2}))?(?: ?to (\d{4}-\d{2}-\d{2}))?$/;
const MOST_BARS = 500;

/** A span of time, epoch milliseconds: from inclusive, to exclusive. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

/** Closed profit of a period, all together and by symbol. */
export const profit: TelegramCommand = {
  name: "profit",
  description: "Closed profit: day, week, month, all, since a date",
  role: "viewer",
  run: (asked) => {
    const { operator, argument, timeZone } = asked;
    const { time } = operator.status();
    const [first = "", ...others] = argument.toLowerCase().split(/\s+/);
    const named = first === "" || spanOf(argument.toLowerCase(), asked) !== null ? null : chosenSymbol(operator, first);
    const span = spanOf(named === null ? argument.toLowerCase() : others.join(" ") || "all", asked);
    const parts = span === null ? overview(asked) : spanParts(asked, span, named);
    parts.push(italic(`Days begin at midnight ${zoneName(time, timeZone)}. What is still held is in /portfolio.`));
    const buttons = [PERIODS.map((period) => ({ text: period, action: { command: "profit", argument: named === null ? period : `${named} ${period}` } }))];
    return Promise.resolve({ html: message(parts), buttons });
  },
};

/** Every period in a line. */
function overview(asked: Asked): Part[] {
  const { operator, argument } = asked;
  const rows = PERIODS.map((period) => {
    const { total } = operator.profit(fromOf(period, asked), Number.MAX_SAFE_INTEGER);
    return [period, gain(total.profit, "").trim(), `${total.trips} closed`];
  });
  const parts: Part[] = [`${bold("Closed profit")} after fees, in ${escaped(operator.status().quote)}`, { pre: tableLines([{ align: "left" }, { align: "right" }, { align: "right", shrinks: true }], rows) }];
  if (argument !== "") parts.push("Say /profit day, week, month or all. A symbol can stand before it, and a date after since: /profit btc since 2024-01-31.");
  return parts;
}

/** One span in full, of everything or of one symbol. */
function spanParts({ operator }: Asked, { from, to, title }: Span, named: string | null): Part[] {
  const { quote } = operator.status();
  const { total, symbols } = operator.profit(from, to);
  const own = named === null ? total : symbols.find(({ symbol }) => symbol === named);
  const parts: Part[] = [`${bold(named === null ? "Closed profit" : `Closed profit on ${named}`)} ${escaped(title)}`];
  if (own === undefined) return parts;
  const move = named === null || to !== Number.MAX_SAFE_INTEGER ? null : priceMove(operator, named, from);
  parts.push({
    pre: pairLines([
      ["Profit", gain(own.profit, quote)],
      ["Fees in it", money(own.fees, quote)],
      ["Round trips", String(own.trips)],
      ["Won", own.trips > 0 ? share(own.won / own.trips, 0) : "none yet"],
      ...(move === null ? [] : [["Price then", `${price(move.then)} ${quote}`] as const, ["Price now", `${price(move.now)} ${quote}`] as const, ["Its change", percent(move.now / move.then - 1)] as const]),
    ]),
  });
  const traded = named === null ? symbols.filter(({ trips }) => trips > 0).toSorted((a, b) => b.profit - a.profit) : [];
  if (traded.length > 0) parts.push({ pre: tableLines([{ align: "left", shrinks: true }, { align: "right" }, { align: "right" }], traded.map((row) => [row.symbol, gain(row.profit, quote), `${row.trips}x`])) });
  return parts;
}

/** The price at the beginning of a span and now, when the bars that the bot keeps reach back to it. */
function priceMove(operator: Asked["operator"], symbol: string, from: number): { readonly then: number; readonly now: number } | null {
  const { bars, price: now } = operator.bars(symbol, MOST_BARS);
  const [oldest] = bars;
  if (now === null || oldest === undefined || from === 0 || oldest.time > from) return null;
  const first = bars.find(({ time }) => time >= from);
  return first === undefined ? null : { then: first.open, now };
}

/** The span that words mean; null for none. */
function spanOf(words: string, asked: Asked): Span | null {
  const period = PERIODS.find((one) => one === words);
  if (period !== undefined) return { from: fromOf(period, asked), to: Number.MAX_SAFE_INTEGER, title: TITLES[period] };
  const [whole = "", from, to] = DATES.exec(words) ?? [];
  // 31 February is no day: what is shown under it would be of another.
  if ([from, to].some((day) => day !== undefined && !z.iso.date().safeParse(day).success)) return null;
  if (whole === "" || (from !== undefined && to !== undefined && to < from)) return null;
  const { timeZone } = asked;
  const title = from === undefined ? `until ${to ?? ""}` : to === undefined ? `since ${from}` : from === to ? `on ${from}` : `from ${from} to ${to}`;
  return { from: from === undefined ? 0 : startOfDate(from, timeZone), to: to === undefined ? Number.MAX_SAFE_INTEGER : startOfDate(to, timeZone, 1), title };
}

/** When a period began, epoch milliseconds, by the venue's clock and the calendar of the reader. */
function fromOf(period: Period, { operator, timeZone }: Asked): number {
  const { time } = operator.status();
  if (period === "all") return 0;
  if (period === "day") return startOfDay(time, timeZone);
  return startOfDayBefore(time, period === "week" ? 6 : 29, timeZone);
}
