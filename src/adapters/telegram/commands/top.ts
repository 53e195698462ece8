import type { TelegramCommand } from "../command.ts";
import { bold, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { gain } from "../text/numbers.ts";
import { pageButtons, pageFrom, pageText } from "../text/paging.ts";
import { tableLines } from "../text/table.ts";

const PER_PAGE = 15;

/** What earned most and least: symbols by closed and open profit together. */
export const top: TelegramCommand = {
  name: "top",
  description: "Symbols by what they earned, closed and open",
  role: "viewer",
  run: ({ operator, argument }) => {
    const { quote } = operator.status();
    const open = new Map<string, number>();
    for (const { symbol, openProfit } of operator.portfolio()) open.set(symbol, (open.get(symbol) ?? 0) + openProfit);
    const all = operator
      .profit(0, Number.MAX_SAFE_INTEGER)
      .symbols.map(({ symbol, profit }) => ({ symbol, closed: profit, open: open.get(symbol) ?? 0 }))
      .toSorted((a, b) => b.closed + b.open - (a.closed + a.open));
    const pages = Math.max(1, Math.ceil(all.length / PER_PAGE));
    const page = Math.min(pages, pageFrom(argument));
    const rows = all.slice((page - 1) * PER_PAGE, page * PER_PAGE).map((row) => [row.symbol, gain(row.closed, "").trim(), gain(row.open, "").trim()]);
    const parts: Part[] = [
      `${bold("Top")} ${pageText(page, pages)}`.trimEnd(),
      { pre: tableLines([{ align: "left", shrinks: true }, { align: "right" }, { align: "right" }], [["", "closed", "open"], ...rows]) },
      italic(`Profit in ${quote}, after fees, since the run began.`),
    ];
    return Promise.resolve({ html: message(parts), buttons: pageButtons("top", page, pages) });
  },
};
