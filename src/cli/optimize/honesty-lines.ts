import { counted, decimal, moment, percent, points } from "../../adapters/report/format.ts";
import { type Column, type Painter, tableLines, wrap } from "../../adapters/report/terminal.ts";
import type { Honesty, SearchResult, WalkForward } from "../../app/optimize/result.ts";

const LABEL = 24;

/** How far the winner can be believed, one figure a line with what it says. */
export function honestyLines({ honesty, search }: SearchResult, width: number, paint: Painter): string[] {
  const objective = search.objectives[0] ?? "";
  return [
    paint("bold", "Honesty"),
    ...figureLines(honesty, objective, width),
    "",
    ...walkLines(honesty, objective, width, paint),
  ];
}

function figureLines(honesty: Honesty, objective: string, width: number): string[] {
  const { overfitting, neighbours, intervals, bounds, observations, trials } = honesty;
  const row = (label: string, text: string): string[] => {
    const lines = wrap(text, width - LABEL - 2);
    return lines.map((line, at) => `  ${(at === 0 ? label : "").padEnd(LABEL)}${line}`);
  };
  const known = (value: number | null, text: (value: number) => string): string => (value === null ? "n/a" : text(value));
  const ratio = (value: number): string => decimal(value, 2);
  const luck = known(honesty.expectedMaximumSharpe, ratio);
  return [
    ...row("Sharpe by luck alone", `${luck}: what the best of ${trials} trials without any edge would show`),
    ...row("Deflated Sharpe", `${known(honesty.deflatedSharpe, ratio)}: probability of an edge beyond that luck; 0.95 is asked for`),
    ...row("Overfitting (PBO)", overfitting === null ? "n/a: too few trials or days" : `${ratio(overfitting.pbo)}: share of ${decimal(overfitting.logits.length, 0)} splits where the best of one half was in the worse half of the other`),
    ...row("Reality check", known(honesty.realityCheckP, (p) => `p ${decimal(p, 3)}: chance of a best mean this high among as many trials without an edge`)),
    ...row("Track record", honesty.minimumTrackRecord === null ? `${observations} days; no length is enough for a Sharpe not above 0` : `${observations} days of at least ${decimal(Math.ceil(honesty.minimumTrackRecord), 0)}`),
    ...row("Neighbours", neighbours.median === null ? "n/a" : `median ${objective} ${shownObjective(neighbours.median, objective)} of ${counted(neighbours.list.length, "set")} one step away`),
    ...row("Return, 95 % interval", intervals.totalReturn === null ? "n/a" : `${percent(intervals.totalReturn.low)} to ${percent(intervals.totalReturn.high)}`),
    ...row("Sharpe, 95 % interval", intervals.sharpe === null ? "n/a" : `${ratio(intervals.sharpe.low)} to ${ratio(intervals.sharpe.high)}`),
    ...row("Fill models", `${percent(bounds.totalReturn.least)} to ${percent(bounds.totalReturn.most)}, ${points(bounds.spread)} apart${bounds.tooCoarse ? ": the candles are too coarse for this" : ""}`),
  ];
}

/** An objective as it is told: a share of money in percent, a ratio in decimals. */
export function shownObjective(value: number | null, objective: string): string {
  if (value === null) return "n/a";
  return objective === "return" || objective === "drawdown" ? percent(value) : decimal(value, 2);
}

function walkLines({ walkForward }: Honesty, objective: string, width: number, paint: Painter): string[] {
  if (walkForward === null) return [paint("bold", "Walk-forward"), "  n/a: the data are too short for the folds", ""];
  return [...walkPart("anchored", walkForward.anchored, objective, width, paint), ...walkPart("rolling", walkForward.rolling, objective, width, paint)];
}

function walkPart(mode: string, walk: WalkForward, objective: string, width: number, paint: Painter): string[] {
  const { folds } = walk;
  const day = (time: number): string => moment(time).slice(0, 10);
  const column = (head: string, cell: (fold: WalkForward["folds"][number]) => string): Column => ({ head, align: "right", cells: folds.map(cell), drop: 0 });
  const returned = (value: number | null): string => (value === null ? "n/a" : percent(value));
  const columns = [
    column("Chosen from", ({ inSample }) => day(inSample.from)),
    column(`In ${objective}`, ({ inSampleObjective }) => shownObjective(inSampleObjective, objective)),
    column("Traded from", ({ outOfSample }) => day(outOfSample.from)),
    column(`Out ${objective}`, ({ outOfSampleObjective }) => shownObjective(outOfSampleObjective, objective)),
    ...(objective === "return" ? [] : [column("Out return", ({ outOfSampleReturn }) => returned(outOfSampleReturn))]),
  ];
  const efficiency = walk.efficiency === null ? "efficiency n/a: nothing was earned in sample" : `efficiency ${decimal(walk.efficiency, 2)}`;
  const joined = walk.totalReturn === null ? "nothing could be traded" : `${percent(walk.totalReturn)} joined, Sharpe ${walk.sharpe === null ? "n/a" : decimal(walk.sharpe, 2)}, ${efficiency}`;
  return [...wrap(`Walk-forward, ${mode}: ${joined}`, width).map((line) => paint("bold", line)), ...tableLines(columns, width - 2).map((line) => `  ${line}`), ""];
}
