import type { TelegramCommand } from "../command.ts";
import { chartSvg } from "../pictures/chart.ts";
import { png } from "../pictures/png.ts";
import { escaped } from "../text/html.ts";
import { MOST_CAPTION, message } from "../text/message.ts";
import { percent, price, share } from "../text/numbers.ts";
import { chosenSymbol, noSymbol, symbolAt, symbolButtons } from "../text/symbols.ts";
import { tableLines } from "../text/table.ts";

const BARS = 168;
const MOST = 10;

/** Supports and resistances of a symbol on a chart. */
export const levels: TelegramCommand = {
  name: "levels",
  description: "Supports and resistances on a chart",
  role: "viewer",
  run: async ({ operator, argument, timeZone }) => {
    const symbol = chosenSymbol(operator, argument);
    if (symbol === null) return { html: escaped(noSymbol(operator, argument)) };
    const view = operator.bars(symbol, BARS);
    const { quote } = operator.status();
    const shown = view.levels.toSorted((a, b) => b.strength - a.strength).slice(0, MOST).toSorted((a, b) => b.price - a.price);
    const rows = shown.map(({ kind, price: at, distance, strength, touches }) => [kind === "support" ? "S" : "R", price(at), percent(distance, 1), share(strength, 0), `${touches}x`]);
    const html = message(
      [
        symbolAt(symbol, view.price, quote),
        ...(rows.length > 0
          ? [{ pre: tableLines([{ align: "left" }, { align: "right" }, { align: "right" }, { align: "right" }, { align: "right" }], rows) }, `Price in ${escaped(quote)}, way to it, strength, touches.`]
          : ["No levels: the council has not decided yet, or no agent looks for them."]),
      ],
      MOST_CAPTION,
    );
    return { html, picture: { name: "levels.png", png: await png(chartSvg(view, { timeZone, quote, levels: true, ladders: false })) }, buttons: symbolButtons(operator, "levels", symbol) };
  },
};
