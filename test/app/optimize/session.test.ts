import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPool } from "../../../src/adapters/search/pool.ts";
import { openTrials } from "../../../src/adapters/search/trials.ts";
import type { TrialContext } from "../../../src/app/optimize/context.ts";
import { planSearch } from "../../../src/app/optimize/plan.ts";
import { type SearchResult, searchResultSchema } from "../../../src/app/optimize/result.ts";
import { directRunner, type TrialRunner } from "../../../src/app/optimize/runner.ts";
import { runSearch } from "../../../src/app/optimize/session.ts";
import { catalogue, contextOf, searchText, THREE } from "./fixture.ts";

let folder = "";
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "caucus-search-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));
const newFile = (): string => join(folder, `${files++}.sqlite`);

async function search(context: TrialContext, path = newFile(), wrap: (runner: TrialRunner) => TrialRunner = (runner) => runner): Promise<SearchResult> {
  const plan = planSearch(context, catalogue);
  const records = openTrials(path, plan.subject, "1");
  try {
    return await runSearch({ plan, records, runner: wrap(directRunner(context, catalogue)), onProgress: () => undefined });
  } finally {
    records.close();
  }
}

async function searchWith(workers: number, context: TrialContext): Promise<SearchResult> {
  const pool = createPool(context, workers);
  try {
    return await search(context, newFile(), () => pool);
  } finally {
    await pool.close();
  }
}

/** Counts runs, and fails like a stopped search from the given one on. */
function stoppedAfter(runs: number, count: { runs: number }): (runner: TrialRunner) => TrialRunner {
  return (runner) => ({
    run: (request) => (++count.runs > runs ? Promise.reject(new Error("stopped")) : runner.run(request)),
    winner: (parameters) => runner.winner(parameters),
  });
}

