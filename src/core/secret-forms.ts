/** The part of an encoding that does not depend on what stands around must be at least this long to mean anything. */
const LEAST_CORE = 12;

/** Every form in which a URL, a form, JSON, HTML, a header or a dump would carry a secret. */
export function secretForms(secret: string): ReadonlySet<string> {
  const bytes = new TextEncoder().encode(secret);
  const escaped = JSON.stringify(secret).slice(1, -1);
  const inUrl = encodeURIComponent(secret.toWellFormed());
  const forms = new Set([
    secret,
    escaped,
    // JSON as a text within JSON.
    JSON.stringify(escaped).slice(1, -1),
    escaped.replaceAll("/", "\\/"),
    // JSON of servers that may stand in HTML, and of those that write ASCII alone.
    inAscii(escaped, /[<>&]/g),
    inAscii(escaped, /[^\0-\x7f]/g),
    inAscii(escaped, /[<>&]|[^\0-\x7f]/g),
    // As Node prints an object: the kind of quotes that the text has least need of.
    secret.replaceAll("\\", "\\\\"),
    secret.replaceAll("\\", "\\\\").replaceAll("'", "\\'"),
    inUrl,
    inUrl.replaceAll("%20", "+"),
    // As a form is sent, which escapes more.
    new URLSearchParams([["", secret]]).toString().slice(1),
    inUrl.replaceAll("~", "%7E").replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`),
    encodeURI(secret.toWellFormed()),
    encodeURIComponent(inUrl),
  ]);
  for (const form of [...forms]) forms.add(form.replaceAll(/%[0-9A-F]{2}/g, (one) => one.toLowerCase()));
  for (const form of htmlOf(secret)) forms.add(form);
  const hex = hexOf(bytes);
  forms.add(hex);
  forms.add(hex.toUpperCase());
  for (const form of base64Of(bytes)) {
    forms.add(form);
    forms.add(form.replaceAll("+", "-").replaceAll("/", "_"));
    forms.add(encodeURIComponent(form));
  }
  return forms;
}

const inAscii = (text: string, what: RegExp): string => text.replaceAll(what, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);

function htmlOf(text: string): readonly string[] {
  const least = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quoted = least.replaceAll('"', "&quot;");
  return [least, quoted, ...["&#39;", "&#039;", "&#x27;", "&apos;"].map((apostrophe) => quoted.replaceAll("'", apostrophe))];
}

/** In base64 by itself, and where it begins at the first, second or third byte of a group, as in "user:secret". */
function base64Of(bytes: Uint8Array): readonly string[] {
  const whole = btoa(binary(bytes));
  const found = [whole, whole.replace(/=+$/, "")];
  for (const before of [0, 1, 2]) {
    const length = before + bytes.length;
    const text = btoa(`${"\0".repeat(before)}${binary(bytes)}`).replace(/=+$/, "");
    // Characters that also carry bits of a neighbour say nothing sure about the secret.
    const core = text.slice(Math.ceil((before * 8) / 6), Math.floor((length * 8) / 6));
    if (core.length >= LEAST_CORE) found.push(core);
  }
  return found;
}

const binary = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
