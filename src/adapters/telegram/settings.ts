import type { Role } from "./command.ts";

/** What the owner can hear of unasked; each can be switched off. */
export const NOTICE_KINDS = ["start", "stop", "fill", "roundTrip", "decision", "veto", "riskStop", "keys", "trouble", "recovery", "stale", "daily"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** The owner's settings of the door, from the definition. */
export interface TelegramSettings {
  /** Nobody else is answered. With none, whoever writes /start is told the id that belongs here. */
  readonly users: readonly { readonly id: number; readonly role: Role }[];
  /** Chats that are answered; absent: the private chats of the users. */
  readonly chats?: readonly number[] | undefined;
  /** IANA name. */
  readonly timeZone: string;
  /** "22:00" to "07:00", in that zone: what is not urgent waits until they are over. */
  readonly quietHours?: { readonly from: string; readonly to: string } | undefined;
  /** When the day's summary is sent, "08:00" in that zone. */
  readonly summaryAt: string;
  /** How long a notification waits for others to share its message, seconds. */
  readonly batchSeconds: number;
  readonly notify: Readonly<Record<NoticeKind, boolean>>;
  /** Where Telegram delivers updates; absent: they are fetched. */
  readonly webhook?: { readonly url: string; readonly host: string; readonly port: number } | undefined;
}

/** Waits of the door, milliseconds; short in tests. */
export interface TelegramPatience {
  /** How long an empty question for updates stays open at Telegram. */
  readonly poll: number;
  /** Longest wait for an answer to a call. */
  readonly deadline: number;
  /** First and longest wait after a failure. */
  readonly backOff: { readonly first: number; readonly longest: number };
  /** Between two looks at what alerts wait for; absent: 1 s. */
  readonly looks?: number;
  /** Between two edits of a message; absent: 2 s. */
  readonly edits?: number;
}

/** Waits in earnest. */
export const TELEGRAM_PATIENCE: TelegramPatience = { poll: 50_000, deadline: 15_000, backOff: { first: 1_000, longest: 60_000 } };
