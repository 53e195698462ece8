import type { Role } from "./command.ts";
import { RateLimit } from "./rate-limit.ts";
import type { TelegramSettings } from "./settings.ts";
import type { SeenUpdates } from "./store.ts";
import { type Message, type Update, commandOf, notFirstHand } from "./update.ts";

/** Somebody who is allowed in. */
export interface Guest {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
}

/** What an update comes to. */
export type Passage =
  | { readonly type: "command"; readonly user: Guest; readonly chat: number; readonly name: string; readonly argument: string; readonly late: boolean }
  | { readonly type: "text"; readonly user: Guest; readonly chat: number; readonly text: string }
  | { readonly type: "press"; readonly user: Guest; readonly chat: number; readonly data: string; readonly query: string; readonly message: number; readonly late: boolean }
  /** Nobody is allowed yet: whoever writes /start is told the id to put into the definition. */
  | { readonly type: "introduce"; readonly chat: number; readonly id: number }
  /** Too much at once: said once. */
  | { readonly type: "too many"; readonly user: Guest; readonly chat: number; readonly query?: string }
  /** Nothing is done. With a `user`, one of ours, it is worth an entry of the journal. */
  | { readonly type: "nothing"; readonly why: string; readonly user?: number };

/** What a gate goes by. */
export interface GateParts {
  readonly settings: Pick<TelegramSettings, "users" | "chats">;
  readonly seen: SeenUpdates;
  /** Whether a command is honoured however old it is. */
  readonly isHonouredLate: (name: string) => boolean;
  readonly botName: () => string;
  /** Since when a press that comes now may have been made, epoch milliseconds: Telegram gives presses no time. */
  readonly pressedSince: () => number;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** What is older does nothing, milliseconds. */
export const OLDEST = 120_000;
const BURST = 20;
const WINDOW = 60_000;

/** The only way in: tells what an update comes to. It decides at once and waits for nothing. */
export function createGate({ settings, seen, isHonouredLate, botName, pressedSince, clock }: GateParts): (update: Update) => Passage {
  const limit = new RateLimit(BURST, WINDOW);
  const lateLimit = new RateLimit(BURST, WINDOW);
  // Whoever has written too much must still be able to confirm what takes risk away.
  const pressLimit = new RateLimit(BURST, WINDOW);
  const strangers = new RateLimit(2, WINDOW);
  const users = new Map(settings.users.map((one) => [one.id, one.role]));
  const chats = new Set(settings.chats ?? settings.users.map(({ id }) => id));

  const introduce = (updateId: number, from: number, chat: number, name: string | null, date: number): Passage => {
    const nobody = users.size === 0;
    if (!nobody || name !== "start") return { type: "nothing", why: nobody ? "nobody is allowed yet" : "not on the list" };
    if (clock() - date > OLDEST) return { type: "nothing", why: "too old" };
    // One bucket for all of them: strangers cannot make the bot talk more than this.
    if (strangers.ask(0, clock()) !== "yes" || !seen.take(updateId, clock())) return { type: "nothing", why: "too many" };
    return { type: "introduce", chat, id: from };
  };

  const onMessage = (updateId: number, message: Message): Passage => {
    const why = notFirstHand(message);
    const { from, text } = message;
    if (why !== null || !from) return { type: "nothing", why: why ?? "not from a person" };
    if (text === undefined) return { type: "nothing", why: "no text" };
    const command = commandOf(text, botName());
    const role = users.get(from.id);
    const now = clock();
    const date = message.date * 1_000;
    if (role === undefined) return introduce(updateId, from.id, message.chat.id, command?.name ?? null, date);
    if (!chats.has(message.chat.id)) return { type: "nothing", why: "not a chat of the list", user: from.id };
    // Also what does nothing is taken: what was too old, or too much, must not be heeded when it is delivered again.
    if (!seen.take(updateId, now)) return { type: "nothing", why: "already taken" };
    const alwaysHeeded = command !== null && isHonouredLate(command.name);
    const late = now - date > OLDEST;
    if (late && !alwaysHeeded) return { type: "nothing", why: "too old", user: from.id };
    const asked = (alwaysHeeded ? lateLimit : limit).ask(from.id, now);
    const guest = { id: from.id, name: from.first_name, role };
    if (asked === "tell") return { type: "too many", user: guest, chat: message.chat.id };
    if (asked === "no") return { type: "nothing", why: "too many" };
    if (command) return { type: "command", user: guest, chat: message.chat.id, ...command, late };
    return { type: "text", user: guest, chat: message.chat.id, text };
  };

  const onPress = (updateId: number, press: NonNullable<Update["callback_query"]>): Passage => {
    const { from, message, data } = press;
    const role = users.get(from.id);
    if (role === undefined || from.is_bot) return { type: "nothing", why: "not on the list" };
    if (press.inline_message_id !== undefined || message?.chat.type !== "private" || data === undefined) return { type: "nothing", why: "not a button of ours", user: from.id };
    if (!chats.has(message.chat.id)) return { type: "nothing", why: "not a chat of the list", user: from.id };
    if (!seen.take(updateId, clock())) return { type: "nothing", why: "already taken" };
    const user = { id: from.id, name: from.first_name, role };
    const asked = pressLimit.ask(from.id, clock());
    if (asked === "tell") return { type: "too many", user, chat: message.chat.id, query: press.id };
    if (asked === "no") return { type: "nothing", why: "too many" };
    return { type: "press", user, chat: message.chat.id, data, query: press.id, message: message.message_id, late: clock() - pressedSince() > OLDEST };
  };

  return (update) => {
    if (update.message) return onMessage(update.update_id, update.message);
    if (update.callback_query) return onPress(update.update_id, update.callback_query);
    return { type: "nothing", why: "not a message" };
  };
}
