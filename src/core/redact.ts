import { secretForms } from "./secret-forms.ts";

/** Stands where a secret stood. */
const REDACTED = "[redacted]";
/** A bot token as Telegram makes them: the bot's id, a colon, some 35 characters. A time in milliseconds before a hash is none. */
const TOKEN = /(?<!\d)\d{6,12}(?::|%3A)[\w-]{30,50}(?![\w-])/gi;
/** Shorter than this it may be a word of the text, and too short to be a secret. */
const SHORTEST = 6;
/** The same where all of this process's texts are concerned: what a person chose for a sandbox may be a word, too. */
const SHORTEST_REMEMBERED = 8;

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

// A secret belongs to the process, and not to whoever loaded it: a text may come from anywhere. Nothing that decides reads this.
const remembered = new Set<string>();
let forms: readonly string[] = [];
let version = 0;

/**
 * From now on the secrets are taken out of every text of this process: by `redact`, and by every redactor that was or will
 * be made. To be called with whatever was loaded, before it is used: keys, secrets, passphrases, tokens.
 */
export function remember(secrets: readonly string[]): void {
  const news = parts(secrets, SHORTEST_REMEMBERED).filter((one) => !remembered.has(one));
  if (news.length === 0) return;
  for (const one of news) remembered.add(one);
  forms = ordered(remembered);
  version += 1;
}

/** Forgets what is remembered: for a test that shows what would be said without. */
export function forgetAll(): void {
  remembered.clear();
  forms = [];
  version += 1;
}

/** Takes every secret that this process has loaded out of a text, and whatever looks like a bot token. */
export function redact(text: string): string {
  return without(text, forms);
}

/** The same, and the given secrets beside those that are remembered. */
export function redactor(secrets: readonly string[]): Redact {
  const own = parts(secrets, SHORTEST);
  let seen = -1;
  let all: readonly string[] = [];
  return (text) => {
    if (seen !== version) {
      all = ordered([...own, ...remembered]);
      seen = version;
    }
    return without(text, all);
  };
}

/** A value of plain data with `redact` over every text in it, names of properties too; the same object when nothing is taken out. */
export function redactDeep<T>(value: T): T {
  return deep(value) as T;
}

function deep(value: unknown): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) {
    const clean = value.map(deep);
    return clean.every((one, at) => one === value[at]) ? value : clean;
  }
  if (typeof value !== "object" || value === null) return value;
  const before: [string, unknown][] = Object.entries(value);
  const clean = before.map(([name, inner]) => [redact(name), deep(inner)] as const);
  return clean.every(([name, inner], at) => name === before[at]?.[0] && inner === before[at][1]) ? value : Object.fromEntries(clean);
}

function without(text: string, taken: readonly string[]): string {
  let rest = text;
  for (const form of taken) if (rest.includes(form)) rest = rest.replaceAll(form, REDACTED);
  return rest.replace(TOKEN, REDACTED);
}

/** A secret of several lines, as a private key is, may be cut at its line ends: each of its lines is one. */
function parts(secrets: readonly string[], shortest: number): string[] {
  const whole = secrets.map((one) => one.trim());
  const lines = whole.filter((one) => one.includes("\n")).flatMap((one) => one.split(/\r?\n/).map((line) => line.trim()).filter((line) => line.length >= 16 && !line.startsWith("-----")));
  return [...whole, ...lines].filter((one) => one.length >= shortest);
}

/** Every form, the longest first: one secret may be the beginning of another. */
function ordered(secrets: Iterable<string>): readonly string[] {
  const all = new Set<string>();
  for (const secret of secrets) for (const form of secretForms(secret)) all.add(form);
  return [...all].sort((a, b) => b.length - a.length);
}

/** What an error says, without secrets, on one line of at most `length` characters. */
export function errorText(error: unknown, clean: Redact, length = 300): string {
  const said = error instanceof Error ? error.message : typeof error === "string" ? error : "unknown error";
  return clean(said).replace(/\s+/g, " ").trim().slice(0, length);
}
