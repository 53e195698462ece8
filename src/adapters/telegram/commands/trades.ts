import type { TelegramCommand } from "../command.ts";
import { bold, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { money, price, quantity } from "../text/numbers.ts";
import { pageButtons, pageFrom, pageText } from "../text/paging.ts";
import { pairLines, spaced } from "../text/table.ts";
import { shortMoment, zoneName } from "../text/times.ts";

const PER_PAGE = 8;

/** The bot's fills, newest first. */
export const trades: TelegramCommand = {
  name: "trades",
  description: "Fills, newest first",
  role: "viewer",
  run: ({ operator, argument, timeZone }) => {
    const { quote, time } = operator.status();
    const { rows, page, pages, total } = operator.trades(pageFrom(argument), PER_PAGE);
    const parts: Part[] = [`${bold("Trades")} ${total} ${pageText(page, pages)}`.trimEnd()];
    if (total === 0) parts.push("Nothing has been filled yet.");
    else if (rows.length === 0) parts.push("Those are too long ago for a chat: the command line's ledger has them.");
    if (rows.length > 0) {
      const blocks = rows.map((row) =>
        pairLines([
          [`${shortMoment(row.time, timeZone)} ${row.side}`, row.symbol],
          [`${quantity(row.quantity)} ${row.base}`, `at ${price(row.price)} ${quote}`],
          [row.strategy, `fee ${row.feeCurrency === quote ? money(row.fee, quote) : `${quantity(row.fee)} ${row.feeCurrency}`}`],
        ]),
      );
      parts.push({ pre: spaced(blocks) });
    }
    if (rows.length > 0) parts.push(italic(`Times are ${zoneName(time, timeZone)}.`));
    return Promise.resolve({ html: message(parts), buttons: pageButtons("trades", page, pages) });
  },
};
