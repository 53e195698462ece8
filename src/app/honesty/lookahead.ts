import type { Catalogue } from "../definition/load.ts";
import type { Dataset } from "../../ports/candles.ts";
import { dataOf } from "../backtest/output.ts";
import { prepare } from "../backtest/prepare.ts";
import type { Definition } from "../definition/schema.ts";
import { outsideWarnings, part } from "./daily.ts";
import type { Cut, CutResult, Divergence, Lookahead, WitnessResult } from "./lookahead-result.ts";
import { ABSTAINS, type Statement } from "./testimony.ts";
import { compareFresh, cutSteps, cutsOf, type FreshRun, type WholeRun, wholeSteps } from "./truncation.ts";
import { checkWarmups } from "./warmup.ts";

/** Cuts of runs by agents and strategies that are loaded for them alone. */
const FRESH_CUTS = 2;

/** Where to cut for runs that are made elsewhere, by code that has never seen the future. */
export function freshCutsOf(definition: Definition, datasets: readonly Dataset[], { agents, strategies }: Catalogue): Cut[] {
  const { plan } = prepare(definition, datasets, agents, strategies);
  return cutsOf({ plan, statements: [] }, FRESH_CUTS, definition.seed);
}

/**
 * Runs a definition whole, again, and cut off at several times; yields the share done (0..1). What a module keeps of the whole
 * run is the same in all of these: only `fresh` runs, made elsewhere, show who keeps the future.
 */
export function* lookaheadSteps(definition: Definition, datasets: readonly Dataset[], catalogue: Catalogue, count: number, fresh: readonly FreshRun[] = []): Generator<number, Lookahead> {
  const { seed } = definition;
  const prepared = prepare(definition, datasets, catalogue.agents, catalogue.strategies);
  const parts = count + 2;
  const whole = yield* part(wholeSteps(definition, datasets, catalogue), 0, parts);
  const again = yield* part(cutSteps(definition, datasets, catalogue, whole, null), 1, parts);
  const cuts: CutResult[] = [];
  // Who does not even agree with itself over the same candles would be found at every cut, in front of all others.
  if (again.divergences.length === 0) {
    for (const [i, cut] of cutsOf(whole, count, seed).entries()) {
      const { divergences, heard } = yield* part(cutSteps(definition, datasets, catalogue, whole, cut), i + 2, parts);
      cuts.push({ ...cut, fresh: false, compared: heard, divergences });
    }
    cuts.push(...fresh.map((run) => compareFresh(whole, run)));
  }
  const witnesses = witnessesOf(whole, again.divergences, cuts);
  return {
    version: 1,
    name: definition.name,
    definition: prepared.resolved,
    data: dataOf(datasets, whole.plan, prepared.hash),
    seed,
    clean: witnesses.every(({ verdict }) => verdict === "clean" || verdict === "untested"),
    witnesses,
    cuts,
    warmups: checkWarmups(prepared.plan.bot.agents, whole.plan.markets, definition.capital, seed),
    warnings: [...prepared.warnings, ...outsideWarnings(definition)],
  };
}

/** Agents, then strategies, then the engine where it is to blame. */
function witnessesOf(whole: WholeRun, unsteady: readonly Divergence[], cuts: readonly CutResult[]): WitnessResult[] {
  const { plan, statements } = whole;
  const divergences = [...unsteady, ...cuts.flatMap((cut) => cut.divergences)];
  const heard = statements.slice(0, Math.max(0, ...cuts.map(({ compared }) => compared)));
  const asked: Pick<WitnessResult, "kind" | "name">[] = [
    ...plan.bot.agents.map(({ name }) => ({ kind: "agent" as const, name })),
    ...plan.bot.strategies.map(({ entry }) => ({ kind: "strategy" as const, name: entry.name })),
    ...divergences.filter(({ kind }) => kind === "engine").slice(0, 1),
  ];
  return asked.map(({ kind, name }) => {
    const isOwn = (one: Pick<WitnessResult, "kind" | "name">): boolean => one.kind === kind && one.name === name;
    const own = divergences.filter(isOwn);
    const said = heard.filter(isOwn);
    const verdict = unsteady.some(isOwn) ? "unsteady" : own.length > 0 ? "looks ahead" : said.every(isAbstention) ? "untested" : "clean";
    return { kind, name, compared: said.length, verdict, first: own.toSorted((a, b) => a.time - b.time)[0] ?? null };
  });
}

/** Who only ever abstains, as one who hears of nothing, has shown nothing. */
function isAbstention({ said }: Statement): boolean {
  return said === ABSTAINS;
}
