import { describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { freshRuns } from "../../../src/adapters/honesty/fresh.ts";
import { freshCutsOf, lookaheadSteps } from "../../../src/app/honesty/lookahead.ts";
import { sliceSeries } from "../../../src/core/candle.ts";
import { strategies } from "../../../strategies/index.ts";
import { datasetOf, definitionOf, finished, SWINGS } from "../../app/honesty/market.ts";
import { KEEPER } from "./keeper.ts";

const WEEK = [datasetOf(sliceSeries(SWINGS, 0, 7 * 1_440))];
const never = new AbortController().signal;

describe("runs that start from nothing", () => {
  it("name an agent whose module keeps the future, which every other run of the same thread repeats", async () => {
    const definition = definitionOf("timeframe: {decision: 5m}\nagents: [keeper]", KEEPER);
    const verdictOf = (fresh: Awaited<ReturnType<typeof freshRuns>>) => finished(lookaheadSteps(definition, WEEK, KEEPER, 3, fresh)).witnesses[0];
    expect(verdictOf([])).toMatchObject({ name: "keeper", verdict: "clean" });
    const cuts = freshCutsOf(definition, WEEK, KEEPER);
    const fresh = await freshRuns(definition, WEEK, cuts, never, new URL("./keeper-worker.ts", import.meta.url));
    expect(verdictOf(fresh)).toMatchObject({ name: "keeper", verdict: "looks ahead" });
  });

  it("find nothing in the shipped agents and strategies", async () => {
    const definition = definitionOf("timeframe: {decision: 5m}\nagents: [momentum, regime, risk-profile, support-resistance]");
    const cuts = freshCutsOf(definition, WEEK, { agents, strategies });
    const fresh = await freshRuns(definition, WEEK, cuts, never);
    const result = finished(lookaheadSteps(definition, WEEK, { agents, strategies }, 1, fresh));
    expect(result.clean).toBe(true);
    expect(result.cuts.map((one) => one.fresh)).toEqual([false, true, true]);
    for (const { compared, fresh: isFresh } of result.cuts) if (isFresh) expect(compared).toBeGreaterThan(100);
  });

  it("say nothing more once they are stopped", async () => {
    const stopped = AbortSignal.abort();
    expect(await freshRuns(definitionOf(""), WEEK, [{ time: 0, insideBar: false }], stopped)).toEqual([]);
  });
}, 60_000);
