import type { Telegraf } from "telegraf";
import { answer, carryOut, isProposal, say } from "./answer.ts";
import { callOptions } from "./api.ts";
import { CallbackTokens } from "./callback-tokens.ts";
import type { Proposal, Reply } from "./command.ts";
import { type Pressed, type Shown, keyboardOf, outgoingOf } from "./confirm.ts";
import type { Guest, Passage } from "./gate.ts";
import { type UnderstandParts, understand } from "./language/understand.ts";
import type { LiveMessages } from "./live.ts";
import type { Outbox } from "./outbox.ts";
import { cut } from "./plain-text.ts";
import type { TelegramPatience } from "./settings.ts";

/** What a reception works with. */
export interface ReceptionParts extends UnderstandParts {
  readonly telegram: Telegraf["telegram"];
  readonly outbox: Outbox;
  readonly live: LiveMessages;
  readonly patience: TelegramPatience;
  /** Writes an entry of the journal: who asked for what, and what came of it. */
  readonly journal: (entry: Record<string, unknown>) => void;
  readonly warn: (what: string, error: unknown) => void;
}

type Press = Extract<Passage, { type: "press" }>;

const STALE_BUTTON = "This button no longer works. Send the command again.";

/** Deals with whoever has come through the gate: answers, asks for a confirmation, carries out what was confirmed. */
export class Reception {
  readonly #parts: ReceptionParts;
  readonly #tokens = new CallbackTokens<Pressed>();

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
  }

  /** Deals with one passage. `updateId` makes the key under which its answer is sent once. */
  async receive(passage: Passage, updateId: number): Promise<void> {
    const { clock, outbox } = this.#parts;
    const key = `u${updateId}`;
    switch (passage.type) {
      case "command": {
        const { user, chat, name, argument, late } = passage;
        const { outcome, shown } = await answer(this.#parts, { name, argument, user, chat });
        this.#note(user, chat, updateId, { command: name, argument, outcome, ...(late ? { late } : {}) });
        this.#show(shown, { key, user: user.id, chat, now: clock(), command: name, argument });
        break;
      }
      case "press":
        await this.#press(passage, updateId);
        break;
      case "text": {
        const { user, chat, text } = passage;
        const { outcome, shown } = await understand(this.#parts, { text, user });
        this.#note(user, chat, updateId, { text, outcome });
        this.#show(shown, { key, user: user.id, chat, now: clock(), command: "", argument: "" });
        break;
      }
      case "introduce":
        outbox.put([{ key, chat: passage.chat, html: introduction(passage.id), answer: true, line: false, notBefore: clock(), expires: clock() + 60_000 }]);
        break;
      case "too many":
        this.#note(passage.user, passage.chat, updateId, { outcome: "too much at once: what follows is ignored for a while" });
        if (passage.query !== undefined) await this.#quietly("answerCallbackQuery", { callback_query_id: passage.query, text: "Too much at once: nothing was done. Wait a minute.", show_alert: true });
        else outbox.put([{ key, chat: passage.chat, html: "That is too much at once. Wait a minute; /pause and /stop are always heeded.", answer: true, line: false, notBefore: clock(), expires: clock() + 60_000 }]);
        break;
      case "nothing":
        if (passage.user !== undefined) this.#journal({ user: passage.user, update: updateId, outcome: `ignored: ${passage.why}` });
        break;
    }
  }

  async #press({ user, chat, data, query, message, late }: Press, updateId: number): Promise<void> {
    const now = this.#parts.clock();
    if (late && !this.#isHonouredLate(data)) {
      this.#note(user, chat, updateId, { command: "button", outcome: "ignored: too old", late });
      await this.#quietly("answerCallbackQuery", { callback_query_id: query, text: "Telegram was out of reach: this press came late, and nothing was done. Press again.", show_alert: true });
      return;
    }
    const taken = this.#tokens.take(data, { user: user.id, chat, now });
    if ("refused" in taken) {
      this.#note(user, chat, updateId, { command: "button", outcome: `refused: ${taken.refused}` });
      await this.#quietly("answerCallbackQuery", { callback_query_id: query, text: taken.refused === "expired" ? "Too late: this was not confirmed in time. Nothing was done." : STALE_BUTTON, show_alert: true });
      if (taken.refused !== "not yours") await this.#quietly("editMessageReplyMarkup", { chat_id: chat, message_id: message });
      return;
    }
    const { action } = taken;
    const to: Shown = { key: `u${updateId}`, user: user.id, chat, now, command: action.command, argument: action.argument };
    const heard = this.#quietly("answerCallbackQuery", { callback_query_id: query });
    if (action.type === "cancel") {
      this.#note(user, chat, updateId, { command: action.command, argument: action.argument, outcome: "cancelled" });
      await this.#quietly("editMessageReplyMarkup", { chat_id: chat, message_id: message });
      this.#show(say(`Cancelled: /${action.command} was not carried out.`), to);
    } else if (action.type === "confirm") {
      // Journaled before as well as after: a crash in between leaves the trace that it was ordered.
      this.#note(user, chat, updateId, { command: action.command, argument: action.argument, outcome: "confirmed" });
      const unbutton = this.#quietly("editMessageReplyMarkup", { chat_id: chat, message_id: message });
      const { outcome, shown } = await carryOut(action.proposal, this.#parts.redact);
      this.#note(user, chat, updateId, { command: action.command, argument: action.argument, outcome });
      this.#show(shown, to);
      await unbutton;
    } else {
      const { outcome, shown } = await answer(this.#parts, { name: action.command, argument: action.argument, user, chat });
      this.#note(user, chat, updateId, { command: action.command, argument: action.argument, outcome });
      await this.#turnTo(shown, to, message);
    }
    await heard;
  }

  /** Whether a button does what is done however late it comes. */
  #isHonouredLate(token: string): boolean {
    const action = this.#tokens.peek(token);
    return action?.type === "command" && this.#parts.commands.get(action.command)?.honouredLate === true;
  }

  /** Shows what a button led to in place of the message that it was under, where Telegram lets that be. */
  async #turnTo(shown: Reply | Proposal, to: Shown, message: number): Promise<void> {
    if (!isProposal(shown) && !shown.picture && !shown.document && !shown.live) {
      const keyboard = keyboardOf(shown, to, this.#tokens, this.#parts.redact);
      const edited = await this.#quietly("editMessageText", {
        chat_id: to.chat, message_id: message, text: shown.html, parse_mode: "HTML", ...(keyboard ? { reply_markup: { inline_keyboard: keyboard } } : {}),
      });
      if (edited) return;
    } else await this.#quietly("editMessageReplyMarkup", { chat_id: to.chat, message_id: message });
    this.#show(shown, to);
  }

  #show(shown: Reply | Proposal, to: Shown): void {
    try {
      const messages = outgoingOf(shown, to, this.#tokens, this.#parts.redact);
      const [first] = messages;
      if (isProposal(shown) || !shown.live || !first) this.#parts.outbox.put(messages);
      else this.#parts.live.run(shown.live, first, (reply, outcome) => this.#conclude(reply, outcome, to));
    } catch (error) {
      this.#parts.warn("an answer could not be kept", error);
    }
  }

  /** Shows what came of work that went on behind a message. */
  #conclude(reply: Reply | null, outcome: string, to: Shown): void {
    const { clock, redact } = this.#parts;
    const { user, chat, command, argument } = to;
    this.#journal({ user, chat, command, argument: cut(redact(argument), 300), outcome: redact(outcome) });
    if (reply) this.#show({ ...reply, html: redact(reply.html) }, { ...to, key: `${to.key}:end`, now: clock() });
  }

  #note(user: Guest, chat: number, update: number, what: { readonly outcome: string; readonly argument?: string; readonly text?: string; readonly command?: string; readonly late?: boolean }): void {
    const { redact } = this.#parts;
    const short = (text: string | undefined, name: string): Record<string, string> => (text === undefined || text === "" ? {} : { [name]: cut(redact(text), 300) });
    const { argument, text, outcome, ...rest } = what;
    this.#journal({ user: user.id, role: user.role, chat, update, ...rest, ...short(argument, "argument"), ...short(text, "text"), outcome: redact(outcome) });
  }

  #journal(entry: Record<string, unknown>): void {
    try {
      this.#parts.journal({ door: "telegram", ...entry });
    } catch (error) {
      this.#parts.warn("what was asked for could not be journaled", error);
    }
  }

  /** A call that nothing depends on. Whether it worked. */
  async #quietly(method: "answerCallbackQuery" | "editMessageReplyMarkup" | "editMessageText", payload: object): Promise<boolean> {
    try {
      await this.#parts.telegram.callApi(method, payload as never, callOptions(AbortSignal.timeout(this.#parts.patience.deadline)));
      return true;
    } catch {
      return false;
    }
  }
}

function introduction(id: number): string {
  const lines = ["Nobody may use this bot yet. If it is yours, put this into its definition and start it again:", "", `<pre>telegram:\n  users:\n    - {id: ${id}, role: owner}</pre>`];
  return lines.join("\n");
}

