import type { TelegramCommand } from "../command.ts";
import { bold, escaped } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { decimal, duration } from "../text/numbers.ts";
import { pairLines } from "../text/table.ts";
import { shortMoment, zoneName } from "../text/times.ts";
import { HOLD_WORDS } from "../text/words.ts";

/** What works and what does not. */
export const health: TelegramCommand = {
  name: "health",
  description: "What works and what does not",
  role: "viewer",
  run: ({ operator, timeZone }) => {
    const view = operator.health();
    const isWell = view.failure === null && view.troubles.length === 0 && view.unknown === 0;
    const parts: Part[] = [`${isWell ? "✅" : "⚠️"} ${bold(isWell ? "All is well" : "Not all is well")}, ${escaped(HOLD_WORDS[view.hold])}`];
    if (view.failure !== null) parts.push(`⛔ It cannot go on: ${escaped(view.failure)}`);
    for (const trouble of view.troubles) parts.push(`⚠️ ${escaped(trouble)}`);
    parts.push({
      pre: pairLines([
        ["Up for", duration(view.uptime)],
        ["On its way", view.settled ? "nothing" : "something"],
        ["Waiting to be sent", String(view.waiting)],
        ["Of unknown fate", String(view.unknown)],
        ["Journal entries", decimal(view.journal, 0)],
        ["Memory", `${decimal(view.memoryMb, 0)} MB`],
        ...view.lastBar.slice(0, 20).map(({ symbol, closed }) => [`${symbol} bar`, closed === null ? "none yet" : shortMoment(closed, timeZone)] as const),
      ]),
    });
    parts.push(`<i>Times are ${escaped(zoneName(view.time, timeZone))}.</i>`);
    return Promise.resolve({ html: message(parts) });
  },
};
