import type { TelegramCommand } from "./command.ts";
import { escapeHtml } from "./text/html.ts";
import { mayDo } from "./roles.ts";
import { SETUP_BUTTON, setupStep } from "./setup.ts";

const ABOUT: Readonly<Record<string, string>> = {
  live: "LIVE: real orders with real money",
  paper: "paper: live prices, simulated fills, no real money",
  replay: "replay: recorded or made-up candles, no real money",
};

/** /start: who you are to the bot, what it runs, and what you can ask of it; an owner is led through a set-up. */
export function startCommand(others: readonly TelegramCommand[]): TelegramCommand {
  return {
    name: "start",
    description: "who you are here, and what you can do",
    role: "viewer",
    run: (asked) => {
      const { operator, user } = asked;
      const isOwner = user.role === "owner";
      const step = isOwner ? setupStep(asked) : null;
      if (step !== null) return Promise.resolve(step);
      const { bot, mode, venue, hold } = operator.status();
      const { profile } = operator.risk();
      const own = others.filter(({ role }) => mayDo(user.role, role)).map(({ name, description }) => `/${name} ${escapeHtml(description)}`);
      const head = [
        `Hello ${escapeHtml(user.name)}. This is <b>${escapeHtml(bot)}</b> on ${escapeHtml(venue)}.`,
        `Mode: ${escapeHtml(ABOUT[mode] ?? mode)}`,
        `Risk profile: ${profile === null ? "none (no agents vote)" : escapeHtml(profile.name)}`,
        `Switch: ${hold}`,
        `Your id: <code>${user.id}</code>, your role: <b>${user.role}</b>`,
        "",
      ];
      return Promise.resolve({ html: [...head, ...own].join("\n"), ...(isOwner ? { buttons: [[SETUP_BUTTON]] } : {}) });
    },
  };
}
