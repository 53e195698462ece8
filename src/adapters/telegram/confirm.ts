import type { Proposal, Reply } from "./command.ts";
import { isProposal } from "./answer.ts";
import type { CallbackTokens } from "./callback-tokens.ts";
import type { Outgoing } from "./outbox.ts";
import type { Redact } from "../../core/redact.ts";

/** What a button does. */
export type Pressed =
  | { readonly type: "command"; readonly command: string; readonly argument: string }
  | { readonly type: "confirm"; readonly command: string; readonly argument: string; readonly proposal: Proposal }
  | { readonly type: "cancel"; readonly command: string; readonly argument: string };

/** How long a proposal can be confirmed, milliseconds: prices move. */
export const CONFIRMABLE = 60_000;
/** How long the buttons under an answer work, milliseconds. */
const USABLE = 3_600_000;
/** How long an answer is worth being sent, milliseconds. */
const WORTH_SENDING = 1_800_000;

/** Whom something is shown to, and what it answers. */
export interface Shown {
  readonly key: string;
  readonly user: number;
  readonly chat: number;
  readonly now: number;
  readonly command: string;
  readonly argument: string;
}

/** Rows of buttons for an inline keyboard; what they do stays here, behind a token each. */
export function keyboardOf(shown: Reply | Proposal, to: Shown, tokens: CallbackTokens<Pressed>, redact: Redact): { text: string; callback_data: string }[][] | null {
  const { command, argument } = to;
  const rows: { readonly text: string; readonly action: Pressed }[][] = isProposal(shown)
    ? [[{ text: "Confirm", action: { type: "confirm", command, argument, proposal: shown } }, { text: "Cancel", action: { type: "cancel", command, argument } }]]
    : (shown.buttons ?? []).map((row) => row.map(({ text, action }) => ({ text, action: { type: "command", ...action } })));
  if (rows.length === 0) return null;
  const expires = to.now + (isProposal(shown) ? CONFIRMABLE : USABLE);
  const issued = tokens.issue(rows.flat().map(({ action }) => ({ user: to.user, chat: to.chat, action, expires })));
  let next = 0;
  return rows.map((row) => row.map(({ text }) => ({ text: redact(text), callback_data: issued[next++] ?? "" })));
}

/** An answer as it goes into the outbox: a proposal with Confirm and Cancel under it. */
export function outgoingOf(shown: Reply | Proposal, to: Shown, tokens: CallbackTokens<Pressed>, redact: Redact): readonly Outgoing[] {
  const keyboard = keyboardOf(shown, to, tokens, redact);
  const html = isProposal(shown) ? `${shown.html}\n\n<i>Confirm within ${CONFIRMABLE / 1_000} s; nothing has been done yet.</i>` : shown.html;
  const common = { chat: to.chat, answer: true, line: false, notBefore: to.now, expires: to.now + WORTH_SENDING };
  const markup = keyboard === null ? {} : { markup: JSON.stringify({ inline_keyboard: keyboard }) };
  const { picture, document } = isProposal(shown) ? {} : shown;
  const photo = picture && { name: picture.name, bytes: picture.png, photo: true };
  const paper = document && { name: redact(document.name), bytes: bytesWithout(document.bytes, redact), photo: false };
  const first = photo ?? paper;
  const message: Outgoing = { ...common, ...markup, key: to.key, html, ...(first ? { attachment: first } : {}) };
  return photo && paper ? [message, { ...common, key: `${to.key}:file`, html: "", attachment: paper }] : [message];
}

/** A text file without secrets; anything else as it is. */
function bytesWithout(bytes: Uint8Array, redact: Redact): Uint8Array {
  try {
    return Buffer.from(redact(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch {
    return bytes;
  }
}
