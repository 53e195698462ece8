import type { Operator } from "../../ports/operator.ts";
import type { Research } from "../../ports/research.ts";
import type { AlertDesk } from "./alerts/alert-store.ts";
import type { VirtualBook } from "./virtual/book.ts";

/** Who may do what: a viewer sees, a trader acts within the rules of the definition, an owner changes them. */
export const ROLES = ["viewer", "trader", "owner"] as const;
export type Role = (typeof ROLES)[number];

/** A picture to send, with its file name. */
export interface Picture {
  readonly name: string;
  readonly png: Uint8Array;
}

/** A button under a message: its text, and the action that it carries out. */
export interface Button {
  readonly text: string;
  readonly action: Action;
}

/** What a button stands for: a command with its argument, as if it had been typed. */
export interface Action {
  readonly command: string;
  readonly argument: string;
}

/** What is answered: text in Telegram's HTML, of at most 4096 characters as it is sent. */
export interface Reply {
  readonly html: string;
  readonly picture?: Picture;
  readonly document?: { readonly name: string; readonly bytes: Uint8Array };
  /** Rows of buttons. */
  readonly buttons?: readonly (readonly Button[])[];
  /** Goes on once the text is sent, as a message without picture or file. */
  readonly live?: Live;
}

/**
 * Work behind a message. What it shows (Telegram's HTML) takes the place of the message's text, as often as Telegram
 * allows; what it showed last stays, without buttons. It ends with a reply in a message of its own, or null for none,
 * and has to end when the signal says so.
 */
export type Live = (show: (html: string) => void, signal: AbortSignal) => Promise<Reply | null>;

/** A reply to something dangerous: what will happen, to be confirmed with a button before it does. */
export interface Proposal {
  /** Says exactly what will happen: size, price, fee, exposure after. Telegram's HTML. */
  readonly html: string;
  /** Carried out when the same person presses the button in time; never otherwise. */
  readonly carryOut: () => Promise<Reply>;
}

/** Who asks, and with what. */
export interface Asked {
  readonly operator: Operator;
  /** What follows the command, trimmed. */
  readonly argument: string;
  readonly user: { readonly id: number; readonly name: string; readonly role: Role };
  /** Epoch milliseconds. */
  readonly now: number;
  /** IANA name of the zone in which times are shown. */
  readonly timeZone: string;
  /** Absent where nothing can be started beside the bot. */
  readonly research?: Research;
  /** The asker's alerts and watch list; absent without a file to keep them in. */
  readonly alerts?: AlertDesk;
  /** Paper portfolios; absent without a file to keep them in. */
  readonly virtual?: VirtualBook;
}

/** A command of the bot. One file each in `commands/`, listed in `commands/index.ts`. */
export interface TelegramCommand {
  /** Without the slash; lower case. */
  readonly name: string;
  /** For the menu: at most 60 characters. */
  readonly description: string;
  readonly role: Role;
  /** Honoured however old the message is, since it only takes risk away: pause and stop. */
  readonly honouredLate?: boolean;
  readonly run: (asked: Asked) => Promise<Reply | Proposal>;
}
