import type { StatusView } from "../../../ports/operator.ts";
import type { TelegramCommand } from "../command.ts";
import { bold, escaped } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { gain, money, percent, quantity, share } from "../text/numbers.ts";
import { symbolAt } from "../text/symbols.ts";
import { pairLines, tableLines } from "../text/table.ts";
import { moment } from "../text/times.ts";
import { HOLD_WORDS } from "../text/words.ts";

/** How the bot stands, on one screen. */
export const status: TelegramCommand = {
  name: "status",
  description: "How the bot stands: equity, profit, orders, troubles",
  role: "viewer",
  run: ({ operator, timeZone }) => {
    const view = operator.status();
    const parts: Part[] = [`${bold(view.bot)} ${escaped(view.mode)} on ${escaped(view.venue)}: ${bold(HOLD_WORDS[view.hold])}`];
    for (const trouble of view.troubles.slice(0, 5)) parts.push(`⚠️ ${escaped(trouble)}`);
    parts.push({
      pre: pairLines([
        ["Equity", money(view.equity, view.quote)],
        ["Since start", view.startEquity > 0 ? percent(view.equity / view.startEquity - 1) : "?"],
        ["Cash", money(view.cash, view.quote)],
        ["In the market", share(view.exposure)],
        ["Closed profit", gain(view.closedProfit, view.quote)],
        ["Fees paid", money(view.feesPaid, view.quote)],
        ["Fills", String(view.fills)],
        ["Open orders", String(view.openOrders)],
        ...(view.unknownOrders > 0 ? [["Of unknown fate", String(view.unknownOrders)] as const] : []),
        ...(view.foreignOrders > 0 ? [["Not the bot's", String(view.foreignOrders)] as const] : []),
      ]),
    });
    parts.push(...outsideParts(view));
    for (const symbol of view.symbols) {
      parts.push(`${symbolAt(symbol.symbol, symbol.price, view.quote)}${symbol.stance === null ? "" : `, ${escaped(symbol.stance)}`}`);
      parts.push({ pre: tableLines([{ align: "left", shrinks: true }, { align: "right" }], [[`${quantity(symbol.held)} ${symbol.base} held`, money(symbol.worth, view.quote)]]) });
    }
    parts.push(`<i>${escaped(moment(view.time, timeZone))}</i>`);
    return Promise.resolve({
      html: message(parts),
      buttons: [["status", "portfolio", "orders", "chart"].map((command) => ({ text: command === "status" ? "🔄" : command, action: { command, argument: "" } }))],
    });
  },
};

/** What is read outside, in two lines at the most; nothing of a bot that looks at nothing. */
function outsideParts({ outside }: StatusView): Part[] {
  if (outside === undefined) return [];
  const { sources, model } = outside;
  const silent = sources.filter(({ good }) => good === false).map(({ source }) => source);
  const read = sources.length === 0 ? [] : [`Sources: ${sources.length - silent.length} of ${sources.length}${silent.length > 0 ? `, without ${escaped(silent.join(", "))}` : ""}`];
  if (model === null) return read;
  const cost = model.cost === null ? "" : `, $${model.cost.toFixed(4)}`;
  return [...read, `${escaped(model.name)} today: ${model.calls} calls, ${model.tokens} tokens${cost}`, ...model.notes.slice(0, 2).map((note) => `⚠️ ${escaped(note)}`)];
}
