import type { Telegraf } from "telegraf";
import { BackOff, callOptions, failureOf, pause } from "./api.ts";
import type { Outbox, Parcel } from "./outbox.ts";
import { plainText } from "./plain-text.ts";
import type { TelegramPatience } from "./settings.ts";

/** What a postman works with. */
export interface PostmanParts {
  readonly telegram: Telegraf["telegram"];
  readonly outbox: Outbox;
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

/** Sends what waits in the outbox, one after another, until the signal ends it. Never throws: whoever trades must not notice. */
export async function deliver({ telegram, outbox, patience, clock, warn }: PostmanParts, signal: AbortSignal): Promise<void> {
  const backOff = new BackOff(patience.backOff);
  // Each trouble is said once, until something gets through again.
  const said = new Set<string>();
  const sayOnce = (what: string, error: unknown): void => {
    if (!said.has(what)) warn(what, error);
    said.add(what);
  };
  let wake = new AbortController();
  outbox.onPut(() => wake.abort());
  while (!signal.aborted) {
    wake = new AbortController();
    try {
      outbox.tidy(clock());
      const parcel = outbox.next(clock());
      if (parcel === null) {
        const at = outbox.nextAt();
        const wait = at === null ? LONGEST_LOOK : Math.min(LONGEST_LOOK, Math.max(1, at - clock()));
        await pause(wait, AbortSignal.any([signal, wake.signal]));
        continue;
      }
      const wait = await attempt(parcel);
      if (wait > 0) await pause(wait, signal);
    } catch (error) {
      warn("the outbox cannot be read or written", error);
      await pause(backOff.next(), signal);
    }
  }

  /** Tries once; how long to wait after it, milliseconds. */
  async function attempt(parcel: Parcel): Promise<number> {
    try {
      await send(parcel, "HTML");
      outbox.done(parcel, clock());
      backOff.reset();
      said.clear();
      return 0;
    } catch (error) {
      if (signal.aborted) return 0;
      const failure = failureOf(error);
      if (failure.kind === "unreachable") {
        outbox.dropChat(parcel.chat, clock());
        sayOnce(`chat ${parcel.chat} cannot be reached: what waited for it is dropped`, error);
        return 0;
      }
      if (failure.kind === "bad") return refused(parcel, error);
      sayOnce(failure.kind === "denied" ? "Telegram refuses the token" : "a message could not be sent, it is tried again", error);
      // Never less than what Telegram asks for: it bans those who do not listen.
      return Math.max(failure.kind === "again" ? (failure.wait ?? 0) : 0, backOff.next());
    }
  }

  /** Markup that Telegram does not take is better read plain than not at all. */
  async function refused(parcel: Parcel, error: unknown): Promise<number> {
    warn("Telegram did not take a message as it was; it is sent as plain text", error);
    try {
      await send({ ...parcel, attachment: null, markup: null, html: plainText(parcel.html, MOST_TEXT) }, null);
    } catch (again) {
      const { kind } = failureOf(again);
      if (kind !== "bad") return backOff.next();
      warn("a message is dropped: Telegram does not take it", again);
    }
    outbox.done(parcel, clock());
    return 0;
  }

  async function send({ chat, html, markup, attachment }: Parcel, mode: "HTML" | null): Promise<void> {
    const options = callOptions(AbortSignal.any([signal, AbortSignal.timeout(patience.deadline)]));
    const form = mode === null ? {} : { parse_mode: mode };
    const keyboard = markup === null ? {} : { reply_markup: JSON.parse(markup) as { inline_keyboard: [] } };
    if (attachment === null) {
      await telegram.callApi("sendMessage", { chat_id: chat, text: html, link_preview_options: { is_disabled: true }, ...form, ...keyboard }, options);
      return;
    }
    const caption = plainText(html, MOST_TEXT + 1).length <= MOST_CAPTION;
    const file = { source: Buffer.from(attachment.bytes), filename: attachment.name };
    const rest = caption ? { caption: html, ...form, ...keyboard } : {};
    if (attachment.photo) await telegram.callApi("sendPhoto", { chat_id: chat, photo: file, ...rest }, options);
    else await telegram.callApi("sendDocument", { chat_id: chat, document: file, ...rest }, options);
    // Under a picture there is less room than in a message.
    if (!caption) await send({ ids: [], chat, html, markup, attachment: null }, mode);
  }
}
