import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { readModelKeys } from "../../../src/adapters/language-model/keys.ts";
import { languageModelSchema } from "../../../src/app/definition/language-model-schema.ts";
import { CANARY, GOOD, opinion, setUpBench, type Bench } from "./bench.ts";
import { startModelServer } from "./server.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await setUpBench();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await bench.close();
});

const openai = (more: Readonly<Record<string, unknown>> = {}) => ({ model: "openai:gpt-4o-mini", url: `${bench.server.url}/v1`, retries: 0, ...more });

describe("the fallback", () => {
  const both = () => openai({ fallback: { model: "ollama:llama3.2", url: bench.server.url } });

  test("answers when the first model is in trouble, and the call bears its name", async () => {
    bench.server.script({ kind: "status", status: 401 }, GOOD);
    const { model } = await bench.open(both());
    expect(await model.ask(opinion())).toMatchObject({ ok: true, call: { model: "ollama:llama3.2" } });
    expect(bench.server.asked.map(({ path }) => path)).toEqual(["/v1/chat/completions", "/api/chat"]);
  });

  test("has time left when the first model hangs", async () => {
    bench.server.script({ kind: "hang" }, GOOD);
    const { model } = await bench.open({ ...both(), timeoutSeconds: 4.5 });
    expect(await model.ask(opinion())).toMatchObject({ ok: true, call: { model: "ollama:llama3.2" } });
  });

  test("is not asked after a refusal", async () => {
    bench.server.script({ kind: "refusal" }, GOOD);
    const { model } = await bench.open(both());
    expect(await model.ask(opinion())).toMatchObject({ ok: false, why: "refused" });
    expect(bench.server.asked).toHaveLength(1);
  });

  test("that fails too gives both reasons", async () => {
    bench.server.script({ kind: "status", status: 401 }, { kind: "status", status: 404 });
    const { model } = await bench.open(both());
    const answer = await model.ask(opinion());
    expect(answer).toMatchObject({ ok: false, why: "unavailable" });
    expect(answer.ok ? "" : answer.message).toMatch(/gpt-4o-mini.*401.*llama3\.2.*404/);
  });
});

describe("what is sent", () => {
  test("LangChain's tracing calls nobody, whatever the environment says", async () => {
    const home = await startModelServer({ kind: "status", status: 200, body: "{}" });
    try {
      const on = { LANGSMITH_TRACING: "true", LANGCHAIN_TRACING_V2: "true", LANGSMITH_TRACING_V2: "true", LANGCHAIN_TRACING: "true", LANGCHAIN_VERBOSE: "true" };
      const set = (): void => {
        for (const [name, value] of Object.entries({ ...on, LANGSMITH_ENDPOINT: home.url, LANGCHAIN_ENDPOINT: home.url, LANGSMITH_API_KEY: "lsv2_key_of_tracing", LANGSMITH_GATEWAY: home.url })) vi.stubEnv(name, value);
      };
      set();
      const { model } = await bench.open(openai());
      set();
      expect(await model.ask(opinion())).toMatchObject({ ok: true });
      for (const name of Object.keys(on)) expect(process.env[name]).toBeUndefined();
      const { awaitAllCallbacks } = await import("@langchain/core/callbacks/promises");
      await awaitAllCallbacks();
      expect(home.asked).toHaveLength(0);
    } finally {
      await home.close();
    }
  });

  test("variables that would send the key elsewhere are not heeded", async () => {
    for (const name of ["OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "OLLAMA_BASE_URL"]) vi.stubEnv(name, "http://127.0.0.1:1");
    vi.stubEnv("ANTHROPIC_AUTH_TOKEN", "token-of-another-tool");
    for (const [model, url] of [["openai:gpt-4o-mini", `${bench.server.url}/v1`], ["ollama:llama3.2", bench.server.url], ["anthropic:claude-haiku-4-5", bench.server.url]]) {
      const opened = await bench.open({ model, url, retries: 0 });
      expect(await opened.model.ask(opinion()), model).toMatchObject({ ok: true, value: { score: 0.5 } });
    }
    expect(JSON.stringify(bench.server.asked)).not.toContain("token-of-another-tool");
  });

  test("no temperature goes to models that take none, and one that says so is asked again without", async () => {
    bench.server.script(GOOD);
    await (await bench.open(openai({ model: "openai:gpt-5-mini" }))).model.ask(opinion());
    expect(bench.server.asked[0]!.body).not.toContain("temperature");
    const refused = { kind: "status", status: 400, body: JSON.stringify({ error: { message: "Unsupported value: 'temperature' does not support 0" } }) } as const;
    bench.server.script(refused, GOOD);
    const { model } = await bench.open(openai({ retries: 1 }));
    expect(await model.ask(opinion())).toMatchObject({ ok: true });
    expect(bench.server.asked.slice(1).map(({ body }) => body.includes("temperature"))).toEqual([true, false]);
    await model.ask(opinion({ input: "the next" }));
    expect(bench.server.asked[3]!.body).not.toContain("temperature");
  });

  test("the answer's room is what was asked for and the room for thinking", async () => {
    await (await bench.open(openai({ thinkingTokens: 1_000 }))).model.ask(opinion({ maxOutputTokens: 50 }));
    expect(JSON.parse(bench.server.asked[0]!.body)).toMatchObject({ max_tokens: 1_050 });
  });
});

describe("answers of every shape", () => {
  const union = z.discriminatedUnion("kind", [z.strictObject({ kind: z.literal("buy"), money: z.number() }), z.strictObject({ kind: z.literal("none") })]);

  test.each([
    ["openai:gpt-4o-mini", "/v1"],
    ["openai:gpt-5.6", "/v1"],
    ["openai:gpt-4", "/v1"],
    ["anthropic:claude-haiku-4-5", ""],
    ["ollama:llama3.2", ""],
  ])("%s: one that is no object is asked for inside of one", async (model, path) => {
    bench.server.script({ kind: "answer", text: '{"answer":{"kind":"none"}}' });
    const opened = await bench.open({ model, url: `${bench.server.url}${path}`, retries: 0 });
    expect(await opened.model.ask({ ...opinion(), schema: union })).toMatchObject({ ok: true, value: { kind: "none" } });
    expect(await opened.model.ask({ ...opinion(), schema: union })).toMatchObject({ ok: true, value: { kind: "none" }, call: { cached: true } });
  });

  test("JSON in a fence is read", async () => {
    bench.server.script({ kind: "answer", text: `\`\`\`json\n${GOOD.text}\n\`\`\`` });
    expect(await (await bench.open(openai())).model.ask(opinion())).toMatchObject({ ok: true });
  });

  test("a schema that JSON Schema cannot say ends in a sentence", async () => {
    const schema = z.lazy((): z.ZodType => {
      throw new Error("no such schema");
    });
    expect(await (await bench.open(openai())).model.ask({ ...opinion(), schema })).toMatchObject({ ok: false, why: "unavailable" });
  });
});

describe("opening", () => {
  test("loads LangChain for a model that is to be asked, and neither for a replay nor for nothing", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, "what-is-loaded.ts"), bench.folder]);
    expect(JSON.parse(stdout)).toEqual({ imported: 0, replay: 0, record: true });
  });

  test.each([
    ["groq:llama-3", /npm install @langchain\/groq/],
    ["nobody:model", /"nobody".*not known.*openai/],
  ])("%s says what is missing", async (model, sentence) => {
    await expect(bench.open({ model })).rejects.toThrow(sentence);
  });

  test("a key that would travel unencrypted is told", async () => {
    const { notes } = await bench.open({ model: "openai:x", url: "http://models.example/v1" });
    expect(notes.join(" ")).toMatch(/unencrypted/);
    expect(notes.join(" ")).not.toContain(CANARY);
  });
});

