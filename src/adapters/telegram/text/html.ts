/** Characters that no text from outside may bring along: controls, and those that turn the direction of what follows. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Text as Telegram's HTML shows it, whatever is in it; at most `most` characters of it. */
export function escaped(text: string, most = 300): string {
  return escapeHtml(clipped(text, most));
}

/** The same for text that is whole and clean already. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Text without characters that cannot be seen, cut to `most` characters with an ellipsis for what is gone. */
export function clipped(text: string, most: number): string {
  const clean = text.toWellFormed().replace(UNSEEN, " ");
  if (clean.length <= most) return clean;
  return `${clean.slice(0, Math.max(0, most - 1)).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** Bold, escaped. */
export function bold(text: string): string {
  return `<b>${escaped(text)}</b>`;
}

/** Italics, escaped. */
export function italic(text: string): string {
  return `<i>${escaped(text, 1_000)}</i>`;
}

/** Fixed width, escaped: what can be copied with a touch. */
export function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}
