import type { TelegramCommand } from "../command.ts";
import { equitySvg, untilNow } from "../pictures/equity.ts";
import { png } from "../pictures/png.ts";
import { bold } from "../text/html.ts";
import { MOST_CAPTION, message } from "../text/message.ts";
import { duration, gain, money, percent, share } from "../text/numbers.ts";
import { pairLines } from "../text/table.ts";

const BARS = 500;

/** How the run has done since it began, with its equity as a picture. */
export const performance: TelegramCommand = {
  name: "performance",
  description: "How the run has done since it began, with a picture",
  role: "viewer",
  run: async ({ operator, timeZone }) => {
    const { quote, bot } = operator.status();
    const view = operator.performance();
    const html = message(
      [
        `${bold("Performance")} in ${duration(view.time - view.began)}`,
        {
          pre: pairLines([
            ["Equity", money(view.equity, quote)],
            ["Began with", money(view.startEquity, quote)],
            ["Change", percent(view.change)],
            ["Closed profit", gain(view.closedProfit, quote)],
            ["Open profit", gain(view.openProfit, quote)],
            ["Fees paid", money(view.feesPaid, quote)],
            ["Under its high", share(view.drawdown, 2)],
            ["Round trips", String(view.trips)],
            ["Won", view.trips > 0 ? share(view.won / view.trips, 0) : "none yet"],
            ...(view.best === null ? [] : [["Best", gain(view.best, quote)] as const]),
            ...(view.worst === null ? [] : [["Worst", gain(view.worst, quote)] as const]),
            ...(view.meanHold === null ? [] : [["Held on average", duration(view.meanHold)] as const]),
          ]),
        },
      ],
      MOST_CAPTION,
    );
    return { html, picture: { name: "equity.png", png: await png(equitySvg(untilNow(operator.equity(BARS), view), { title: bot, quote, timeZone })) } };
  },
};
