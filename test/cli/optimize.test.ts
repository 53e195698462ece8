import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { searchResultSchema } from "../../src/app/optimize/result.ts";
import { caucus } from "./caucus.ts";
import { expectOfSchema } from "./json-schema.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-optimize-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const QUICK = ["--candles", "synthetic:range?days=30&timeframe=15m", "--trials", "16", "--folds", "2"];
const parsed = (out: string) => searchResultSchema.parse(JSON.parse(out));
const fresh = (): Promise<string> => mkdtemp(join(folder, "run-"));

describe("caucus optimize", () => {
  it("searches the shipped example and tells the winner, how to run it, and how far to believe it, within 80 columns", async () => {
    const cwd = await fresh();
    const { code, out, err } = await caucus(["optimize", "grid-search", ...QUICK], { cwd });
    expect(err).toBe("");
    expect(code).toBe(0);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(out).toMatch(/^SYNTHETIC MARKET/);
    for (const part of ["Would not trade this", "Winner: trial", "Best 10", "Deflated Sharpe", "Overfitting (PBO)", "Neighbours", "Walk-forward, anchored", "Walk-forward, rolling", "Fill models", "buy and hold", "the definition as written"]) {
      expect(out).toContain(part);
    }
    const flags = [...out.matchAll(/^ {4}--set (\S+)/gm)].map(([, flag = ""]) => ["--set", flag]).flat();
    expect(flags).toHaveLength(6);
    expect(await readdir(cwd)).toContain("searches");
    // What it says to run gives what it says came of it.
    expect(out).toContain("    --candles 'synthetic:range?days=30&timeframe=15m' \\\n");
    const again = await caucus(["backtest", "grid-search", ...QUICK.slice(0, 2), ...flags, "--json"], { cwd });
    const { result, definition } = JSON.parse(again.out) as { result: { totalReturn: number; maxDrawdown: number }; definition: object };
    expect(definition).not.toHaveProperty("search");
    const [, gain = "", fall = ""] = /^ {2}the winner +(\S+) % +\S+ +(\S+) %/m.exec(out) ?? [];
    expect(Number(gain)).toBeCloseTo(result.totalReturn * 100, 1);
    expect(Number(fall)).toBeCloseTo(result.maxDrawdown * 100, 1);
  });

  it("prints one JSON object that its schema accepts, the same with one worker and with two, and when it is asked again", async () => {
    const [one, two] = [await fresh(), await fresh()];
    const args = ["optimize", "grid-search", ...QUICK, "--json"];
    const first = await caucus([...args, "--workers", "1"], { cwd: one });
    expect(first.code).toBe(0);
    const result = parsed(first.out);
    expect(result.search).toMatchObject({ method: "tpe", asked: 16, done: 16, failed: 0, objectives: ["sharpe"] });
    await expectOfSchema("optimize", first.out);
    expect((await caucus([...args, "--workers", "2"], { cwd: two })).out).toBe(first.out);
    expect((await caucus([...args, "--workers", "2"], { cwd: one })).out).toBe(first.out);
  });

  it("goes on counting N when a definition is given another name", async () => {
    const cwd = await fresh();
    const text = (name: string): string => `name: ${name}\nagents: none\nstrategies: { grid: { levels: 12 } }\nsearch: { method: random, parameters: { strategies.grid.width: { from: 0.02, to: 0.2 } } }\n`;
    await writeFile(join(cwd, "a.yaml"), text("first"));
    await writeFile(join(cwd, "b.yaml"), text("second"));
    const tried = async (file: string, seed: string): Promise<number> => parsed((await caucus(["optimize", file, ...QUICK, "--trials", "4", "--search-seed", seed, "--json", "--workers", "1"], { cwd })).out).honesty.trials;
    expect([await tried("a.yaml", "1"), await tried("b.yaml", "2"), await tried("a.yaml", "2")]).toEqual([4, 8, 8]);
    expect((await readdir(join(cwd, "searches"))).filter((name) => name.endsWith(".sqlite"))).toHaveLength(1);
  });

  it("keeps what is done at Ctrl-C, says how to go on, and then comes to the result of a search that was not stopped", async () => {
    const [stopped, whole] = [await fresh(), await fresh()];
    const args = ["optimize", "grid-search", "--candles", "synthetic:range?days=60", "--trials", "64", "--folds", "2", "--json", "--workers", "2"];
    const { code, out, err } = await caucus(args, { cwd: stopped, onStart: (child) => void whenKept(stopped, 10).then(() => child.kill("SIGINT")) });
    expect({ code, out }).toEqual({ code: 130, out: "" });
    const [, done = ""] = /^caucus: stopped\. (\d+) of 64 trials are done and kept in searches\/grid-search-[0-9a-f]{12}\.sqlite; the same command goes on from there\.\n$/.exec(err) ?? [];
    expect(Number(done)).toBeGreaterThanOrEqual(10);
    expect(Number(done)).toBeLessThan(64);
    const [resumed, uninterrupted] = [await caucus(args, { cwd: stopped }), await caucus(args, { cwd: whole })];
    expect(resumed.code).toBe(0);
    expect(resumed.out).toBe(uninterrupted.out);
  });

  it("writes a definition with the winner's parameters and its comments, that runs to the winner's result", async () => {
    const cwd = await fresh();
    const text = "# Mine.\ncandles: synthetic:range?days=30&timeframe=15m\nagents: none\nstrategies: [grid] # only this\nsearch:\n  trials: 12\n  folds: 2\n  parameters:\n    strategies.grid.levels: { from: 6, to: 30 }\n";
    await writeFile(join(cwd, "mine.yaml"), text);
    const { out, code } = await caucus(["optimize", "mine.yaml", "--apply", "tuned.yaml", "--capital", "5000", "--json"], { cwd });
    expect(code).toBe(0);
    const { winner } = parsed(out);
    const written = await readFile(join(cwd, "tuned.yaml"), "utf8");
    expect(written).toMatch(/^# Parameters found by: caucus optimize mine\.yaml/);
    expect(written).toContain("# Mine.");
    expect(written).not.toContain("search:");
    const { result } = JSON.parse((await caucus(["backtest", "tuned.yaml", "--json"], { cwd })).out) as { result: unknown };
    expect(result).toEqual(winner.result);
    const second = await caucus(["optimize", "mine.yaml", "--apply", "tuned.yaml"], { cwd });
    expect(second).toMatchObject({ code: 2, out: "" });
    expect(second.err).toMatch(/--apply tuned\.yaml: this is there already/);
  });

  it("shows the front when there are several objectives", async () => {
    const { out } = await caucus(["optimize", "grid-search", ...QUICK, "--objective", "return,drawdown"], { cwd: await fresh() });
    expect(out).toMatch(/^Front: \d+ trials? that no other beats in all of return, drawdown$/m);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each<[string, readonly string[], RegExp]>([
    ["a definition without a search", ["grid-only"], /there is nothing to search/],
    ["an unknown method", ["grid-search", "--method", "genetic"], /--method genetic: search\.method must be random, sobol or tpe/],
    ["no trials", ["grid-search", "--trials", "0"], /--trials 0: search\.trials must be at least 1, got 0/],
    ["an unknown objective", ["grid-search", "--objective", "sharp"], /--objective sharp: there is no such objective; did you mean "sharpe"/],
    ["half a worker", ["grid-search", "--workers", "0.5"], /--workers 0\.5: must be a whole number from 1 to 256/],
    ["a number that is none", ["grid-search", "--trials", "many"], /--trials many: search\.trials must be a number, got "many"/],
    ["a strategy that is left out", ["grid-search", "--strategy", "dca"], /grid is not among the definition's strategies/],
    ["a file that is no database", ["grid-search", "--searches", "README.md"], /README\.md/],
  ])("answers %s with one clear error and exit code 2", async (_, args, message) => {
    const { code, out, err } = await caucus(["optimize", ...args], { cwd: join(import.meta.dirname, "..", "..") });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

/** Waits until so many trials are in the file that a search makes. */
async function whenKept(cwd: string, trials: number): Promise<void> {
  for (;;) {
    await wait(20);
    const names = await readdir(join(cwd, "searches")).catch(() => []);
    const name = names.find((one) => one.endsWith(".sqlite"));
    if (name === undefined) continue;
    try {
      const db = new DatabaseSync(join(cwd, "searches", name), { readOnly: true, timeout: 1_000 });
      const row = db.prepare("SELECT count(*) AS count FROM trials").get();
      db.close();
      if (Number(row?.["count"]) >= trials) return;
    } catch {
      // The file is being made.
    }
  }
}
