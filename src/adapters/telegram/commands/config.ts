import type { TelegramCommand } from "../command.ts";
import { bold } from "../text/html.ts";
import { message, pagesOfLines } from "../text/message.ts";
import { pageButtons, pageFrom, pageText } from "../text/paging.ts";

/** The definition that runs. */
export const config: TelegramCommand = {
  name: "config",
  description: "The definition that runs",
  role: "owner",
  run: ({ operator, argument }) => {
    const text = operator.config();
    const pages = pagesOfLines(text.split("\n"));
    const page = Math.min(pages.length, pageFrom(argument));
    const html = message([`${bold("Definition")} ${pageText(page, pages.length)}`.trimEnd(), { pre: pages[page - 1] ?? [] }]);
    return Promise.resolve({ html, buttons: pageButtons("config", page, pages.length) });
  },
};
