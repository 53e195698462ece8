import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GOOD, opinion, setUpBench, type Bench } from "./bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await setUpBench();
});
afterEach(() => bench.close());

const prices = { input: 2, output: 10 };
const settings = (more: Readonly<Record<string, unknown>> = {}) => ({ model: "openai:gpt-4o-mini", url: `${bench.server.url}/v1`, retries: 0, thinkingTokens: 0, ...more });
const ask = (count: number, from = 0) => Array.from({ length: count }, (_, index) => opinion({ input: `headline ${from + index}` }));

describe("caps", () => {
  test("hold when many ask at once: the calls of the day and not one more", async () => {
    const { model } = await bench.open(settings({ caps: { callsPerDay: 5 } }));
    const answers = await Promise.all(ask(20).map((question) => model.ask(question)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(5);
    expect(answers.filter((answer) => !answer.ok && answer.why === "budget" && answer.call === null)).toHaveLength(15);
    expect(bench.server.asked).toHaveLength(5);
    expect(model.spent()).toMatchObject({ calls: 5, tokens: 250 });
  });

  test("on tokens count the most that the calls under way may take", async () => {
    // One question may take less than 2,000 tokens (its bytes and 200 for the answer) and more than 1,000.
    const { model } = await bench.open(settings({ caps: { tokensPerDay: 2_000 } }));
    const answers = await Promise.all(ask(4).map((question) => model.ask(question)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    // The answer took 50 tokens, and the room that it did not need is free again.
    expect(model.spent().tokens).toBe(50);
    expect((await model.ask(opinion({ input: "another" }))).ok).toBe(true);
  });

  test("on dollars hold with prices, and the cost is 2 dollars a million in and 10 out", async () => {
    bench.server.script({ ...GOOD, tokensIn: 1_000, tokensOut: 300 });
    const { model, notes } = await bench.open(settings({ prices, caps: { dollarsPerDay: 0.0125 } }));
    const first = await model.ask(opinion());
    expect(first.call?.cost).toBeCloseTo(0.005, 10);
    expect(await model.ask(opinion({ input: "second" }))).toMatchObject({ ok: true });
    expect(await model.ask(opinion({ input: "third" }))).toMatchObject({ ok: false, why: "budget" });
    expect(model.spent().cost).toBeCloseTo(0.01, 10);
    expect(bench.server.asked).toHaveLength(2);
    expect(notes).toEqual([]);
  });

  test("without prices there is no cap on dollars, and it says so", async () => {
    const { model, notes } = await bench.open(settings());
    expect(model.spent()).toMatchObject({ cost: null, caps: { callsPerDay: 500, tokensPerDay: 1_000_000, dollarsPerDay: null } });
    expect(notes.join()).toMatch(/no prices/);
  });

  test("outlive a restart, and end with the UTC day", async () => {
    let now = Date.parse("2025-03-01T23:59:00Z");
    const plan = { now: () => now };
    const first = await bench.open(settings({ caps: { callsPerDay: 2 } }), plan);
    await Promise.all(ask(2).map((question) => first.model.ask(question)));
    const second = await bench.open(settings({ caps: { callsPerDay: 2 } }), plan);
    expect(second.model.spent()).toMatchObject({ calls: 2, day: "2025-03-01" });
    expect(await second.model.ask(opinion())).toMatchObject({ ok: false, why: "budget" });
    now = Date.parse("2025-03-02T00:00:00Z");
    expect(second.model.spent()).toMatchObject({ calls: 0, tokens: 0, day: "2025-03-02" });
    expect(await second.model.ask(opinion())).toMatchObject({ ok: true });
  });

  test("count a call that was under way when the process ended", async () => {
    bench.server.script({ kind: "hang" });
    const { model } = await bench.open(settings());
    const over = new AbortController();
    const asked = model.ask(opinion(), over.signal);
    await expect.poll(() => bench.server.asked.length, { timeout: 10_000 }).toBe(1);
    expect(bench.rows("spending")[0]).toMatchObject({ calls: 1 });
    expect(bench.rows("spending")[0]!["tokens"]).toBeGreaterThan(200);
    over.abort();
    await asked;
  });

  test("a retry is a call of its own", async () => {
    bench.server.script({ kind: "status", status: 503 });
    const { model } = await bench.open(settings({ retries: 5, caps: { callsPerDay: 3 } }));
    expect(await model.ask(opinion())).toMatchObject({ ok: false, why: "budget" });
    expect(bench.server.asked).toHaveLength(3);
  });

  test.each([[{ ...GOOD, uncounted: true as const }], [{ ...GOOD, tokensIn: -5, tokensOut: 1e300 }]])("a provider that counts nothing, or nonsense, is charged the most it can have been (%j)", async (reply) => {
    bench.server.script(reply);
    const { model } = await bench.open(settings());
    expect(await model.ask(opinion())).toMatchObject({ ok: true });
    expect(model.spent().tokens).toBeGreaterThan(1_000);
    expect(model.spent().tokens).toBeLessThan(3_000);
  });

  test("a file that is no database is set aside, and it says so", async () => {
    writeFileSync(join(bench.folder, "language-model.sqlite"), "this is not a database, although it has a page's worth of text".repeat(100));
    const { model, notes } = await bench.open(settings());
    expect(notes.join()).toMatch(/set aside/);
    expect(await model.ask(opinion())).toMatchObject({ ok: true });
  });

  test("a store that cannot be written makes no call", async () => {
    const { model, close } = await bench.open(settings());
    close();
    expect(await model.ask(opinion())).toMatchObject({ ok: false, why: "unavailable" });
    expect(bench.server.asked).toHaveLength(0);
  });
});

describe("the cache", () => {
  test("answers the same question without a call, as the first time", async () => {
    const { model } = await bench.open(settings({ prices }));
    const first = await model.ask(opinion());
    const again = await model.ask(opinion());
    expect(again).toEqual({ ...first, call: { ...first.call, cached: true } });
    expect(bench.server.asked).toHaveLength(1);
    expect(model.spent().calls).toBe(1);
    expect(bench.rows("calls")).toHaveLength(1);
  });

  test.each([
    ["another input", { input: "Bitcoin falls" }],
    ["another version of the prompt", { promptVersion: "2" }],
    ["other instructions", { system: "Judge the headline with care." }],
    ["another schema", { schema: opinion().schema.describe("an opinion") }],
  ])("asks again for %s", async (_what, more) => {
    const { model } = await bench.open(settings());
    await model.ask(opinion());
    await model.ask(opinion(more));
    expect(bench.server.asked).toHaveLength(2);
  });

  test("asks again for another model", async () => {
    await (await bench.open(settings())).model.ask(opinion());
    await (await bench.open(settings({ model: "openai:gpt-4o" }))).model.ask(opinion());
    expect(bench.server.asked).toHaveLength(2);
  });

  test("does not keep failures", async () => {
    bench.server.script({ kind: "answer", text: "no" }, GOOD);
    const { model } = await bench.open(settings());
    expect((await model.ask(opinion())).ok).toBe(false);
    expect((await model.ask(opinion())).ok).toBe(true);
  });
});

describe("a replay", () => {
  test("gives what was recorded, without a key and without a call", async () => {
    const { model: recorded } = await bench.open(settings());
    const first = await recorded.ask(opinion());
    const { model } = await bench.open(settings(), { mode: "replay", keys: { model: null, fallback: null } });
    expect(await model.ask(opinion())).toEqual({ ...first, call: { ...first.call, cached: true } });
    expect(bench.server.asked).toHaveLength(1);
  });

  test("has no answer to a question that was never asked", async () => {
    const { model } = await bench.open(settings(), { mode: "replay" });
    expect(await model.ask(opinion())).toMatchObject({ ok: false, why: "budget", call: null });
    expect(bench.server.asked).toHaveLength(0);
    expect(model.spent().calls).toBe(0);
  });

  test("finds an answer that the fallback gave", async () => {
    bench.server.script({ kind: "status", status: 500 }, GOOD);
    const both = settings({ fallback: { model: "ollama:llama3.2", url: bench.server.url } });
    expect(await (await bench.open(both)).model.ask(opinion())).toMatchObject({ ok: true, call: { model: "ollama:llama3.2" } });
    const { model } = await bench.open(both, { mode: "replay" });
    expect(await model.ask(opinion())).toMatchObject({ ok: true, call: { model: "ollama:llama3.2", cached: true } });
  });
});
