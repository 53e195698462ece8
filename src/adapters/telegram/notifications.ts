import { createHash } from "node:crypto";
import type { Picture } from "./command.ts";
import { afterQuietHours, clockText } from "./local-time.ts";
import type { Outbox } from "./outbox.ts";
import { cut } from "./plain-text.ts";
import { escapeHtml } from "./text/html.ts";
import type { Redact } from "../../core/redact.ts";
import type { NoticeKind, TelegramSettings } from "./settings.ts";

/** Something that the owner hears of unasked. */
export interface Notification {
  readonly kind: NoticeKind;
  /** Told once under this key, restarts included. */
  readonly key: string;
  /** One line of plain text. */
  readonly text: string;
  /** Does not wait for the end of the quiet hours, nor for others to share its message. */
  readonly urgent: boolean;
  /** Sent with it, in a message of its own. */
  readonly picture?: Picture;
}

/** What notifications go by. */
export interface NotificationParts {
  readonly settings: TelegramSettings;
  readonly outbox: Outbox;
  readonly redact: Redact;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly warn: (what: string, error: unknown) => void;
}

const LASTING = 24 * 3_600_000;
const MOST_LINE = 600;
/** More than this between two writes are not all told: the chat would be of no use. */
const MOST_AT_ONCE = 200;

const TITLES: Readonly<Record<NoticeKind, string>> = {
  start: "🟢 Start", stop: "🔴 Stop", fill: "✅ Fill", roundTrip: "💰 Round trip", decision: "🧭 Decision", veto: "✋ Veto", riskStop: "🛑 Risk stop", keys: "🔑 Keys",
  trouble: "⚠️ Trouble", recovery: "👍 Recovered", stale: "⏳ Stale data", daily: "📅 The day",
};

/** Tells every user on the list what is switched on, by way of the outbox. Telling is a push onto a list: it neither waits nor throws. */
export function createNotifications({ settings, outbox, redact, clock, warn }: NotificationParts) {
  let untold: { readonly notification: Notification; readonly time: number }[] = [];
  let dropped = 0;
  let ended = false;

  const write = (): void => {
    const taken = untold;
    untold = [];
    if (dropped > 0) warn(`${dropped} notifications came too fast and are not told`, null);
    dropped = 0;
    try {
      outbox.put(
        taken.flatMap(({ notification: { kind, key, text, urgent, picture }, time }) => {
          const html = `<b>${TITLES[kind]}</b> ${clockText(time, settings.timeZone)} ${escapeHtml(cut(redact(text), MOST_LINE))}`;
          const notBefore = urgent ? time : Math.max(time + settings.batchSeconds * 1_000, afterQuietHours(settings.quietHours, settings.timeZone, time));
          return settings.users.map(({ id: chat }) => ({ key: keyOf(key, chat), chat, html, answer: false, notBefore, expires: notBefore + LASTING, ...(picture ? { line: false, attachment: { name: picture.name, bytes: picture.png, photo: true } } : { line: true }) }));
        }),
      );
    } catch (error) {
      warn("notifications could not be kept", error);
    }
  };

  const flush = (): void => {
    if (untold.length > 0 && !ended) write();
  };

  return {
    tell: (notification: Notification): void => {
      if (ended || !settings.notify[notification.kind] || settings.users.length === 0) return;
      if (untold.length >= MOST_AT_ONCE) {
        dropped += 1;
        return;
      }
      untold.push({ notification, time: clock() });
      // After the event that it tells of is dealt with: trading does not wait for this file.
      if (untold.length === 1) setImmediate(flush);
    },
    /** Writes at once what was told. */
    flush,
    /** Tells nothing any more, once everything that is told is kept. */
    end: (): void => {
      flush();
      ended = true;
    },
  };
}

/** A key may hold what a venue said: only its hash lies on the disk. */
const keyOf = (key: string, chat: number): string => createHash("sha256").update(`${chat}:${key}`).digest("base64url");
