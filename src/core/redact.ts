/** Stands where a secret stood. */
const REDACTED = "[redacted]";
/** A bot token as Telegram makes them: the bot's id, a colon, 30 characters or more. */
const TOKEN = /\d{6,12}(?::|%3A)[\w-]{30,}/gi;
/** Shorter than this it may be a word of the text, and too short to be a secret. */
const SHORTEST = 6;

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/**
 * Takes the given secrets out of a text, in every form in which a URL, JSON or HTML would carry them, and whatever looks
 * like a bot token.
 */
export function redactor(secrets: readonly string[]): Redact {
  const forms = new Set<string>();
  for (const secret of secrets.map((one) => one.trim())) {
    if (secret.length < SHORTEST) continue;
    const escaped = JSON.stringify(secret).slice(1, -1);
    for (const form of [secret, escaped, encodeURIComponent(secret), encodeURI(secret), btoa(String.fromCharCode(...new TextEncoder().encode(secret))), htmlOf(secret)]) forms.add(form);
  }
  // The longest first: one secret may be the beginning of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((rest, form) => rest.replaceAll(form, REDACTED), text).replace(TOKEN, REDACTED);
}

const htmlOf = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** What an error says, without secrets, on one line of at most `length` characters. */
export function errorText(error: unknown, redact: Redact, length = 300): string {
  const said = error instanceof Error ? error.message : typeof error === "string" ? error : "unknown error";
  return redact(said).replace(/\s+/g, " ").trim().slice(0, length);
}
