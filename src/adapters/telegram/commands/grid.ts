import type { GridView } from "../../../ports/operator.ts";
import type { TelegramCommand } from "../command.ts";
import { bold, escaped, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { gain, money, price, quantity } from "../text/numbers.ts";
import { chosenSymbol, noSymbol, symbolButtons } from "../text/symbols.ts";
import { pairLines, tableLines } from "../text/table.ts";

/** Orders that are shown on each side of the price. */
const EACH_SIDE = 8;

/** The grid of a symbol: levels, what is filled, whether the price is inside. */
export const grid: TelegramCommand = {
  name: "grid",
  description: "The grid: levels, what is filled, in range or not",
  role: "viewer",
  run: ({ operator, argument }) => {
    const symbol = chosenSymbol(operator, argument);
    if (symbol === null) return Promise.resolve({ html: escaped(noSymbol(operator, argument)) });
    const own = operator.grids().find((one) => one.symbol === symbol);
    if (!own) return Promise.resolve({ html: `There is no grid on ${bold(symbol)}: the definition has no strategy ${bold("grid")}.` });
    const { quote } = operator.status();
    return Promise.resolve({ html: message(gridParts(own, quote)), buttons: [...symbolButtons(operator, "grid", symbol), [{ text: "chart", action: { command: "chart", argument: symbol } }]] });
  },
};

function gridParts(view: GridView, quote: string): Part[] {
  const { levels, inRange, orders, base } = view;
  const [low, high] = [levels[0], levels.at(-1)];
  const parts: Part[] = [`${bold(view.symbol)} grid, ${escaped(view.mode)}`];
  for (const warning of view.warnings) parts.push(`⚠️ ${escaped(warning)}`);
  parts.push({
    pre: pairLines([
      ["Price", view.price === null ? "none yet" : `${price(view.price)} ${quote}`],
      ["Range", low === undefined || high === undefined ? "no grid stands" : `${price(low)} - ${price(high)}`],
      ...(inRange === null ? [] : [["In range", inRange ? "yes" : "NO"] as const]),
      ...(levels.length > 0 ? [["Levels", String(levels.length)] as const] : []),
      ["Cells filled", String(view.filledCells)],
      ["Held", `${quantity(view.held)} ${base}`],
      ["Cost", money(view.cost, quote)],
      ["May cost", money(view.budget, quote)],
      ["Closed profit", gain(view.closedProfit, quote)],
      ["Round trips", String(view.trips)],
    ]),
  });
  const sells = orders.filter(({ side }) => side === "sell").slice(-EACH_SIDE);
  const buys = orders.filter(({ side }) => side === "buy").slice(0, EACH_SIDE);
  const line = (order: GridView["orders"][number]): string[] => [order.side, price(order.price), quantity(order.quantity), order.resting ? "" : "waits"];
  const here: string[][] = view.price === null ? [] : [["------", price(view.price), "price", ""]];
  if (orders.length > 0) {
    parts.push({ pre: tableLines([{ align: "left" }, { align: "right" }, { align: "right", shrinks: true }, { align: "left" }], [...sells.map(line), ...here, ...buys.map(line)]) });
    const hidden = orders.length - sells.length - buys.length;
    parts.push(italic(`Prices in ${quote}, amounts in ${base}.${hidden > 0 ? ` ${hidden} further from the price are not shown: /orders.` : ""}`));
  }
  return parts;
}
