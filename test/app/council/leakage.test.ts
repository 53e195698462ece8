import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { leakageOf, type LeakagePair } from "../../../src/app/council/leakage.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { writeFileSync } from "node:fs";
import { expectOfSchema } from "../../cli/json-schema.ts";
import { startScriptedServer } from "./scripted-server.ts";

vi.setConfig({ testTimeout: 60_000 });
afterEach(() => vi.unstubAllEnvs());

/** Pairs whose price rises and falls in turn, with what the model says of each: masked, told. */
function compared(count: number, lean: (outcome: number) => readonly [masked: number, told: number]) {
  const outcomes = Array.from({ length: count }, (_, i) => i % 2);
  const pairs = outcomes.map((outcome, i) => ({ symbol: "BTC/USDT", time: i, outcome }) as LeakagePair);
  const answers = outcomes.flatMap((outcome) => lean(outcome).map((one) => ({ ok: true as const, value: { verdict: { lean: one, allow: 1, for: [], against: [], invented: 0 }, promptHash: "" }, calls: [] })));
  return leakageOf(pairs, answers, { model: "openai:scripted", horizon: 24 });
}

describe("masked and unmasked views", () => {
  it("convict a model that knows what came next as soon as it is told when", () => {
    const result = compared(60, (outcome) => [0.1, outcome === 1 ? 0.9 : -0.9]);
    expect(result).toMatchObject({ answered: 60, agreement: 0.5, leaks: true });
    expect(result.brier.told!).toBeLessThan(0.01);
    // Half of the forecasts of 0.55 are right: (0.45² + 0.55²) / 2.
    expect(result.brier.masked!).toBeCloseTo(0.2525, 10);
    expect(result.better!.low).toBeGreaterThan(0.2);
    expect(result.difference!).toBeCloseTo(0.9, 10);
    expect(result.verdict).toMatch(/it remembers/);
  });

  it("acquit one that says the same, and do not call that a proof", () => {
    const result = compared(60, () => [0.2, 0.2]);
    expect(result).toMatchObject({ agreement: 1, difference: 0, leaks: false });
    expect(result.verdict).toMatch(/no proof/);
  });

  it("give no verdict on a handful of answers", () => {
    expect(compared(10, () => [0.2, 0.3])).toMatchObject({ better: null, leaks: null, verdict: "10 answers are too few to tell: ask about more decisions." });
    expect(compared(0, () => [0, 0])).toMatchObject({ agreement: null, difference: null, answered: 0 });
  });
});

describe("caucus leakage", () => {
  it("says what it would cost, then asks both ways and tells, and needs nobody for a second look", async () => {
    const folder = mkdtempSync(join(tmpdir(), "caucus-leakage-"));
    const server = await startScriptedServer(({ input }) => ({ lean: input.includes("BTC/USDT") ? 0.6 : 0.1, allow: 1, for: [], against: [], numbersUsed: [] }));
    vi.stubEnv("CAUCUS_LLM_KEY", "sk-canary-0123456789");
    const file = join(folder, "mine.yaml");
    writeFileSync(file, `candles: synthetic:mix?seed=2&days=20&timeframe=15m\nlanguageModel: { model: "openai:scripted", url: "${server.url}", prices: { input: 1, output: 4 } }\n`);
    const run = async (...flags: string[]) => {
      const said = { out: "", err: "" };
      const shell = { signal: new AbortController().signal, out: (text: string) => void (said.out += text), err: (text: string) => void (said.err += text) };
      const code = await runProgram(["node", "caucus", "leakage", file, "--samples", "40", "--data-dir", folder, ...flags], shell, "0");
      return { code, ...said };
    };
    try {
      const refused = await run();
      expect(refused.code).toBe(2);
      expect(refused.err).toMatch(/This needs 80 calls of openai:scripted/);
      expect(server.heard).toHaveLength(0);
      const first = await run("--budget", "5", "--json");
      expect(first.code).toBe(0);
      await expectOfSchema("leakage", first.out);
      expect(JSON.parse(first.out)).toMatchObject({ samples: 40, answered: 40, agreement: 1, horizon: 24 });
      expect((JSON.parse(first.out) as { difference: number }).difference).toBeCloseTo(0.5, 10);
      expect(server.heard).toHaveLength(80);
      expect(server.heard.filter(({ input }) => input.includes("BTC/USDT"))).toHaveLength(40);
      await server.close();
      expect(await run("--json")).toEqual(first);
      expect((await run()).out).toMatch(/Agreement +100 % lean the same way/);
    } finally {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
