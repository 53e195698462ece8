import { describe, expect, test } from "vitest";
import { languageModelSchema } from "../../../src/app/definition/language-model-schema.ts";

describe("languageModel in a definition", () => {
  test("needs a model and nothing else: time, tries and caps have defaults", () => {
    expect(languageModelSchema.parse({ model: "ollama:llama3.2" })).toEqual({
      ...{ model: "ollama:llama3.2", timeoutSeconds: 30, retries: 2, temperature: 0, thinkingTokens: 2_000 },
      caps: { callsPerDay: 500, tokensPerDay: 1_000_000, dollarsPerDay: 1 },
    });
  });

  test.each(["gpt-5-mini", "openai:", ":gpt-5", "openai:two words", ""])("refuses %j, which is not provider:model", (model) => {
    expect(() => languageModelSchema.parse({ model })).toThrow(/provider:model/);
  });

  test.each([
    [{ url: "ftp://models.example" }, /url/],
    [{ caps: { callsPerDay: -1 } }, /callsPerDay/],
    [{ prices: { input: 1 } }, /output/],
    [{ key: "sk-1" }, /key/],
    [{ timeoutSeconds: 0 }, /timeoutSeconds/],
  ])("refuses %j and says where", (more, where) => {
    expect(() => languageModelSchema.parse({ model: "openai:gpt-5-mini", ...more })).toThrow(where);
  });

  test.each(["https://user:secret@models.example/v1", "https://models.example/v1?key=secret"])("refuses an address that holds a key, without repeating it (%s)", (url) => {
    const { error } = languageModelSchema.safeParse({ model: "openai:gpt-5-mini", url });
    expect(error?.message).toMatch(/CAUCUS_LLM_KEY/);
    expect(error?.message).not.toMatch(/secret/);
  });
});
