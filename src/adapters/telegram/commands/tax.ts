import type { TelegramCommand } from "../command.ts";
import { csv } from "../text/csv.ts";
import { bold, escaped } from "../text/html.ts";
import { MOST_CAPTION, message } from "../text/message.ts";
import { counted, gain, money } from "../text/numbers.ts";
import { pairLines } from "../text/table.ts";
import { startOfYear, yearOf, zoneName } from "../text/times.ts";

const HEADER = ["opened_utc", "closed_utc", "symbol", "strategy", "quantity", "cost", "proceeds", "fees", "profit", "currency"];

/** Every lot that closed in a year, as a file for whoever does the taxes. */
export const tax: TelegramCommand = {
  name: "tax",
  description: "A file of what closed in a year, lot by lot: /tax 2024",
  role: "viewer",
  run: ({ operator, argument, timeZone }) => {
    const { quote, time } = operator.status();
    const year = /^20\d\d$/.test(argument) ? Number(argument) : yearOf(time, timeZone);
    const [from, to] = [startOfYear(year, timeZone), startOfYear(year + 1, timeZone)];
    const lots = operator.closed(from, to);
    const sum = (pick: (lot: (typeof lots)[number]) => number): number => lots.reduce((total, lot) => total + pick(lot), 0);
    const html = message(
      [
        `${bold(`Closed in ${year}`)} (${escaped(zoneName(from, timeZone))}): ${counted(lots.length, "lot")}`,
        {
          pre: pairLines([
            ["Proceeds", money(sum((lot) => lot.proceeds), quote)],
            ["Cost", money(sum((lot) => lot.cost), quote)],
            ["Profit", gain(sum((lot) => lot.profit), quote)],
            ["Fees in it", money(sum((lot) => lot.fees), quote)],
          ]),
        },
        "Of this bot in this run alone, in its quote currency, each lot sold against what was paid for it. Your country may count otherwise: this is no advice.",
        ...(/^(?:20\d\d)?$/.test(argument) ? [] : [escaped(`"${argument.slice(0, 40)}" is no year: /tax 2024.`)]),
      ],
      MOST_CAPTION,
    );
    const buttons = [[{ text: String(year - 1), action: { command: "tax", argument: String(year - 1) } }]];
    if (lots.length === 0) return Promise.resolve({ html, buttons });
    const rows = lots.map((lot) => [new Date(lot.opened).toISOString(), new Date(lot.closed).toISOString(), lot.symbol, lot.strategy, lot.quantity, lot.cost, lot.proceeds, lot.fees, lot.profit, quote]);
    return Promise.resolve({ html, document: { name: `closed-${year}.csv`, bytes: csv(HEADER, rows) }, buttons });
  },
};
