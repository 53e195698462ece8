import type { TelegramCommand } from "../command.ts";
import { bold, escaped } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { money, quantity } from "../text/numbers.ts";
import { pairLines } from "../text/table.ts";

/** What the bot's own books hold, by asset. */
export const balance: TelegramCommand = {
  name: "balance",
  description: "What the bot holds of each asset, free and in orders",
  role: "viewer",
  run: ({ operator }) => {
    const { quote, equity } = operator.status();
    const parts: Part[] = [`${bold("Balance")} of the bot's own books`];
    for (const row of operator.balances()) {
      const amount = (value: number): string => (row.asset === quote ? money(value, quote) : `${quantity(value)} ${row.asset}`);
      parts.push(bold(row.asset), {
        pre: pairLines([["free", amount(row.free)], ["in orders", amount(row.reserved)], ...(row.asset === quote ? [] : [["worth", row.worth === null ? "no price yet" : money(row.worth, quote)] as const])]),
      });
    }
    parts.push(`Together ${bold(money(equity, quote))}. What else is on the account is not the bot's: ${escaped("it neither counts nor touches it.")}`);
    return Promise.resolve({ html: message(parts) });
  },
};
