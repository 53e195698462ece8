import type { SearchResult, SearchTrial } from "../../../app/optimize/result.ts";
import { decimal, percent } from "../format.ts";
import { type Markup, markup } from "../markup.ts";
import { panel } from "../page.ts";
import { type Axis, type Point, histogram, scatter } from "../svg.ts";

/** A value of an objective as text; null is `n/a`. */
export function objectiveText(value: number | null, objective: string): string {
  if (value === null) return "n/a";
  return objective === "return" || objective === "drawdown" ? percent(value) : decimal(value, 2);
}

/** The first objective of each trial in the order in which they were tried, and the best so far. */
export function trialsChart(result: SearchResult): Markup {
  const objective = first(result);
  const rated = ratedTrials(result);
  let best = -Infinity;
  const line = rated.map(({ trial, value }) => {
    best = Math.max(best, value);
    return { x: trial.number, y: best, title: "", mark: "" };
  });
  const points = rated.map(({ trial, value }) => ({ x: trial.number, y: value, title: titleOf(trial, result), mark: markOf(trial, result) }));
  const chart = scatter("Trials over time", points, { label: "trial", text: (value) => decimal(value, 0) }, axisOf(objective), line);
  const left = result.trials.length - rated.length;
  const note = `${objective} of each trial in the order they were tried; the line is the best so far.${left === 0 ? "" : ` ${left} without a value are not drawn.`}`;
  return panel("trials", "Trials", note, markup`<div class="plots">${chart}</div>`);
}

/** The first objective against each parameter: a lone peak is luck, a plateau may be more. */
export function slices(result: SearchResult): Markup {
  const objective = first(result);
  const rated = ratedTrials(result);
  const charts = result.search.space.map((dimension) => {
    const values = dimension.values ?? [];
    const x: Axis =
      values.length > 0
        ? { label: dimension.key, text: (at) => String(values[at] ?? ""), ticks: values.map((_, at) => at) }
        : { label: dimension.key, text: shortNumber, log: dimension.scale === "log" };
    const points = rated.flatMap(({ trial, value }): Point[] => {
      const own = trial.parameters[dimension.key];
      const at = values.length > 0 ? values.findIndex((one) => one === own) : typeof own === "number" ? own : Number.NaN;
      return Number.isFinite(at) && at !== -1 ? [{ x: at, y: value, title: titleOf(trial, result), mark: markOf(trial, result) }] : [];
    });
    return scatter(`${objective} against ${dimension.key}`, winnerLast(points), x, axisOf(objective));
  });
  return panel("slices", "Slices", `${objective} against each parameter; the winner is green. A plateau speaks for a parameter, a lone peak for luck.`, markup`<div class="plots">${charts}</div>`);
}

/** The front of the first two objectives, or nothing where there is one objective. */
export function frontChart(result: SearchResult): Markup | null {
  const [x, y] = result.search.objectives;
  if (x === undefined || y === undefined) return null;
  const points = result.trials.flatMap((trial): Point[] => {
    const [a, b] = trial.objectives;
    return a === null || a === undefined || b === null || b === undefined ? [] : [{ x: a, y: b, title: titleOf(trial, result), mark: result.front.includes(trial.number) && trial.number !== result.winner.number ? "front" : markOf(trial, result) }];
  });
  const front = points.filter(({ mark }) => mark !== "trial").toSorted((a, b) => a.x - b.x);
  const more = result.search.objectives.length > 2 ? ` The front counts all of ${result.search.objectives.join(", ")}; the first two are drawn.` : "";
  const line = result.search.objectives.length > 2 ? [] : front;
  const chart = scatter(`${x} and ${y}`, winnerLast(points), axisOf(x), { ...axisOf(y), label: y }, line);
  return panel("front", "Front", `Up: ${y}, right: ${x}. No trial beats one of the blue in both.${more}`, markup`<div class="plots">${chart}</div>`);
}

/** Logits of the winner's rank out of sample, over all splits; null where they are not known. */
export function logitsChart({ honesty }: SearchResult): Markup {
  const { overfitting } = honesty;
  if (overfitting === null) return panel("logits", "Overfitting", "Not known: too few trials or days for combinatorial splits.", []);
  const note = `In ${decimal(overfitting.pbo * 100, 0)} % of ${decimal(overfitting.logits.length, 0)} splits of the days into ${overfitting.blocks} blocks, the best of one half was in the worse half of ${overfitting.trials} trials in the other (left of the line).`;
  return panel("logits", "Overfitting", note, markup`<div class="plots">${histogram("CSCV logits", overfitting.logits, { label: "logit of the rank out of sample", text: (value) => decimal(value, 1) }, 0)}</div>`);
}

function first({ search }: SearchResult): string {
  return search.objectives[0] ?? "objective";
}

function axisOf(objective: string): Axis {
  return { label: objective, text: (value) => (objective === "return" || objective === "drawdown" ? `${decimal(value * 100, 1)} %` : decimal(value, 2)) };
}

function ratedTrials({ trials }: SearchResult): { readonly trial: SearchTrial; readonly value: number }[] {
  return trials.flatMap((trial) => {
    const value = trial.objectives[0] ?? null;
    return value === null ? [] : [{ trial, value }];
  });
}

function markOf(trial: SearchTrial, { winner }: SearchResult): string {
  return trial.number === winner.number ? "winner" : "trial";
}

function winnerLast(points: readonly Point[]): Point[] {
  return points.toSorted((a, b) => Number(a.mark === "winner") - Number(b.mark === "winner"));
}

function titleOf(trial: SearchTrial, { search }: SearchResult): string {
  const aims = search.objectives.map((objective, at) => `${objective} ${objectiveText(trial.objectives[at] ?? null, objective)}`);
  return [`trial ${trial.number}: ${aims.join(", ")}`, ...Object.entries(trial.parameters).map(([key, value]) => `${key} ${String(value)}`)].join("\n");
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}
