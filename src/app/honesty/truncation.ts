import type { Catalogue } from "../definition/load.ts";
import { indexAtOrAfter, sliceSeries } from "../../core/candle.ts";
import { createRandom } from "../../core/random.ts";
import { barStart, resample } from "../../core/resample.ts";
import { UserError } from "../../core/user-error.ts";
import type { Dataset } from "../../ports/candles.ts";
import type { BacktestPlan } from "../backtest/plan.ts";
import { prepare } from "../backtest/prepare.ts";
import type { RunRecord } from "../backtest/record.ts";
import { backtestSteps } from "../backtest/run.ts";
import type { Definition } from "../definition/schema.ts";
import type { Cut, CutResult, Divergence } from "./lookahead-result.ts";
import { otherClock } from "./other-clock.ts";
import { overheard, type Statement, THROWS } from "./testimony.ts";

/** A run over all candles, with all that was said in it. */
export interface WholeRun {
  readonly record: RunRecord;
  readonly plan: BacktestPlan;
  readonly statements: readonly Statement[];
}

/** What was said in a run up to a cut by agents and strategies that were loaded for it alone. */
export interface FreshRun {
  readonly cut: Cut;
  readonly statements: readonly Statement[];
}

/** Ends a run that has shown what it was run for. */
class Diverged extends Error {}

/** The run over all candles; yields the share done (0..1). */
export function* wholeSteps(definition: Definition, datasets: readonly Dataset[], catalogue: Catalogue): Generator<number, WholeRun> {
  const statements: Statement[] = [];
  const { agents, strategies } = overheard(catalogue, (statement) => statements.push(statement));
  const { plan } = prepare(definition, datasets, agents, strategies);
  try {
    const record = yield* backtestSteps(plan);
    return { record, plan, statements };
  } catch (error) {
    const last = statements.at(-1);
    if (!last?.said.startsWith(THROWS)) throw error;
    throw new UserError(`${last.kind} ${last.name} ${last.said} (${last.symbol}, ${new Date(last.time).toISOString()}). A run must come to its end before it can be cut.`);
  }
}

/**
 * The run over the candles up to a cut (over all of them and by another clock without one), against the whole run. It ends at the first
 * time at which someone answers otherwise; those who do so at that very time are named. `heard` is how many
 * statements were compared.
 */
export function* cutSteps(definition: Definition, datasets: readonly Dataset[], catalogue: Catalogue, whole: WholeRun, cut: Cut | null): Generator<number, { readonly divergences: readonly Divergence[]; readonly heard: number }> {
  const divergences: Divergence[] = [];
  let heard = 0;
  const { agents, strategies } = overheard(catalogue, (statement) => {
    const expected = whole.statements[heard];
    const first = divergences[0];
    // After the first one only agents of the same decision were asked the same: the rest may be a consequence.
    if (first && (statement.time !== first.time || statement.kind !== "agent" || first.kind !== "agent")) throw new Diverged();
    if (isSame(expected, statement)) heard += 1;
    else {
      divergences.push(divergenceOf(expected, statement));
      if (!expected || !isSameWitness(expected, statement)) throw new Diverged();
      heard += 1;
    }
  }, cut === null ? otherClock : undefined);
  // Prepared from all candles, so that what is inferred from them, such as the steps of an instrument, is the same.
  const { plan } = prepare(definition, datasets, agents, strategies);
  const end = cut?.time ?? Number.POSITIVE_INFINITY;
  try {
    const record = yield* backtestSteps(cut === null ? plan : cutPlan(plan, cut.time));
    if (divergences.length === 0) divergences.push(...atTheEnd(whole, record, heard, end));
  } catch (error) {
    // What was thrown is among the statements, or it is not about the future.
    if (!(error instanceof Diverged) && divergences.length === 0) throw error;
  }
  return { divergences, heard };
}

function isSameWitness(a: Statement, b: Statement): boolean {
  return a.kind === b.kind && a.name === b.name && a.symbol === b.symbol && a.time === b.time;
}

function isSame(a: Statement | undefined, b: Statement): boolean {
  return a !== undefined && isSameWitness(a, b) && a.said === b.said;
}

/** All that is said in a run over the candles up to a cut. An error ends it: it is the last statement. */
export function heardBefore(definition: Definition, datasets: readonly Dataset[], catalogue: Catalogue, cut: Cut): readonly Statement[] {
  const statements: Statement[] = [];
  const { agents, strategies } = overheard(catalogue, (statement) => statements.push(statement));
  const { plan } = prepare(definition, datasets, agents, strategies);
  try {
    const steps = backtestSteps(cutPlan(plan, cut.time));
    while (!steps.next().done);
  } catch (error) {
    if (!statements.at(-1)?.said.startsWith(THROWS)) throw error;
  }
  return statements;
}

/** What was said before a cut where nobody had ever seen what comes after it, against the whole run. */
export function compareFresh(whole: WholeRun, { cut, statements }: FreshRun): CutResult {
  const at = statements.findIndex((statement, i) => !isSame(whole.statements[i], statement));
  if (at >= 0) return { ...cut, fresh: true, compared: at, divergences: [divergenceOf(whole.statements[at], statements[at] as Statement)] };
  const next = whole.statements[statements.length];
  return { ...cut, fresh: true, compared: statements.length, divergences: next && isBefore(next, cut.time) ? [{ ...witnessOf(next), whole: next.said, cut: null }] : [] };
}

