import type { DecisionRecord, VoteRecord } from "../../app/result.ts";
import { type TextTable, textCost } from "./text-table.ts";
import { type Change, changesByBar, dropSmall, fitBudget, spread } from "./thinning.ts";

/** bar, time, score, confidence, text of the reason; the bar alone where no vote is in force any more. */
export type VoteEntry = readonly number[];

/** The votes of one agent over the displayed bars. */
export interface VoteRow {
  readonly agent: string;
  readonly votes: readonly VoteEntry[];
}

/** The stances in the order of their indices in a decision entry. */
export const STANCES = ["range", "accumulate", "reduce", "halt", "hold"] as const;

/** bar, time, stance, conviction, exposure, text of the reason, text of the vetoes or -1, index of the levels or -1 */
export type DecisionEntry = readonly number[];

/** Price, 1 support or -1 resistance, strength 0 to 1. */
export type LevelEntry = readonly number[];

const MOST_LEVELS_AT_ONCE = 8;
/** Bytes that an entry costs beside its reason, about. */
const ENTRY = 36;

/** The votes of a symbol by agent, coarser where they would cost more than `bytes`. */
export function voteRows(
  votes: readonly VoteRecord[],
  times: readonly number[],
  timeframe: number,
  texts: TextTable,
  bytes: number,
): { readonly rows: readonly VoteRow[]; readonly threshold: number } {
  const lists = Map.groupBy(votes, (vote) => vote.agent);
  const rows = [...lists].map(([agent, list]) => ({ agent, list, changes: changesByBar(list, times, timeframe) }));
  const { built, threshold } = fitBudget(
    (least) => rows.map(({ agent, list, changes }) => ({ agent, list, kept: dropSmall(changes, similarVotes(list, least)) })),
    (built) => built.reduce((sum, { list, kept }) => sum + cost(kept, list), 0),
    bytes,
  );
  return {
    threshold,
    rows: built.map(({ agent, list, kept }) => ({ agent, votes: kept.map((change) => voteEntry(change, list, texts)) })),
  };
}

/** The decisions of a symbol and the levels they saw, coarser where they would cost more than the budget. */
export function decisionEntries(
  decisions: readonly DecisionRecord[],
  times: readonly number[],
  timeframe: number,
  texts: TextTable,
  budget: { readonly bytes: number; readonly levels: number },
): {
  readonly entries: readonly DecisionEntry[];
  readonly levels: readonly (readonly LevelEntry[])[];
  readonly threshold: number;
  readonly levelsThinned: boolean;
} {
  const changes = changesByBar(decisions, times, timeframe);
  const { built, threshold } = fitBudget(
    (least) => dropSmall(changes, similarDecisions(decisions, least)),
    (kept) => cost(kept, decisions),
    budget.bytes,
  );
  const records = built.flatMap(({ bar, record }) => {
    const decision = record === null ? undefined : decisions[record];
    return decision === undefined ? [] : [{ bar, decision }];
  });
  const sets = levelSets(records.map(({ decision }) => decision), budget.levels);
  const entries = records.map(({ bar, decision }, index) => {
    const vetoes = decision.vetoes.map(({ agent, limit, maxExposure }) => `${agent}: ${limit} (at most ${Math.round(maxExposure * 100)} %)`);
    return [
      bar,
      decision.time,
      STANCES.indexOf(decision.stance),
      hundredths(decision.conviction),
      hundredths(decision.exposure),
      texts.index(decision.reason),
      vetoes.length === 0 ? -1 : texts.index(vetoes.join("; ")),
      sets.at[index] ?? -1,
    ];
  });
  return { entries, levels: sets.list, threshold, levelsThinned: sets.thinned };
}

function similarVotes(list: readonly VoteRecord[], least: number): (a: number, b: number) => boolean {
  const signal = (vote: VoteRecord): number => vote.score * vote.confidence;
  return (first, second) => {
    const a = list[first] as VoteRecord;
    const b = list[second] as VoteRecord;
    if (least === 0) return a.score === b.score && a.confidence === b.confidence && a.reason === b.reason;
    return Math.abs(signal(a) - signal(b)) < least;
  };
}

function similarDecisions(list: readonly DecisionRecord[], least: number): (a: number, b: number) => boolean {
  return (first, second) => {
    const a = list[first] as DecisionRecord;
    const b = list[second] as DecisionRecord;
    if (a.stance !== b.stance) return false;
    // Levels move without a word in the reason, so at the finest setting every decision of a bar is kept.
    if (least === 0) return false;
    return Math.abs(a.conviction - b.conviction) < least && Math.abs(a.exposure - b.exposure) < least;
  };
}

function cost(kept: readonly Change[], list: readonly { readonly reason: string }[]): number {
  return kept.reduce((sum, { record }) => {
    const reason = record === null ? "" : (list[record]?.reason ?? "");
    return sum + ENTRY + textCost(reason);
  }, 0);
}

function voteEntry({ bar, record }: Change, list: readonly VoteRecord[], texts: TextTable): VoteEntry {
  const vote = record === null ? undefined : list[record];
  if (vote === undefined) return [bar];
  return [bar, vote.time, hundredths(vote.score), hundredths(vote.confidence), texts.index(vote.reason)];
}

/** The strongest levels of each decision; sets that look alike share one place in the list. */
function levelSets(
  decisions: readonly DecisionRecord[],
  most: number,
): { readonly list: LevelEntry[][]; readonly at: number[]; readonly thinned: boolean } {
  const sets = decisions.map(({ levels }) =>
    [...levels]
      .sort((a, b) => b.strength - a.strength)
      .slice(0, MOST_LEVELS_AT_ONCE)
      .map(({ kind, price, strength }) => [Number(price.toPrecision(5)), kind === "support" ? 1 : -1, Math.round(strength * 5) / 5]),
  );
  const texts = sets.map((set) => JSON.stringify(set));
  const starts = texts.flatMap((text, index) => (index === 0 || text !== texts[index - 1] ? [index] : []));
  const total = starts.reduce((sum, index) => sum + (sets[index]?.length ?? 0), 0);
  const thinned = total > most;
  const used = new Set(thinned ? spread(starts, Math.max(2, Math.floor((starts.length * most) / total))) : starts);
  const list: LevelEntry[][] = [];
  const at: number[] = [];
  sets.forEach((set, index) => {
    if (used.has(index)) list.push(set);
    at.push(list.length - 1);
  });
  return { list, at, thinned };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
