import type { TelegramCommand } from "../command.ts";
import { bold, code, escaped, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { pageButtons, pageFrom, pageText } from "../text/paging.ts";
import { shortMoment, zoneName } from "../text/times.ts";

const PER_PAGE = 10;

/** The journal, newest first. */
export const logs: TelegramCommand = {
  name: "logs",
  description: "The journal, newest first",
  role: "trader",
  run: ({ operator, argument, timeZone }) => {
    const { rows, page, pages, total } = operator.log(pageFrom(argument), PER_PAGE);
    const parts: Part[] = [`${bold("Journal")} ${total} entries ${pageText(page, pages)}`.trimEnd()];
    for (const row of rows) parts.push(`${code(`${row.sequence}`)} ${escaped(shortMoment(row.time, timeZone))} ${bold(row.type)} ${escaped(row.text, 160)}`);
    parts.push(italic(`Times are ${zoneName(operator.status().time, timeZone)}.`));
    return Promise.resolve({ html: message(parts), buttons: pageButtons("logs", page, pages) });
  },
};
