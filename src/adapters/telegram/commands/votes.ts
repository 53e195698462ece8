import type { TelegramCommand } from "../command.ts";
import { png } from "../pictures/png.ts";
import { votesSvg } from "../pictures/votes.ts";
import { bold, escaped } from "../text/html.ts";
import { MOST_CAPTION, message } from "../text/message.ts";
import { share, signed } from "../text/numbers.ts";
import { chosenSymbol, noSymbol, symbolButtons } from "../text/symbols.ts";
import { tableLines } from "../text/table.ts";

const MOST = 12;

/** Every agent's vote on a symbol, in one picture. */
export const votes: TelegramCommand = {
  name: "votes",
  description: "Each agent's score, confidence and reason, in a picture",
  role: "viewer",
  run: async ({ operator, argument, timeZone }) => {
    const symbol = chosenSymbol(operator, argument);
    if (symbol === null) return { html: escaped(noSymbol(operator, argument)) };
    const view = operator.votes(symbol);
    const buttons = [...symbolButtons(operator, "votes", symbol), [{ text: "why", action: { command: "why", argument: symbol } }]];
    if (view === null) return { html: `The council has not decided on ${bold(symbol)} yet, or no agents vote.`, buttons };
    const rows = view.votes.slice(0, MOST).map(({ agent, score, size, confidence }) => [agent, score === null ? "abstains" : size !== null ? `<= ${share(size, 0)}` : signed(score, 2), score === null || size !== null ? "" : share(confidence, 0)]);
    const html = message(
      [`${bold(symbol)} ${bold(view.stance)}, conviction ${signed(view.conviction, 2)}, at most ${share(view.exposure, 0)} in the market`, { pre: tableLines([{ align: "left", shrinks: true }, { align: "right" }, { align: "right" }], rows) }],
      MOST_CAPTION,
    );
    return { html, picture: { name: "votes.png", png: await png(votesSvg(view, timeZone)) }, buttons };
  },
};
