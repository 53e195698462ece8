import type { Catalogue } from "../definition/load.ts";
import type { Dataset } from "../../ports/candles.ts";
import { dataOf } from "../backtest/output.ts";
import { prepare } from "../backtest/prepare.ts";
import type { Definition } from "../definition/schema.ts";
import { part } from "./daily.ts";
import type { CutResult, Divergence, Lookahead, WitnessResult } from "./lookahead-result.ts";
import { cutSteps, cutsOf, type WholeRun, wholeSteps } from "./truncation.ts";
import { checkWarmups } from "./warmup.ts";

/** Runs a definition whole, again, and cut off at several times; yields the share done (0..1). */
export function* lookaheadSteps(definition: Definition, datasets: readonly Dataset[], catalogue: Catalogue, count: number): Generator<number, Lookahead> {
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
      cuts.push({ ...cut, compared: heard, divergences });
    }
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
    warnings: prepared.warnings,
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
    const compared = heard.filter(isOwn).length;
    const verdict = unsteady.some(isOwn) ? "unsteady" : own.length > 0 ? "looks ahead" : compared === 0 ? "untested" : "clean";
    return { kind, name, compared, verdict, first: own.toSorted((a, b) => a.time - b.time)[0] ?? null };
  });
}
