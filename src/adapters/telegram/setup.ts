import type { Asked, Button, Reply } from "./command.ts";
import { QUESTIONS_BUTTON } from "./questions.ts";
import { bold, code, escaped } from "./text/html.ts";
import { message, type Part } from "./text/message.ts";

/** One step of the guided set-up: what it says, and the buttons that are its own. */
type Step = (asked: Asked) => { readonly parts: readonly Part[]; readonly rows?: readonly (readonly Button[])[] };

const STEPS: readonly Step[] = [who, profile, mode, quiet, next];
const isStep = /^[1-9]$/;

/** A step of the set-up by the argument of /start, with Back and Next; null for what is none. */
export function setupStep(asked: Asked): Reply | null {
  const number = isStep.test(asked.argument) ? Number(asked.argument) : 0;
  const step = STEPS[number - 1];
  if (!step) return null;
  const { parts, rows = [] } = step(asked);
  const turn: Button[] = [...(number > 1 ? [to("‹ Back", number - 1)] : []), ...(number < STEPS.length ? [to("Next ›", number + 1)] : [])];
  return { html: message([`${bold("Set-up")} ${number} of ${STEPS.length}`, "", ...parts]), buttons: [...rows, turn] };
}

/** The button that begins it. */
export const SETUP_BUTTON: Button = to("Set it up ›", 1);

function to(text: string, step: number): Button {
  return { text, action: { command: "start", argument: String(step) } };
}

function who({ user, operator }: Asked): ReturnType<Step> {
  const { bot, venue } = operator.status();
  return {
    parts: [
      bold("Who you are"),
      `You are ${escaped(user.name)}, id ${code(String(user.id))}, and the ${bold(user.role)} of ${escaped(bot)} on ${escaped(venue)}.`,
      "An owner changes rules and risk, a trader acts within them, a viewer sees. Others get in by their Telegram id in the definition, with the next start:",
      { pre: ["telegram:", "  users:", `    - {id: ${user.id}, role: ${user.role}}`, "    - {id: 22, role: viewer}"] },
    ],
  };
}

function profile({ operator }: Asked): ReturnType<Step> {
  const { profile: now, profiles } = operator.risk();
  if (now === null) return { parts: [bold("How much risk"), "No agents vote in this bot, so no profile is in force: its strategies act by their own rules, within the limits that /risk shows."] };
  const lines = profiles.map((name) => `${name === now.name ? "▸ " : ""}${bold(name)}: ${escaped(operator.profile(name).title)}`);
  return {
    parts: [bold("How much risk"), ...lines, `${bold(now.name)} is in force. A button shows what another one changes, and asks; ${code("/start 3")} goes on here afterwards.`],
    rows: [[QUESTIONS_BUTTON], ...profiles.map((name) => [{ text: name === now.name ? `${name} (now)` : name, action: { command: "risk", argument: name } }])],
  };
}

const MODES: Readonly<Record<string, string>> = {
  replay: "This run plays recorded or made-up candles; no money is real. The next step is paper: the same definition on live prices.",
  paper: "This run trades live prices with pretended money. Let it go on until its figures have met more than one kind of market.",
  live: "This run sends real orders with real money. /pause, /cancel, /flatten and /stop are always heeded.",
};

function mode({ operator }: Asked): ReturnType<Step> {
  const { mode: now } = operator.status();
  const way: Part[] = now === "live" ? [] : [
    now === "replay" ? `Paper: start it with ${code("--mode paper")}.` : `Live needs three things: ${code("trade: {mode: live}")} in the definition, ${code("--live")} on the command line, and keys in the environment of its machine.`,
    "Keys never go through this chat. Make one that can read and trade spot and nothing else: a key that can withdraw is refused. Each mode keeps its own state.",
  ];
  return { parts: [bold(`Mode: ${now}`), MODES[now] ?? "", ...way] };
}

function quiet({ timeZone }: Asked): ReturnType<Step> {
  return {
    parts: [
      bold("Time zone and quiet hours"),
      `Times are shown in ${bold(timeZone)}. In the quiet hours nothing comes but what is urgent: a limit that stops trading, somebody turning the switch, your alerts. Both are set in the definition, and take effect with the next start:`,
      { pre: ["telegram:", `  timeZone: ${timeZone}`, '  quietHours: {from: "22:00", to: "07:00"}', "  notify: {fill: false}"] },
    ],
  };
}

function next({ operator }: Asked): ReturnType<Step> {
  const name = operator.symbols[0]?.split("/")[0]?.toLowerCase() ?? "btc";
  const row = (...commands: string[]): Button[] => commands.map((command) => ({ text: `/${command}`, action: { command, argument: "" } }));
  return {
    parts: [
      bold("What to try next"),
      "The buttons below only show something.",
      `You can write in words too: "why did you sell?", "how did ${escaped(name)} do since Monday?", "tell me when ${escaped(name)} drops 5 percent", "be more careful". It is shown back as a command, and nothing is done before you press.`,
      "/help lists everything.",
    ],
    rows: [row("status", "why", "chart"), row("portfolio", "profit", "health")],
  };
}
