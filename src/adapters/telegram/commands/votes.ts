import type { ForecastWorth, VotesView } from "../../../ports/operator.ts";
import type { TelegramCommand } from "../command.ts";
import { png } from "../pictures/png.ts";
import { votesSvg } from "../pictures/votes.ts";
import { bold, escaped } from "../text/html.ts";
import { MOST_CAPTION, type Part, message } from "../text/message.ts";
import { decimal, share, signed } from "../text/numbers.ts";
import { chosenSymbol, noSymbol, symbolButtons } from "../text/symbols.ts";
import { tableLines } from "../text/table.ts";

const MOST = 12;

/** Every agent's vote on a symbol, in one picture. */
export const votes: TelegramCommand = {
  name: "votes",
  description: "Each agent's score, weight and worth, in a picture",
  role: "viewer",
  run: async ({ operator, argument, timeZone }) => {
    const symbol = chosenSymbol(operator, argument);
    if (symbol === null) return { html: escaped(noSymbol(operator, argument)) };
    const view = operator.votes(symbol);
    const buttons = [...symbolButtons(operator, "votes", symbol), [{ text: "why", action: { command: "why", argument: symbol } }]];
    if (view === null) return { html: `The council has not decided on ${bold(symbol)} yet, or no agents vote.`, buttons };
    const rows = view.votes.slice(0, MOST).map(({ agent, score, size, confidence }) => [agent, score === null ? "abstains" : size !== null ? `<= ${share(size, 0)}` : signed(score, 2), score === null || size !== null ? "" : share(confidence, 0)]);
    const html = message(
      [
        `${bold(symbol)} ${bold(view.stance)}, conviction ${signed(view.conviction, 2)}, at most ${share(view.exposure, 0)} in the market`,
        { pre: tableLines([{ align: "left", shrinks: true }, { align: "right" }, { align: "right" }], rows) },
        ...worthParts(view),
      ],
      MOST_CAPTION,
    );
    return { html, picture: { name: "votes.png", png: await png(votesSvg(view, timeZone)) }, buttons };
  },
};

/** A table of weights, Brier scores and forecasts so far; nothing where no agent forecasts. */
function worthParts({ votes: rows, pool }: VotesView): Part[] {
  if (pool === null) return [];
  if (pool.rounds === 0) return ["No vote's horizon has passed yet: nothing is known of what they are worth."];
  const brier = (worth: ForecastWorth): string => (worth.brier === null ? "n/a" : decimal(worth.brier, 3));
  const agents = rows.slice(0, MOST).flatMap(({ agent, weight, worth }) => (worth === null ? [] : [[agent, decimal(weight, 2), brier(worth), decimal(worth.rounds, 0)]]));
  const lines = tableLines([{ align: "left", shrinks: true }, { align: "right" }, { align: "right" }, { align: "right" }], [["agent", "weight", "Brier", "n"], ...agents, ["pool", "", brier(pool), decimal(pool.rounds, 0)]]);
  return ["What the votes were worth (Brier score: lower is better, a coin has 0.250)", { pre: lines }];
}