describe("keys", () => {
  const settings = (more: object) => languageModelSchema.parse({ model: "openai:gpt-4o-mini", ...more });

  test("come from CAUCUS_LLM_KEY, else from the provider's own variable", () => {
    expect(readModelKeys(settings({}), { CAUCUS_LLM_KEY: "ours", OPENAI_API_KEY: "theirs" })).toEqual({ model: "ours", fallback: null });
    expect(readModelKeys(settings({}), { OPENAI_API_KEY: "theirs" })).toEqual({ model: "theirs", fallback: null });
  });

  test("come from files", () => {
    const folder = mkdtempSync(join(tmpdir(), "caucus-key-"));
    writeFileSync(join(folder, "key"), "from a file\n");
    expect(readModelKeys(settings({}), { CAUCUS_LLM_KEY_FILE: join(folder, "key") }).model).toBe("from a file");
    expect(() => readModelKeys(settings({}), { CAUCUS_LLM_KEY_FILE: join(folder, "none") })).toThrow(/CAUCUS_LLM_KEY_FILE: .*ENOENT/);
    rmSync(folder, { recursive: true });
  });

  test("of a provider are never sent to another address", () => {
    expect(readModelKeys(settings({ url: "https://elsewhere.example/v1" }), { OPENAI_API_KEY: "theirs" }).model).toBeNull();
    const both = settings({ fallback: { model: "anthropic:claude-haiku-4-5" } });
    expect(readModelKeys(both, { CAUCUS_LLM_KEY: "ours", ANTHROPIC_API_KEY: "second" })).toEqual({ model: "ours", fallback: "second" });
    expect(readModelKeys(settings({ fallback: { model: "openai:gpt-4o" } }), { CAUCUS_LLM_KEY: "ours" }).fallback).toBe("ours");
  });

  test("that are missing are asked for by name", () => {
    expect(() => readModelKeys(settings({}), {})).toThrow(/CAUCUS_LLM_KEY or OPENAI_API_KEY/);
    expect(readModelKeys(settings({ model: "ollama:llama3.2" }), {}).model).toBeNull();
  });

  test("are not taken from a definition", () => {
    expect(() => settings({ url: "https://user:secret@models.example/v1" })).toThrow(/CAUCUS_LLM_KEY/);
    expect(() => settings({ url: "https://models.example/v1?key=secret" })).toThrow(/CAUCUS_LLM_KEY/);
    expect(() => settings({ apiKey: "secret" })).toThrow(/apiKey/);
  });
});
