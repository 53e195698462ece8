import type { CancelPreview } from "../../../ports/operator.ts";
import type { TelegramCommand } from "../command.ts";
import { bold, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { counted, money, price, quantity, share } from "../text/numbers.ts";
import { pairLines, tableLines } from "../text/table.ts";
import { byUser } from "../text/words.ts";

const MOST = 20;

/** Takes all orders back and keeps what is held, once it is confirmed. */
export const cancel: TelegramCommand = {
  name: "cancel",
  description: "Take back all orders, keep what is held; asks first",
  role: "trader",
  run: ({ operator, user }) => {
    const before = operator.previewCancel();
    const { hold } = operator.status();
    if (before.orders.length === 0 && hold === "cancel") return Promise.resolve({ html: "No order is open, and none is sent until /resume." });
    // Who takes orders back while everything is sold takes back those sales too: that must not come about unseen.
    const ends = hold === "flatten" ? ["⚠️ Everything is being sold now. This ends that: what is not sold yet stays held."] : [];
    return Promise.resolve({
      html: message([...what(before), ...ends]),
      carryOut: () => {
        if (hold !== "flatten" && operator.status().hold === "flatten") {
          return Promise.resolve({ html: `⛔ ${bold("Nothing was taken back.")} Somebody has ordered everything to be sold since you were asked. /cancel asks anew.` });
        }
        operator.command("cancel", byUser(user));
        return Promise.resolve({ html: `✖️ ${bold("Taking back")} ${counted(before.orders.length, "order")}. Nothing is sent until /resume.`, buttons: [[{ text: "orders", action: { command: "orders", argument: "" } }]] });
      },
    });
  },
};

/** What will happen, in full. */
function what({ quote, orders, freed, held, exposure }: CancelPreview): Part[] {
  const rows = orders.slice(0, MOST).map(({ side, base, price: at, quantity: amount }) => [side, quantity(amount), base, at === null ? "market" : price(at)]);
  const parts: Part[] = [`✖️ ${bold(`Take back ${counted(orders.length, "open order")}?`)}`];
  if (rows.length > 0) parts.push({ pre: tableLines([{ align: "left" }, { align: "right" }, { align: "left", shrinks: true }, { align: "right" }], rows) });
  if (rows.length > 0) parts.push(italic(`${orders.length > MOST ? `and ${orders.length - MOST} more. ` : ""}Prices in ${quote}.`));
  parts.push({ pre: pairLines([["Set free", money(freed, quote)], ["Fee", `none`], ["Stays held, worth", money(held, quote)], ["In the market after", share(exposure)]]) });
  if (held > 0) parts.push("⚠️ What is held has no order that would sell it until /resume.");
  return parts;
}
