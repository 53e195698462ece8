import type { Catalogue } from "../definition/load.ts";
import { createHash } from "node:crypto";
import { canonicalJson } from "../../core/canonical-json.ts";
import { CALMAR_MINIMUM_DAYS } from "../../core/statistics/returns.ts";
import { DAY } from "../../core/timeframe.ts";
import { UserError } from "../../core/user-error.ts";
import { dataOf } from "../backtest/output.ts";
import { type Prepared, prepare } from "../backtest/prepare.ts";
import { valueAt } from "../definition/problems.ts";
import { readDocument } from "../definition/document.ts";
import type { Definition } from "../definition/schema.ts";
import type { Search } from "../definition/search-schema.ts";
import type { BacktestOutput } from "../result.ts";
import { checkedSpace, nothingToSearch } from "./check.ts";
import { definitionWith, type TrialContext, type Window } from "./context.ts";
import type { Dimension } from "./space.ts";

/** A search that has been checked and can be run. */
export interface SearchPlan {
  readonly definition: Definition;
  readonly search: Search;
  readonly space: readonly Dimension[];
  readonly prepared: Prepared;
  readonly data: BacktestOutput["data"];
  readonly context: TrialContext;
  /** What is traded. */
  readonly span: Window;
  /** Of the definition without its search, and its data: all trials under it count into N. */
  readonly subject: string;
  /** Of the subject, what is searched and how; the number of trials is not in it, so that a search can be made longer. */
  readonly hash: string;
}

/** Checks a definition's search without its candles; throws a `UserError` for what cannot be searched. */
export function checkSearch(context: Omit<TrialContext, "datasets">, catalogue: Catalogue): Pick<SearchPlan, "definition" | "search" | "space"> {
  const document = readDocument(context.text, context.name, context.overrides);
  if (valueAt(document.data, ["search", "parameters"]) === undefined) throw nothingToSearch(context.name);
  const definition = definitionWith(context, {}, null, catalogue);
  const { search } = definition;
  if (search === undefined) throw nothingToSearch(context.name);
  return { definition, search, space: checkedSpace(definition, search, catalogue, document, context) };
}

/** Brings a checked search together with its candles. */
export function planSearch(context: TrialContext, catalogue: Catalogue): SearchPlan {
  const checked = checkSearch(context, catalogue);
  const { definition, search, space } = checked;
  const prepared = prepare(definition, context.datasets, catalogue.agents, catalogue.strategies);
  const span = spanOf(prepared);
  if (search.objectives.includes("calmar") && span.to - span.from < CALMAR_MINIMUM_DAYS * DAY) {
    throw new UserError(`search.objectives: calmar is not defined under ${CALMAR_MINIMUM_DAYS} days, and the run has ${Math.floor((span.to - span.from) / DAY)}.`);
  }
  const { name, ...subjectOf } = prepared.resolved;
  const subject = digest([subjectOf, prepared.hash]);
  const hash = digest([subject, name, space, search.method, search.seed, search.objectives, search.folds]);
  return { ...checked, context, prepared, span, subject, hash, data: dataOf(context.datasets, prepared.plan, prepared.hash) };
}

function digest(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

function spanOf({ plan }: Prepared): Window {
  return {
    from: Math.min(...plan.markets.map(({ series, from }) => series.time[from] ?? Number.POSITIVE_INFINITY)),
    to: Math.max(...plan.markets.map(({ series }) => (series.time[series.length - 1] ?? 0) + series.timeframe)),
  };
}
