import type { Asked, TelegramCommand } from "../command.ts";
import { bold, escaped, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { gain, money, share } from "../text/numbers.ts";
import { pairLines, tableLines } from "../text/table.ts";
import { startOfDay, startOfDayBefore, zoneName } from "../text/times.ts";

const PERIODS = ["day", "week", "month", "all"] as const;
type Period = (typeof PERIODS)[number];
const TITLES: Readonly<Record<Period, string>> = { day: "today", week: "the last 7 days", month: "the last 30 days", all: "since it began" };

/** Closed profit of a period, all together and by symbol. */
export const profit: TelegramCommand = {
  name: "profit",
  description: "Closed profit: day, week, month, all; by symbol",
  role: "viewer",
  run: (asked) => {
    const { operator, argument, timeZone } = asked;
    const wanted = PERIODS.find((period) => period === argument.toLowerCase());
    const { quote, time } = operator.status();
    const parts: Part[] = [];
    if (wanted === undefined) {
      parts.push(`${bold("Closed profit")} after fees, in ${escaped(quote)}`);
      const rows = PERIODS.map((period) => {
        const { total } = operator.profit(fromOf(period, asked), Number.MAX_SAFE_INTEGER);
        return [period, gain(total.profit, "").trim(), `${total.trips} closed`];
      });
      parts.push({ pre: tableLines([{ align: "left" }, { align: "right" }, { align: "right", shrinks: true }], rows) });
      if (argument !== "") parts.push(`Say /profit day, week, month or all.`);
    } else {
      const { total, symbols } = operator.profit(fromOf(wanted, asked), Number.MAX_SAFE_INTEGER);
      parts.push(`${bold("Closed profit")} ${TITLES[wanted]}`);
      parts.push({
        pre: pairLines([
          ["Profit", gain(total.profit, quote)],
          ["Fees in it", money(total.fees, quote)],
          ["Round trips", String(total.trips)],
          ["Won", total.trips > 0 ? share(total.won / total.trips, 0) : "none yet"],
        ]),
      });
      const traded = symbols.filter(({ trips }) => trips > 0).toSorted((a, b) => b.profit - a.profit);
      if (traded.length > 0) parts.push({ pre: tableLines([{ align: "left", shrinks: true }, { align: "right" }, { align: "right" }], traded.map((row) => [row.symbol, gain(row.profit, quote), `${row.trips}x`])) });
    }
    parts.push(italic(`Days begin at midnight ${zoneName(time, timeZone)}. What is still held is in /portfolio.`));
    return Promise.resolve({ html: message(parts), buttons: [PERIODS.map((period) => ({ text: period, action: { command: "profit", argument: period } }))] });
  },
};

/** When a period began, epoch milliseconds, by the venue's clock and the calendar of the reader. */
function fromOf(period: Period, { operator, timeZone }: Asked): number {
  const { time } = operator.status();
  if (period === "all") return 0;
  if (period === "day") return startOfDay(time, timeZone);
  return startOfDayBefore(time, period === "week" ? 6 : 29, timeZone);
}
