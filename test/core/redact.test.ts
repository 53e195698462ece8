import { afterEach, describe, expect, test } from "vitest";
import fc from "fast-check";
import { forgetAll, redact, redactDeep, redactor, remember } from "../../src/core/redact.ts";
import { formsOf } from "../faults/canaries.ts";

test("a secret is taken out plain, in JSON, in a URL and in base64", () => {
  const secret = 'pass/"word"+1';
  const redact = redactor([secret]);
  for (const text of [secret, JSON.stringify({ key: secret }), `https://x/?k=${encodeURIComponent(secret)}`, `Basic ${Buffer.from(secret).toString("base64")}`]) {
    expect(redact(text)).toContain("[redacted]");
    expect(redact(text)).not.toContain("word");
  }
});

test("a secret with spaces and signs is taken out of forms, and of JSON that is safe in HTML or has ASCII alone", () => {
  const secret = "it's ~ my \"pass\" & <wörd>*";
  const json = JSON.stringify({ secret });
  const escaped = (what: RegExp): string => json.replaceAll(what, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const clean = redactor([secret]);
  expect(clean(new URLSearchParams({ secret }).toString())).toBe("secret=[redacted]");
  for (const what of [/[<>&]/g, /[^\0-\x7f]/g, /[<>&]|[^\0-\x7f]/g]) expect(clean(escaped(what))).toBe('{"secret":"[redacted]"}');
});

test("no text that holds a secret holds it afterwards, even where one begins with another", () => {
  const secret = fc.string({ minLength: 8, maxLength: 20 }).filter((text) => text.trim().length >= 8 && !"[redacted]".includes(text.trim()));
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (one, before, after) => {
      const longer = `${one.trim()}-more`;
      const said = redactor([one, longer])(`${before}${longer}${after}`);
      expect(said).not.toContain(one.trim());
    }),
  );
});

test("words too short to be secrets stay", () => {
  expect(redactor(["up", ""])("what goes up")).toBe("what goes up");
});

describe("what is remembered", () => {
  afterEach(forgetAll);
  const LATE = 'late/Passphrase+"with" <odds>&\\ends';

  test("is taken out by everything that redacts, also by redactors that were made before it was loaded", () => {
    const before = redactor(["another-secret"]);
    expect(before(`${LATE} another-secret`)).toBe(`${LATE} [redacted]`);
    remember([LATE]);
    remember([LATE]);
    expect(before(`${LATE} another-secret`)).toBe("[redacted] [redacted]");
    expect(redact(LATE)).toBe("[redacted]");
    forgetAll();
    expect(before(LATE)).toBe(LATE);
  });

  test("goes in every form that it is likely to be written in, also in the midst of something encoded", () => {
    remember([LATE]);
    for (const [form, text] of formsOf(LATE)) expect(redact(`x ${text} y`), form).toBe("x [redacted] y");
    for (const before of ["", "u", "u:", "user:"]) for (const kind of ["base64", "base64url"] as const) {
      const said = redact(Buffer.from(`${before}${LATE}:after`).toString(kind));
      expect(Buffer.from(said.replaceAll("[redacted]", " "), "base64").toString("latin1"), `${before} ${kind}`).not.toMatch(/late|Pass|with|odds|ends/);
      expect(said).toContain("[redacted]");
    }
  });

  test("of several lines goes line by line too, as a log would break it", () => {
    const pem = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIcanaryOneCanaryOne\nAwEHoUQDQgAEcanaryTwoCanary\n-----END EC PRIVATE KEY-----\n";
    remember([pem]);
    expect(redact(`key: ${JSON.stringify(pem)}`)).not.toContain("canary");
    expect(redact("  MHcCAQEEIcanaryOneCanaryOne\n | AwEHoUQDQgAEcanaryTwoCanary")).toBe("  [redacted]\n | [redacted]");
    expect(redact("-----BEGIN EC PRIVATE KEY-----")).toBe("-----BEGIN EC PRIVATE KEY-----");
  });

  test("is no word of the text: what is shorter than eight characters stays", () => {
    remember(["sandbox", " ", ""]);
    expect(redact("the sandbox")).toBe("the sandbox");
  });

  test("goes out of plain data at any depth, names too, and what holds none is the same object", () => {
    remember([LATE]);
    const clean = { a: [1, null, { b: "c" }], d: true };
    expect(redactDeep(clean)).toBe(clean);
    expect(redactDeep({ a: [1, { b: `x ${LATE}` }], [LATE]: 2 })).toEqual({ a: [1, { b: "x [redacted]" }], "[redacted]": 2 });
  });

  test("a key that a page of our own shows is not taken for a bot token", () => {
    expect(redact("head of the chain 123456/f17a4bdd4bab4bd86528f7c33a5da15a")).toContain("123456/f17a4bdd4bab4bd86528f7c33a5da15a");
  });
});

test("leaves a time before a hash as it is: a journal that loses its names cannot be followed", () => {
  const hash = "b597e7a005984e41fbf4934dd838605ec8d90ace8271f169cadccf848f1bc0a1";
  for (const text of [`1705881600000:${hash}`, `1705881600:${hash}`, hash]) expect(redact(text)).toBe(text);
  expect(redact("https://api.telegram.org/bot123456789:AAF-abcdefghijklmnopqrstuvwxyz01234/getMe")).not.toContain("AAF-");
});
