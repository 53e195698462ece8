import type { DcaView } from "../../../ports/operator.ts";
import type { TelegramCommand } from "../command.ts";
import { bold, escaped, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { gain, money, percent, price, quantity } from "../text/numbers.ts";
import { chosenSymbol, noSymbol, symbolButtons } from "../text/symbols.ts";
import { pairLines, tableLines } from "../text/table.ts";

const MOST_RUNGS = 15;

/** The DCA deal of a symbol: average, rungs, distance to its take-profit. */
export const dca: TelegramCommand = {
  name: "dca",
  description: "DCA deals: rungs, average, way to the take-profit",
  role: "viewer",
  run: ({ operator, argument }) => {
    const symbol = chosenSymbol(operator, argument);
    if (symbol === null) return Promise.resolve({ html: escaped(noSymbol(operator, argument)) });
    const own = operator.dcas().find((one) => one.symbol === symbol);
    if (!own) return Promise.resolve({ html: `There is no DCA on ${bold(symbol)}: the definition has no strategy ${bold("dca")}.` });
    const { quote } = operator.status();
    return Promise.resolve({ html: message(dealParts(own, quote)), buttons: symbolButtons(operator, "dca", symbol) });
  },
};

function dealParts(view: DcaView, quote: string): Part[] {
  const parts: Part[] = [`${bold(view.symbol)} DCA, ${escaped(view.mode)}`];
  for (const warning of view.warnings) parts.push(`⚠️ ${escaped(warning)}`);
  parts.push({
    pre: pairLines([
      ["Price", view.price === null ? "none yet" : `${price(view.price)} ${quote}`],
      ["Held", `${quantity(view.held)} ${view.base}`],
      ["Average", view.average === null ? "no deal is open" : `${price(view.average)} ${quote}`],
      ["Cost", money(view.cost, quote)],
      ["May cost", money(view.budget, quote)],
      ["Take-profit", view.takeProfit === null ? "none" : `${price(view.takeProfit)} ${quote}`],
      ...(view.toTakeProfit === null ? [] : [["Way to it", percent(view.toTakeProfit)] as const]),
      ["Rungs to come", String(view.rungs.length)],
      ["Deals closed", String(view.deals)],
      ["Closed profit", gain(view.closedProfit, quote)],
    ]),
  });
  if (view.rungs.length > 0) {
    const rows = view.rungs.slice(0, MOST_RUNGS).map(({ price: at, quantity: amount }) => [at === null ? "market" : price(at), quantity(amount), at === null || view.price === null ? "" : percent(at / view.price - 1)]);
    parts.push({ pre: tableLines([{ align: "right" }, { align: "right", shrinks: true }, { align: "right" }], rows) }, italic(`Rungs: price in ${quote}, amount in ${view.base}, way to it.`));
  }
  return parts;
}
