import type { TelegramCommand } from "../command.ts";
import { bold } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { percent, price, quantity } from "../text/numbers.ts";
import { pageButtons, pageFrom, pageText } from "../text/paging.ts";
import { pairLines, spaced } from "../text/table.ts";

const PER_PAGE = 10;

/** Open orders, nearest to the price first. */
export const orders: TelegramCommand = {
  name: "orders",
  description: "Open orders, nearest to the price first",
  role: "viewer",
  run: ({ operator, argument }) => {
    const { quote } = operator.status();
    const { rows, page, pages, total } = operator.orders(pageFrom(argument), PER_PAGE);
    const parts: Part[] = [`${bold("Open orders")} ${total} ${pageText(page, pages)}`.trimEnd()];
    if (total === 0) parts.push("No order is open.");
    if (rows.length > 0) {
      const blocks = rows.map((row) =>
        pairLines([
          [`${row.side} ${row.symbol}`, `${row.strategy}${row.state === "open" ? "" : ` ${row.state}`}`],
          [`${quantity(row.quantity)} ${row.base}`, row.price === null ? "at the market" : `at ${price(row.price)} ${quote}`],
          ...(row.distance === null ? [] : [["from the price", percent(row.distance)] as const]),
          ...(row.filled > 0 ? [["filled", `${quantity(row.filled)} ${row.base}`] as const] : []),
        ]),
      );
      parts.push({ pre: spaced(blocks) });
    }
    return Promise.resolve({ html: message(parts), buttons: pageButtons("orders", page, pages) });
  },
};