describe("a search", () => {
  it("gives a result that its schema accepts, whose winner is its best trial and whose figures are those of that run", async () => {
    const result = await search(await contextOf(searchText(THREE)));
    expect(searchResultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(JSON.parse(JSON.stringify(result)));
    expect(result.trials.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, number) => number));
    const winner = result.trials[result.winner.number]!;
    expect(winner.objectives[0]).toBe(Math.max(...result.trials.map(({ objectives }) => objectives[0] ?? Number.NEGATIVE_INFINITY)));
    expect(result.winner.parameters).toEqual(winner.parameters);
    expect(result.winner.result.sharpe).toBe(winner.figures?.sharpe);
    expect(result.winner.daily).toHaveLength(40);
    expect(result.honesty).toMatchObject({ trials: 20, observations: 40 });
    expect(result.honesty.overfitting?.trials).toBe(20);
    expect(result.honesty.bounds.runs).toHaveLength(16);
    const { median, list } = result.honesty.neighbours;
    expect(list.length).toBeGreaterThanOrEqual(3);
    expect(list.map(({ objective }) => objective).filter((one) => one !== null && one <= (median ?? 0)).length).toBeGreaterThanOrEqual(list.length / 2);
    expect(result.honesty.rules.map(({ name }) => name)).toContain(result.honesty.bestRule);
  });

  it("walks forward over parts that follow one another, chosen on what lies before them with a day between", async () => {
    const { honesty, winner } = await search(await contextOf(searchText(THREE)));
    const { anchored, rolling } = honesty.walkForward!;
    for (const walk of [anchored, rolling]) {
      expect(walk.folds).toHaveLength(2);
      expect(walk.folds[1]!.outOfSample.from).toBe(walk.folds[0]!.outOfSample.to);
      expect(walk.folds[1]!.outOfSample.to).toBe(winner.startTime + 40 * 86_400_000);
      for (const fold of walk.folds) {
        expect(fold.outOfSample.from - fold.inSample.to).toBe(86_400_000);
        expect(fold.trials).toBe(16);
      }
      const product = walk.folds.reduce((value, fold) => value * (1 + (fold.outOfSampleReturn ?? 0)), 1);
      expect(walk.totalReturn).toBeCloseTo(product - 1, 9);
    }
    expect(anchored.folds[1]!.inSample.from).toBe(winner.startTime);
    expect(rolling.folds[1]!.inSample.from).toBeGreaterThan(winner.startTime);
  });

  it("comes to the same result with one worker, with two, and without threads", async () => {
    const context = await contextOf(searchText(THREE));
    const direct = await search(context);
    expect(await searchWith(1, context)).toEqual(direct);
    expect(await searchWith(2, context)).toEqual(direct);
  });

  it.each(["tpe", "sobol"])("that was stopped goes on to the result of one that was not, and runs nothing twice: %s", async (method) => {
    const context = await contextOf(searchText(`${THREE}  method: ${method}`));
    const all = { runs: 0 };
    const whole = await search(context, newFile(), stoppedAfter(Number.POSITIVE_INFINITY, all));
    const path = newFile();
    await expect(search(context, path, stoppedAfter(11, { runs: 0 }))).rejects.toThrow("stopped");
    const rest = { runs: 0 };
    expect(await search(context, path, stoppedAfter(Number.POSITIVE_INFINITY, rest))).toEqual(whole);
    expect(rest.runs).toBe(all.runs - 11);
  });

  it.each(["tpe", "sobol"])("can be made longer, to the result of one that was long from the start: %s", async (method) => {
    const text = (trials: number): string => searchText(`${THREE}  method: ${method}`).replace("trials: 20", `trials: ${trials}`);
    const path = newFile();
    await search(await contextOf(text(20)), path);
    expect(await search(await contextOf(text(30)), path)).toEqual(await search(await contextOf(text(30))));
  });

  it("counts every set that any search has tried on the same definition and data, whatever the method or the seed", async () => {
    const path = newFile();
    const first = await search(await contextOf(searchText(THREE)), path);
    const second = await search(await contextOf(searchText(`${THREE}  method: random\n  seed: 5`)), path);
    expect([first.honesty.trials, second.honesty.trials]).toEqual([20, 40]);
    expect(second.honesty.expectedMaximumSharpe).not.toBeNull();
    expect(second.trials).toHaveLength(20);
  });

  it("keeps a set that cannot be run with its reason, and goes on", async () => {
    const text = searchText(`  parameters:\n    strategies.grid.lower: { values: [30000, 35000, 60000] }\n    strategies.grid.upper: { values: [50000, 55000] }\n`);
    const result = await search(await contextOf(text));
    expect(result.search).toMatchObject({ done: 4, failed: 2 });
    for (const trial of result.trials.filter(({ state }) => state === "failed")) {
      expect(trial.parameters["strategies.grid.lower"]).toBe(60000);
      expect(trial.reason).toMatch(/must be below upper \(5\d000\), got 60000/);
    }
    expect(result.honesty.trials).toBe(6);
    expect(result.warnings.join(" ")).toMatch(/the space holds only 6 parameter sets: all were tried, 20 were asked for/);
  });

  it("says why when no set can be run", async () => {
    const text = searchText(`  parameters:\n    strategies.grid.lower: { values: [60000, 70000] }\n`).replace("levels: 12", "upper: 50000");
    await expect(search(await contextOf(text))).rejects.toThrow(/None of the 2 parameter sets has a result: .*must be below upper/);
  });

  it("with two objectives gives the sets that no other beats in both", async () => {
    const { trials, front } = await search(await contextOf(searchText(`${THREE}  objectives: [return, drawdown]`)));
    expect(front.length).toBeGreaterThan(0);
    for (const number of front) {
      const [gain, fall] = trials[number]!.objectives as [number, number];
      for (const { objectives } of trials) {
        const [otherGain, otherFall] = objectives as [number, number];
        expect(otherGain > gain && otherFall > fall).toBe(false);
      }
    }
    const best = trials.toSorted((a, b) => (b.objectives[0] ?? 0) - (a.objectives[0] ?? 0))[0]!;
    expect(front).toContain(best.number);
  });
});
