import type { Telegraf } from "telegraf";
import { z } from "zod";
import { BackOff, callOptions, failureOf, pause } from "./api.ts";
import type { Edit, LiveMessages } from "./live.ts";
import type { Outbox, Parcel } from "./outbox.ts";
import { plainText } from "./plain-text.ts";
import type { TelegramPatience } from "./settings.ts";

/** What a postman works with. */
export interface PostmanParts {
  readonly telegram: Telegraf["telegram"];
  readonly outbox: Outbox;
  readonly live: LiveMessages;
  readonly patience: TelegramPatience;
  readonly clock: () => number;
  /** Hears of what cannot be delivered; text without secrets is the hearer's business. */
  readonly warn: (what: string, error: unknown) => void;
}

/** Room of a caption, and of a message, characters as shown. */
const MOST_CAPTION = 1_024;
const MOST_TEXT = 4_096;
/** Clocks are set: what waits for its time is looked at again at least this often, ms. */
const LONGEST_LOOK = 60_000;

const sentSchema = z.looseObject({ message_id: z.int() });

/** Sends what waits in the outbox, and edits messages while nothing does, one after another, until the signal ends it. Never throws: whoever trades must not notice. */
export async function deliver({ telegram, outbox, live, patience, clock, warn }: PostmanParts, signal: AbortSignal): Promise<void> {
  const backOff = new BackOff(patience.backOff);
  // Each trouble is said once, until something gets through again.
  const said = new Set<string>();
  const sayOnce = (what: string, error: unknown): void => {
    if (!said.has(what)) warn(what, error);
    said.add(what);
  };
  let wake = new AbortController();
  outbox.onPut(() => wake.abort());
  live.onChange(() => wake.abort());
  while (!signal.aborted) {
    wake = new AbortController();
    try {
      outbox.tidy(clock());
      const parcel = outbox.next(clock());
      const edit = parcel === null ? live.next(clock()) : null;
      if (parcel === null && edit === null) {
        const at = Math.min(outbox.nextAt() ?? Number.POSITIVE_INFINITY, live.nextAt() ?? Number.POSITIVE_INFINITY);
        await pause(Math.min(LONGEST_LOOK, Math.max(1, at - clock())), AbortSignal.any([signal, wake.signal]));
        continue;
      }
      const wait = parcel === null ? edit === null ? 0 : await attemptEdit(edit) : await attempt(parcel);
      if (wait > 0) await pause(wait, signal);
    } catch (error) {
      warn("the outbox cannot be read or written", error);
      await pause(backOff.next(), signal);
    }
  }

  /** Tries once; how long to wait after it, milliseconds. */
  async function attempt(parcel: Parcel): Promise<number> {
    try {
      live.placed(parcel.key, await send(parcel, "HTML"));
      outbox.done(parcel, clock());
      backOff.reset();
      said.clear();
      return 0;
    } catch (error) {
      if (signal.aborted) return 0;
      const failure = failureOf(error);
      if (failure.kind === "unreachable") {
        outbox.dropChat(parcel.chat, clock());
        live.dropChat(parcel.chat);
        sayOnce(`chat ${parcel.chat} cannot be reached: what waited for it is dropped`, error);
        return 0;
      }
      if (failure.kind === "bad") return refused(parcel, error);
      sayOnce(failure.kind === "denied" ? "Telegram refuses the token" : "a message could not be sent, it is tried again", error);
      // Never less than what Telegram asks for: it bans those who do not listen.
      return Math.max(failure.kind === "again" ? (failure.wait ?? 0) : 0, backOff.next());
    }
  }

  /** Tries an edit once; how long to wait after it, milliseconds. */
  async function attemptEdit(edit: Edit): Promise<number> {
    try {
      const keyboard = edit.markup === null ? {} : { reply_markup: keyboardOf(edit.markup) };
      const options = callOptions(AbortSignal.any([signal, AbortSignal.timeout(patience.deadline)]));
      await telegram.callApi("editMessageText", { chat_id: edit.chat, message_id: edit.message, text: edit.html, parse_mode: "HTML", link_preview_options: { is_disabled: true }, ...keyboard }, options);
      live.done(edit, clock());
      backOff.reset();
      return 0;
    } catch (error) {
      if (signal.aborted) return 0;
      const failure = failureOf(error);
      if (failure.kind === "bad" && /not modified/i.test(String(error))) live.done(edit, clock());
      else if (failure.kind === "bad") live.drop(edit);
      else if (failure.kind === "unreachable") live.dropChat(edit.chat);
      else {
        sayOnce(failure.kind === "denied" ? "Telegram refuses the token" : "a message could not be edited, it is tried again", error);
        return Math.max(failure.kind === "again" ? (failure.wait ?? 0) : 0, backOff.next());
      }
      return 0;
    }
  }

  /** Markup that Telegram does not take is better read plain than not at all. */
  async function refused(parcel: Parcel, error: unknown): Promise<number> {
    warn("Telegram did not take a message as it was; it is sent as plain text", error);
    try {
      live.placed(parcel.key, await send({ ...parcel, attachment: null, markup: null, html: plainText(parcel.html, MOST_TEXT) }, null));
    } catch (again) {
      const failure = failureOf(again);
      if (failure.kind !== "bad") return Math.max(failure.kind === "again" ? (failure.wait ?? 0) : 0, backOff.next());
      warn("a message is dropped: Telegram does not take it", again);
    }
    outbox.done(parcel, clock());
    return 0;
  }

  /** Sends, and gives Telegram's number of the message that holds the text. */
  async function send({ key, chat, html, markup, attachment }: Parcel, mode: "HTML" | null): Promise<number> {
    const options = callOptions(AbortSignal.any([signal, AbortSignal.timeout(patience.deadline)]));
    const form = mode === null ? {} : { parse_mode: mode };
    const keyboard = markup === null ? {} : { reply_markup: keyboardOf(markup) };
    if (attachment === null) {
      return numberOf(await telegram.callApi("sendMessage", { chat_id: chat, text: html, link_preview_options: { is_disabled: true }, ...form, ...keyboard }, options));
    }
    const caption = plainText(html, MOST_TEXT + 1).length <= MOST_CAPTION;
    const file = { source: Buffer.from(attachment.bytes), filename: attachment.name };
    const rest = caption ? { caption: html, ...form, ...keyboard } : {};
    const sent = attachment.photo
      ? await telegram.callApi("sendPhoto", { chat_id: chat, photo: file, ...rest }, options)
      : await telegram.callApi("sendDocument", { chat_id: chat, document: file, ...rest }, options);
    // Under a picture there is less room than in a message.
    return caption ? numberOf(sent) : send({ ids: [], key, chat, html, markup, attachment: null }, mode);
  }
}

const keyboardOf = (markup: string): { inline_keyboard: [] } => JSON.parse(markup) as { inline_keyboard: [] };

/** Telegram's number of a message; 0, which none has, where it does not say. */
const numberOf = (sent: unknown): number => sentSchema.safeParse(sent).data?.message_id ?? 0;
