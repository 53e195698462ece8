import type { TelegramCommand } from "../command.ts";
import { bold } from "../text/html.ts";
import { byUser } from "../text/words.ts";

/** Nothing new is sent; what rests stays where it is. */
export const pause: TelegramCommand = {
  name: "pause",
  description: "Send nothing new; open orders stay",
  role: "trader",
  honouredLate: true,
  run: ({ operator, user }) => {
    const { hold, openOrders } = operator.status();
    // Pausing must never loosen a tighter hold.
    if (hold === "cancel" || hold === "flatten") return Promise.resolve({ html: `Nothing new is bought already: the switch stands at ${bold(hold)}. /resume lets it trade again.` });
    operator.command("pause", byUser(user));
    return Promise.resolve({
      html: `⏸ ${bold("Paused")}: nothing new is sent. ${openOrders === 0 ? "No order is open." : `${openOrders} open ${openOrders === 1 ? "order stays" : "orders stay"} and may fill: /cancel takes them back.`}`,
      buttons: [[{ text: "resume", action: { command: "resume", argument: "" } }, { text: "cancel orders", action: { command: "cancel", argument: "" } }]],
    });
  },
};
