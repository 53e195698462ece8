import type { TelegramCommand } from "../command.ts";
import { bold, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { percent, signed } from "../text/numbers.ts";
import { pageButtons, pageFrom, pageText } from "../text/paging.ts";
import { tableLines } from "../text/table.ts";

const PER_PAGE = 20;

/** All symbols as the council ranks them. */
export const signals: TelegramCommand = {
  name: "signals",
  description: "All symbols ranked by conviction",
  role: "viewer",
  run: ({ operator, argument }) => {
    const all = operator.signals();
    const pages = Math.max(1, Math.ceil(all.length / PER_PAGE));
    const page = Math.min(pages, pageFrom(argument));
    const rows = all.slice((page - 1) * PER_PAGE, page * PER_PAGE);
    const parts: Part[] = [`${bold("Signals")} ${pageText(page, pages)}`.trimEnd()];
    if (rows.length === 0) parts.push("The council has not decided on any symbol yet, or no agents vote.");
    else {
      const lines = rows.map(({ symbol, stance, conviction, dayChange }) => [symbol, stance, signed(conviction, 2), dayChange === null ? "" : percent(dayChange, 1)]);
      parts.push({ pre: tableLines([{ align: "left", shrinks: true }, { align: "left" }, { align: "right" }, { align: "right" }], lines) }, italic("Stance, conviction from -1 to +1, change in a day."));
    }
    const first = rows[0];
    return Promise.resolve({ html: message(parts), buttons: [...pageButtons("signals", page, pages), ...(first ? [[{ text: `votes ${first.symbol}`, action: { command: "votes", argument: first.symbol } }]] : [])] });
  },
};
