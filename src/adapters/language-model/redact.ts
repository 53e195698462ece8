/** Stands where a secret stood. */
const REDACTED = "[redacted]";
/** Shorter than this it may be a word of the text, and too short to be a secret. */
const SHORTEST = 6;

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** Takes the given secrets out of a text, however JSON, a URL or a header would carry them. */
export function redactor(secrets: readonly string[]): Redact {
  const forms = new Set(secrets.map((secret) => secret.trim()).filter((secret) => secret.length >= SHORTEST).flatMap(formsOf));
  // The longest first: one secret may be the beginning of another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((rest, form) => rest.replaceAll(form, REDACTED), text);
}

function formsOf(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
}
