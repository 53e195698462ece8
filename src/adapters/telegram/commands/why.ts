import type { TelegramCommand } from "../command.ts";
import { bold, escaped, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { share, signed } from "../text/numbers.ts";
import { chosenSymbol, noSymbol, symbolButtons } from "../text/symbols.ts";
import { moment, shortMoment, zoneName } from "../text/times.ts";

/** The last decision on a symbol, what would change it, and what was done lately. */
export const why: TelegramCommand = {
  name: "why",
  description: "The last decision and what would change it",
  role: "viewer",
  run: ({ operator, argument, timeZone }) => {
    const symbol = chosenSymbol(operator, argument);
    if (symbol === null) return Promise.resolve({ html: escaped(noSymbol(operator, argument)) });
    const view = operator.why(symbol);
    const buttons = [...symbolButtons(operator, "why", symbol), [{ text: "votes", action: { command: "votes", argument: symbol } }]];
    if (view === null) return Promise.resolve({ html: `The council has not decided on ${bold(symbol)} yet, or no agents vote: the strategies act by their own rules.`, buttons });
    const parts: Part[] = [
      `${bold(symbol)}: ${bold(view.stance)}`,
      escaped(moment(view.time, timeZone)),
      escaped(view.reason, 1_000),
      `Conviction ${signed(view.conviction, 2)} (-1 to +1), at most ${share(view.exposure, 0)} of its capital in the market.`,
    ];
    if (view.wouldChange.length > 0) parts.push("", bold("What would change it"), ...view.wouldChange.map((sentence) => `• ${escaped(sentence, 400)}`));
    if (view.lately.length > 0) parts.push("", bold("Done lately"), ...view.lately.map(({ time, text }) => `• ${escaped(shortMoment(time, timeZone))} ${escaped(text)}`), italic(`Times are ${zoneName(view.time, timeZone)}.`));
    return Promise.resolve({ html: message(parts), buttons });
  },
};