/** Where another one spoke, the one who spoke first is to blame: the other run has not heard it. */
function divergenceOf(whole: Statement | undefined, cut: Statement): Divergence {
  if (whole && isSameWitness(whole, cut)) return { ...witnessOf(whole), whole: whole.said, cut: cut.said };
  return whole && whole.time < cut.time ? { ...witnessOf(whole), whole: whole.said, cut: null } : { ...witnessOf(cut), whole: null, cut: cut.said };
}

function witnessOf({ kind, name, symbol, time }: Statement): Pick<Divergence, "kind" | "name" | "symbol" | "time"> {
  return { kind, name, symbol, time };
}

/** Everyone said the same: now nobody may have been silent, and what the engine made of it must be the same. */
function atTheEnd(whole: WholeRun, record: RunRecord, heard: number, end: number): Divergence[] {
  const next = whole.statements[heard];
  if (next && isBefore(next, end)) return [{ ...witnessOf(next), whole: next.said, cut: null }];
  for (const { what, of, atCut } of DEEDS) {
    const isPast = ({ time }: Deed): boolean => time < end || (atCut && time === end);
    const before = of(whole.record).filter(isPast);
    const after = of(record).filter(isPast);
    for (let i = 0; i < Math.max(before.length, after.length); i++) {
      const [one, other] = [before[i], after[i]];
      const texts = [one, other].map((deed) => (deed === undefined ? null : JSON.stringify(deed)));
      if (texts[0] === texts[1]) continue;
      return [{ kind: "engine", name: what, symbol: (one ?? other)?.symbol ?? "", time: (one ?? other)?.time ?? 0, whole: texts[0] ?? null, cut: texts[1] ?? null }];
    }
  }
  return [];
}

function isBefore({ time, atClose }: Statement, end: number): boolean {
  return time < end || (time === end && atClose);
}

interface Deed {
  readonly time: number;
  readonly symbol: string;
}

/**
 * What a run leaves behind, beside what was said; the votes in a decision have been heard one by one. `atCut`: what
 * happens at the very time of the cut belongs to the past, because it closes a bar, not to the candle that opens then.
 */
const DEEDS: readonly { readonly what: string; readonly atCut: boolean; readonly of: (record: RunRecord) => readonly Deed[] }[] = [
  { what: "decision", atCut: true, of: ({ decisions }) => decisions.map((decision) => ({ ...decision, votes: decision.votes.length })) },
  { what: "fill", atCut: false, of: ({ fills }) => fills },
  { what: "ladder", atCut: false, of: ({ ladders }) => ladders },
];

/** The same bot over the candles that have closed by `time`. */
function cutPlan(plan: BacktestPlan, time: number): BacktestPlan {
  const markets = plan.markets.map((market) => {
    const series = sliceSeries(market.series, 0, indexAtOrAfter(market.series, time - market.series.timeframe + 1));
    return { ...market, series, bars: resample(series, market.bars.timeframe) };
  });
  return { ...plan, markets };
}

/**
 * Times to cut at, rising, drawn from equal stretches of the traded span after its first tenth. Every other one is inside a
 * decision bar where the candles are finer than it, the first of all; the others are at the close of one. Half of them
 * follow on a bar at which a strategy changed what it wants, for that is where knowing more would have shown.
 */
export function cutsOf({ plan, statements }: Pick<WholeRun, "plan" | "statements">, count: number, seed: number): Cut[] {
  const first = plan.markets[0];
  if (!first) return [];
  const { series, bars, from } = first;
  const random = createRandom(seed).fork("cuts");
  const traded = series.length - from;
  const timeOf = (share: number): number => (series.time[Math.min(series.length - 1, from + Math.floor(traded * (0.1 + 0.9 * share)))] as number) + series.timeframe;
  const changes = statements.filter(({ kind, atClose }) => kind === "strategy" && atClose).map(({ time }) => time);
  // Each symbol must keep two candles of its span, whichever began last.
  const earliest = Math.max(...plan.markets.map((market) => (market.series.time[Math.min(market.from + 2, market.series.length - 1)] ?? 0) + market.series.timeframe));
  const end = timeOf(1);
  const cuts = new Map<number, Cut>();
  for (let i = 0; i < count; i++) {
    const drawn = timeOf((i + random.uniform()) / count);
    const change = i % 4 < 2 ? undefined : changes.find((time) => time >= drawn && time < timeOf((i + 1) / count));
    const time = Math.max(earliest, cutTime(change ?? drawn, series.timeframe, bars.timeframe, i % 2 === 1));
    // A cut at the end would cut nothing off.
    if (time < end) cuts.set(time, { time, insideBar: barStart(time, bars.timeframe) !== time });
  }
  return [...cuts.values()].toSorted((a, b) => a.time - b.time);
}

/** The close of the bar in which a candle closes; or a time inside it, at least one candle from either end. */
function cutTime(close: number, fill: number, decision: number, atClose: boolean): number {
  const start = barStart(close, decision);
  if (atClose || decision <= fill) return start;
  return start === close ? close + fill : close;
}
