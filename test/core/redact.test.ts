import { expect, test } from "vitest";
import fc from "fast-check";
import { redactor } from "../../src/core/redact.ts";

test("a secret is taken out plain, in JSON, in a URL and in base64", () => {
  const secret = 'pass/"word"+1';
  const redact = redactor([secret]);
  for (const text of [secret, JSON.stringify({ key: secret }), `https://x/?k=${encodeURIComponent(secret)}`, `Basic ${Buffer.from(secret).toString("base64")}`]) {
    expect(redact(text)).toContain("[redacted]");
    expect(redact(text)).not.toContain("word");
  }
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
