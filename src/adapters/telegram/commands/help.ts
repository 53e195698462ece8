import { ROLES, type TelegramCommand } from "../command.ts";
import { bold, escaped } from "../text/html.ts";
import { message } from "../text/message.ts";

/** What can be said, as far as the asker's role allows it. `list` is asked late: help is in it. */
export function helpOf(list: () => readonly TelegramCommand[]): TelegramCommand {
  return {
    name: "help",
    description: "What you can say",
    role: "viewer",
    run: ({ user }) => {
      const mine = list().filter(({ role }) => ROLES.indexOf(role) <= ROLES.indexOf(user.role));
      return Promise.resolve({
        html: message([`${bold("What you can say")} as ${escaped(user.role)}`, ...mine.map(({ name, description }) => `/${name} ${escaped(description)}`), "", "A symbol can follow: /chart btc 48, /why eth."]),
      });
    },
  };
}
