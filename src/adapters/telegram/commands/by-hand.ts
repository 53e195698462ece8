import type { InstructionRow } from "../../../ports/operator.ts";
import type { Asked, Proposal, Reply, TelegramCommand } from "../command.ts";
import { draftFrom, example } from "../orders/draft.ts";
import { instructionLines, previewParts } from "../orders/order-text.ts";
import { bold, escaped } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { pageButtons, pageText } from "../text/paging.ts";
import { chosenSymbol } from "../text/symbols.ts";
import { byUser } from "../text/words.ts";

const PER_PAGE = 6;
const LIST = /^(?:list|page)(?: (\d{1,4}))?$/;
const OFF = /^off (\S+) (\d{1,9})$/;

/** Buys by hand, once it is confirmed; alone: what was ordered and is not done, to be taken back. */
export const buy: TelegramCommand = {
  name: "buy",
  description: "Buy by hand: /buy eth 50; alone: what still waits",
  role: "trader",
  run: (asked) => Promise.resolve(byHand("buy", asked)),
};

/** Sells what was bought by hand, once it is confirmed. */
export const sell: TelegramCommand = {
  name: "sell",
  description: "Sell what was bought by hand: /sell btc 50%",
  role: "trader",
  run: (asked) => Promise.resolve(byHand("sell", asked)),
};

function byHand(side: "buy" | "sell", asked: Asked): Reply | Proposal {
  const { operator, argument, user, timeZone } = asked;
  const page = argument === "" ? ["", "1"] : LIST.exec(argument.toLowerCase());
  if (page) return listed(side, asked, Number(page[1] ?? 1));
  const off = OFF.exec(argument);
  if (off) return takenBack(asked, off[1] ?? "", Number(off[2]));
  const parsed = draftFrom(side, argument, operator);
  if ("wrong" in parsed) return { html: escaped(parsed.wrong, 600) };
  const { draft } = parsed;
  const preview = operator.previewOrder(draft);
  const last = operator.status().symbols.find(({ symbol }) => symbol === draft.symbol)?.price ?? null;
  const html = message(previewParts(preview, last, timeZone));
  if (preview.refusals.length > 0) return { html };
  return {
    html,
    carryOut: () => {
      const id = operator.order(draft, byUser(user));
      const what = `${side} ${preview.symbol}`;
      const done = preview.waitsFor !== null ? "is kept and waits for its price" : preview.type === "limit" ? "is on its way and rests at its limit" : "is on its way at the market";
      return Promise.resolve({
        html: `✅ ${bold(`Order ${id}`)}, ${escaped(what)}, ${done}. /buy lists what is not done yet.`,
        buttons: [[{ text: "what still waits", action: { command: "buy", argument: "" } }, { text: `take ${id} back`, action: { command: "buy", argument: `off ${preview.symbol} ${id}` } }]],
      });
    },
  };
}

/** Everything that was ordered by hand and is not done, with a button each. */
function listed(side: "buy" | "sell", { operator, timeZone }: Asked, wanted: number): Reply {
  const rows = operator.instructions();
  const { quote } = operator.status();
  const usage = escaped(example(side, operator, quote));
  if (rows.length === 0) return { html: message([`No order by hand is waiting. ${usage}`]) };
  const pages = Math.ceil(rows.length / PER_PAGE);
  const page = Math.min(pages, Math.max(1, wanted));
  const shown = rows.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const parts: Part[] = [`${bold("Orders by hand")} that are not done ${escaped(pageText(page, pages))}`.trim(), { pre: shown.flatMap((row) => instructionLines(row, timeZone)) }, usage];
  return { html: message(parts), buttons: [...shown.map((row) => [offButton(row)]), ...pageButtons(side, page, pages, (number) => `list ${number}`)] };
}

const offButton = ({ id, side, symbol }: InstructionRow) => ({ text: `take back ${id}: ${side} ${symbol}`, action: { command: "buy", argument: `off ${symbol} ${id}` } });

function takenBack({ operator, user }: Asked, name: string, id: number): Reply {
  const symbol = chosenSymbol(operator, name);
  const row = operator.instructions().find((one) => one.symbol === symbol && one.id === id);
  if (!row) return { html: escaped(`There is no order by hand number ${id} on ${name.slice(0, 40)} that is not done: it was filled, has lapsed or was taken back.`) };
  operator.cancelInstruction(row.symbol, id, byUser(user));
  const some = row.filled > 0 ? " What it has got already stays held." : "";
  return { html: `✖️ ${bold(`Order ${id}`)}, ${escaped(`${row.side} ${row.symbol}`)}, is taken back.${some}`, buttons: [[{ text: "what still waits", action: { command: "buy", argument: "" } }]] };
}
