import type { InstructionRow, OrderPreview } from "../../../ports/operator.ts";
import { priceNow } from "../alerts/alert-look.ts";
import type { Asked, Proposal, Reply, TelegramCommand } from "../command.ts";
import { draftFrom, example } from "../orders/draft.ts";
import { instructionLines, previewParts } from "../orders/order-text.ts";
import { bold, escaped } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { percent, price } from "../text/numbers.ts";
import { pageButtons, pageText } from "../text/paging.ts";
import { chosenSymbol } from "../text/symbols.ts";
import { byUser } from "../text/words.ts";

const PER_PAGE = 6;
const LIST = /^(?:list|page)(?: (\d{1,4}))?$/;
const OFF = /^off (\S+) (\d{1,9})$/;
/** A market that has moved more than this between question and answer is another one, fraction. */
const MOST_MOVED = 0.01;

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
  const last = priceNow(operator, draft.symbol);
  const html = message(previewParts(preview, last, timeZone));
  if (preview.refusals.length > 0) return { html };
  return {
    html,
    carryOut: () => {
      const moved = movedText(preview, operator.previewOrder(draft));
      if (moved !== null) return Promise.resolve({ html: moved, buttons: [[{ text: "ask again", action: { command: side, argument } }]] });
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

/** That an order at the market would not be the one that was confirmed any more; null when it would. Telegram's HTML. */
function movedText({ isAbout, waitsFor, price: then, quote, symbol }: OrderPreview, { price: now, refusals }: OrderPreview): string | null {
  // What has a limit or waits for a price has said itself at what; what is refused now is told in the words of the refusal.
  if (!isAbout || waitsFor !== null || refusals.length > 0 || then === null || now === null || Math.abs(now / then - 1) <= MOST_MOVED) return null;
  return `⛔ ${bold("Nothing was sent.")} ${escaped(`${symbol} was at ${price(then)} ${quote} when you were asked and is at ${price(now)} ${quote} now (${percent(now / then - 1)}). Ask again, and it is worked out anew.`)}`;
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
