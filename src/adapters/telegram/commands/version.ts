import type { TelegramCommand } from "../command.ts";
import { bold, escaped } from "../text/html.ts";

/** Which version runs. */
export const version: TelegramCommand = {
  name: "version",
  description: "Which version runs",
  role: "viewer",
  run: ({ operator }) => {
    const { version: own, node } = operator.version();
    return Promise.resolve({ html: `${bold("Caucus")} ${escaped(own)}, Node ${escaped(node)}` });
  },
};
