import type { TelegramCommand } from "../command.ts";
import { chartSvg } from "../pictures/chart.ts";
import { png } from "../pictures/png.ts";
import { escaped } from "../text/html.ts";
import { MOST_CAPTION, message } from "../text/message.ts";
import { counted, duration } from "../text/numbers.ts";
import { chosenSymbol, noSymbol, symbolAt, symbolButtons } from "../text/symbols.ts";

const BARS = 96;
const MOST_BARS = 240;
const LEAST_BARS = 10;

/** Candles of a symbol with the bot's fills and its own lines. */
export const chart: TelegramCommand = {
  name: "chart",
  description: "Candles with fills and the grid's lines",
  role: "viewer",
  run: async ({ operator, argument, timeZone }) => {
    const symbol = chosenSymbol(operator, /^\d+$/.test(argument) ? "" : argument);
    if (symbol === null) return { html: escaped(noSymbol(operator, argument)) };
    const count = barsFrom(argument);
    const view = operator.bars(symbol, count);
    const { quote } = operator.status();
    const html = message([`${symbolAt(symbol, view.price, quote)}, ${counted(view.bars.length, "bar")} of ${duration(view.timeframe)}, ${counted(view.fills.length, "fill")} in them`], MOST_CAPTION);
    const zoom = [48, 96, 240].map((bars) => ({ text: `${bars} bars`, action: { command: "chart", argument: `${symbol} ${bars}` } }));
    return {
      html,
      picture: { name: "chart.png", png: await png(chartSvg(view, { timeZone, quote, levels: false, ladders: true })) },
      buttons: [...symbolButtons(operator, "chart", symbol), [...zoom, { text: "levels", action: { command: "levels", argument: symbol } }]],
    };
  },
};

/** The count of bars in an argument such as "BTC/USDT 48". */
function barsFrom(argument: string): number {
  const match = /(?:^|\s)(\d{1,4})$/.exec(argument);
  return match ? Math.min(MOST_BARS, Math.max(LEAST_BARS, Number(match[1]))) : BARS;
}
