import type { TelegramCommand } from "../command.ts";
import { bold } from "../text/html.ts";
import { counted } from "../text/numbers.ts";
import { byUser } from "../text/words.ts";

/** Ends the run; it goes on only when its process is started again. */
export const stop: TelegramCommand = {
  name: "stop",
  description: "End the run; it starts again at its machine only",
  role: "trader",
  honouredLate: true,
  run: ({ operator, user }) => {
    const { onStop, openOrders, symbols } = operator.status();
    const orders = openOrders === 0 ? "No order is open." : onStop === "cancel" ? `${counted(openOrders, "open order")} will be taken back.` : `${counted(openOrders, "open order")} will stay at the exchange and may fill while nobody looks.`;
    const held = symbols.some((symbol) => symbol.held > 0) ? " What is held stays held." : "";
    operator.stop(byUser(user));
    return Promise.resolve({ html: `⏹ ${bold("Stopping.")} ${orders}${held} The run goes on when its command is started again on its machine; this chat is silent until then.` });
  },
};
