import type { TelegramCommand } from "../command.ts";
import { bold } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { gain, money, percent, price, quantity, share } from "../text/numbers.ts";
import { pageButtons, pageFrom, pageText } from "../text/paging.ts";
import { pairLines } from "../text/table.ts";

const PER_PAGE = 6;

/** What each strategy holds of each symbol, and what it gains. */
export const portfolio: TelegramCommand = {
  name: "portfolio",
  description: "What each strategy holds, its cost and open profit",
  role: "viewer",
  run: ({ operator, argument }) => {
    const { quote, equity, cash } = operator.status();
    const all = operator.portfolio();
    const held = all.filter((position) => position.held > 0).toSorted((a, b) => b.worth - a.worth);
    const pages = Math.max(1, Math.ceil(held.length / PER_PAGE));
    const page = Math.min(pages, pageFrom(argument));
    const parts: Part[] = [`${bold("Portfolio")} ${pageText(page, pages)}`.trimEnd()];
    if (held.length === 0) parts.push("Nothing is held: all is cash.");
    for (const position of held.slice((page - 1) * PER_PAGE, page * PER_PAGE)) {
      parts.push(`${bold(position.symbol)} by ${bold(position.strategy)}`, {
        pre: pairLines([
          ["Held", `${quantity(position.held)} ${position.base}`],
          ["Average", position.average === null ? "none" : `${price(position.average)} ${quote}`],
          ["Cost", money(position.cost, quote)],
          ["Worth", money(position.worth, quote)],
          ["Open profit", gain(position.openProfit, quote)],
          ["of cost", position.cost > 0 ? percent(position.openProfit / position.cost) : "?"],
          ["of equity", equity > 0 ? share(position.worth / equity) : "?"],
        ]),
      });
    }
    const open = all.reduce((sum, { openProfit }) => sum + openProfit, 0);
    parts.push({ pre: pairLines([["Cash", money(cash, quote)], ["Equity", money(equity, quote)], ["Open profit", gain(open, quote)]]) });
    return Promise.resolve({ html: message(parts), buttons: pageButtons("portfolio", page, pages) });
  },
};
