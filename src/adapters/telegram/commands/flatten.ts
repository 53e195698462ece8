import type { FlattenPreview } from "../../../ports/operator.ts";
import type { TelegramCommand } from "../command.ts";
import { bold, escaped } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { counted, gain, money, price, quantity, share } from "../text/numbers.ts";
import { pairLines, spaced } from "../text/table.ts";
import { byUser } from "../text/words.ts";

const MOST = 8;

/** Takes all orders back and sells everything, once it is confirmed. */
export const flatten: TelegramCommand = {
  name: "flatten",
  description: "Take back all orders and sell everything; asks first",
  role: "trader",
  run: ({ operator, user }) => {
    const before = operator.previewFlatten();
    if (operator.status().hold === "flatten" && before.sells.length === 0 && before.cancels === 0) return Promise.resolve({ html: "Everything is sold already, and nothing is bought until /resume." });
    return Promise.resolve({
      html: message(what(before)),
      carryOut: () => {
        operator.command("flatten", byUser(user));
        return Promise.resolve({
          html: `⏬ ${bold("Flattening.")} Orders are being taken back and everything sold at the market. /status shows how far it is; /resume lets it trade again.`,
          buttons: [[{ text: "status", action: { command: "status", argument: "" } }]],
        });
      },
    });
  },
};

/** What will happen, in full. */
function what({ quote, cancels, sells, rest, worth, fee, exposureBefore, exposureAfter }: FlattenPreview): Part[] {
  const parts: Part[] = [`⏬ ${bold("Sell everything?")} ${counted(cancels, "open order")} ${cancels === 1 ? "is" : "are"} taken back first.`];
  if (sells.length === 0) parts.push("Nothing is held that could be sold.");
  else {
    const blocks = sells.slice(0, MOST).map((sell) =>
      pairLines([
        [`sell ${quantity(sell.quantity)} ${sell.base}`, "market"],
        ["at about", `${price(sell.price)} ${quote}`],
        ["worth", money(sell.worth, quote)],
        ["fee", money(sell.fee, quote)],
        ["against cost", gain(sell.profit, quote)],
      ]),
    );
    parts.push({ pre: spaced(blocks) });
  }
  if (sells.length > MOST) parts.push(`and ${counted(sells.length - MOST, "more sale")}, in the sum below.`);
  parts.push({ pre: pairLines([["Together about", money(worth - fee, quote)], ["Fees of it", money(fee, quote)], ["In the market now", share(exposureBefore)], ["After", share(exposureAfter)]]) });
  for (const left of rest.slice(0, 5)) parts.push(`${escaped(quantity(left.quantity))} ${escaped(left.base)} (${escaped(money(left.worth, quote))}) is under the smallest order and stays.`);
  parts.push("At the market: the price can move before it is sold. Nothing is bought after it until /resume.");
  return parts;
}
