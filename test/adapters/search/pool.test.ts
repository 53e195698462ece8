import { afterEach, describe, expect, it } from "vitest";
import { createPool, type WorkerPool } from "../../../src/adapters/search/pool.ts";
import { runTrial } from "../../../src/app/optimize/trial.ts";
import { catalogue, contextOf, searchText, THREE } from "../../app/optimize/fixture.ts";

const pools: WorkerPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});
const EMPTY = { text: "", name: "x.yaml", overrides: [], datasets: [] };
const script = (name: string): URL => new URL(name, import.meta.url);

function open(...args: Parameters<typeof createPool>): WorkerPool {
  const pool = createPool(...args);
  pools.push(pool);
  return pool;
}

describe("the pool of workers", () => {
  it("gives what a run in this thread gives, over the same memory or over candles that were not shared before", async () => {
    const context = await contextOf(searchText(THREE));
    const [dataset] = context.datasets;
    const { series } = dataset!;
    const unshared = { ...series };
    for (const column of ["time", "open", "high", "low", "close", "volume"] as const) unshared[column] = Float64Array.from(series[column]);
    const request = { parameters: { "strategies.grid.levels": 9 }, window: { from: series.time[240]!, to: series.time[720]! } };
    const own = { ...runTrial(context, request, catalogue), seconds: 0 };
    expect(own.state).toBe("done");
    for (const given of [context, { ...context, datasets: [{ ...dataset!, series: unshared }] }]) {
      expect({ ...(await open(given, 1).run(request)), seconds: 0 }).toEqual(own);
    }
  });

  it("records a set that ends its worker as failed, starts another worker, and answers everything else", async () => {
    const pool = open(EMPTY, 2, script("./exploding-worker.ts"));
    const outcomes = await Promise.all(Array.from({ length: 12 }, (_, n) => pool.run({ parameters: { n, explode: n % 5 === 1 }, window: null })));
    expect(outcomes.map((outcome) => (outcome.state === "failed" ? outcome.reason : ""))).toEqual(
      Array.from({ length: 12 }, (_, n) => (n % 5 === 1 ? "its worker ended: out of memory, say" : `answered ${n}`)),
    );
  });

  it("tells why a winner could not be run again", async () => {
    await expect(open(EMPTY, 1, script("./exploding-worker.ts")).winner({})).rejects.toThrow("The winner could not be run again: no winner here");
  });

  it("gives up when no worker will start, instead of starting them for ever", async () => {
    const pool = open(EMPTY, 2, script("./stillborn-worker.ts"));
    await expect(pool.run({ parameters: {}, window: null })).rejects.toThrow("The search cannot start a worker: this machine starts no workers.");
  });

  it("rejects what is open when it is closed, and what is asked after", async () => {
    const pool = open(EMPTY, 1, script("./exploding-worker.ts"));
    const asked = pool.run({ parameters: { n: 1 }, window: null });
    const closing = pool.close(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
    await closing;
    await expect(pool.run({ parameters: { n: 2 }, window: null })).rejects.toThrow("enough");
  });
});
