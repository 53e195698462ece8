import type { PortfolioView } from "../../../core/holdings/view.ts";
import type { Button, Reply, TelegramCommand } from "../command.ts";
import { holdingsSvg } from "../pictures/holdings.ts";
import { png } from "../pictures/png.ts";
import { bold, escaped } from "../text/html.ts";
import { message, MOST_CAPTION, type Part } from "../text/message.ts";
import { counted, duration, gain, money, percent, price, quantity, share } from "../text/numbers.ts";
import { pageButtons, pageFrom, pageText } from "../text/paging.ts";
import { pairLines } from "../text/table.ts";
import { moment } from "../text/times.ts";

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

/** Everything that the owner has, read anew; it takes as long as the slowest exchange. */
export type WholePortfolio = (signal: AbortSignal) => Promise<PortfolioView>;

const EVERYTHING: readonly Button[] = [{ text: "Everything I own", action: { command: "portfolio", argument: "all" } }];
const READING = "Reading everything that you own, at all places ...";
const MOST_ASSETS = 8;
const MOST_PLACES = 5;

/** The same, and after it everything that the definition's portfolio section names, with its picture. */
export function portfolioWith(whole: WholePortfolio): TelegramCommand {
  return {
    ...portfolio,
    description: "What the bot holds, and everything you own",
    run: async (asked) => {
      const { argument, timeZone } = asked;
      const live = async (show: (html: string) => void, signal: AbortSignal): Promise<Reply> => {
        const view = await whole(signal);
        show(first);
        return { html: wholeText(view, timeZone), picture: { name: "portfolio.png", png: await png(holdingsSvg(view, timeZone)) } };
      };
      let first = `✅ ${bold("Everything you own")} follows.`;
      if (/^all$/i.test(argument)) return { html: READING, live };
      const own = await portfolio.run(asked);
      if ("carryOut" in own) return own;
      // Work behind a message takes its buttons away in the end, and those turn the pages.
      if ((own.buttons ?? []).length > 0 || argument !== "") return { ...own, buttons: [...(own.buttons ?? []), EVERYTHING] };
      first = own.html;
      return { html: `${own.html}\n${READING}`, live };
    },
  };
}

function wholeText(view: PortfolioView, timeZone: string): string {
  const { currency, total, assets, profit, returns, unvalued, places, unexplained } = view;
  const shown = assets.slice(0, MOST_ASSETS);
  const troubled = places.filter(({ state, problems }) => state !== "read" || problems.length > 0);
  const parts: Part[] = [
    `${bold("Everything you own")} ${escaped(moment(view.time, timeZone))}${view.complete ? "" : ", not complete"}`,
    ...troubled.slice(0, MOST_PLACES).map(({ label, state, readAt, problems }) => {
      const standing = state === "failed" ? "not read, not in the total" : state === "last-known" ? `as it was ${duration(view.time - (readAt ?? view.time))} ago` : "read in part";
      return escaped(`⚠ ${label}: ${standing}. ${problems[0] ?? ""}`.trim(), 160);
    }),
    ...(unvalued.length > 0 ? [escaped(`⚠ Without a price, not in the total: ${[...new Set(unvalued.map(({ asset }) => asset))].join(", ")}`, 120)] : []),
    { pre: pairLines([["Total", money(Number(total), currency)], ...shown.map(({ asset, weight }) => [asset, share(weight)] as const), ...(assets.length > shown.length ? [[`${assets.length - shown.length} others`, share(assets.slice(MOST_ASSETS).reduce((sum, { weight }) => sum + weight, 0))] as const] : [])]) },
    {
      pre: pairLines([
        ["Open profit", gain(Number(profit.unrealised), currency)],
        ["Realised", gain(Number(profit.realised), currency)],
        ...(returns === null ? [] : [["Time-weighted", percent(returns.timeWeighted)] as const, ["Money-weighted", returns.moneyWeighted.ok ? percent(returns.moneyWeighted.total) : "?"] as const]),
      ]),
    },
    ...(unexplained.length > 0 ? [`${counted(unexplained.length, "change")} neither traded nor paid in: no profit.`] : []),
  ];
  return message(parts, MOST_CAPTION);
}
