import type { PortfolioWeights } from "../../../app/portfolio/weights/result.ts";
import { count, counted, decimal, percent, share } from "../format.ts";
import { type Column, fit, type Painter, tableLines, wrap } from "../terminal.ts";

/** Rows of weights up to which symbols without any are shown, if some resample gave them one. */
const ROWS = 16;
/** Points of the frontier that the text shows; the JSON has all. */
const POINTS_SHOWN = 7;
/** Characters of the votes of one symbol; the JSON has all. */
const VOTES = 42;
/** A weight under this is shown as none. */
const NO_WEIGHT = 0.0005;

/** The weights of a portfolio as text of at most `width` characters a line. */
export function weightsText(result: PortfolioWeights, width: number, paint: Painter): string {
  const { data, estimate, verdict, warnings } = result;
  const estimated = `${estimate.name}${estimate.shrinkage === null ? "" : ` (drawn ${share(estimate.shrinkage, 0)} to its target)`}${estimate.halfLife === null ? "" : ` (half-life ${counted(estimate.halfLife, "bar")})`}`;
  const lines = [
    paint("bold", fit(`${result.name}: ${result.method}, ${estimated}`, width)),
    ...wrap(`${counted(data.returns, "return")} of ${data.bars} bars, ${data.from.slice(0, 10)} to ${data.to.slice(0, 10)}, ${decimal(data.periods, Number.isInteger(data.periods) ? 0 : 2)} bars a year; ${data.synthetic ? "synthetic" : "recorded"}`, width),
    "",
    ...weights(result, width, paint),
    "",
    ...years(result, width, paint),
    ...frontier(result, width, paint),
    ...views(result, width, paint),
    "",
    paint(result.betterThanEqual ? "green" : "red", "What it is worth"),
    ...verdict.flatMap((one) => bullet(one, width)),
    ...(warnings.length === 0 ? [] : ["", paint("yellow", "Look at")]),
    ...warnings.flatMap((one) => bullet(one, width)),
  ];
  return `${lines.join("\n")}\n`;
}

function bullet(text: string, width: number): string[] {
  return wrap(text, width - 4).map((line, i) => (i === 0 ? `  - ${line}` : `    ${line}`));
}

function titled(title: string, note: string, columns: readonly Column[], width: number, paint: Painter): string[] {
  const [head = "", ...rows] = tableLines(columns, width - 2).map((line) => `  ${line}`);
  return [paint("bold", title) + (note === "" ? "" : paint("dim", fit(`  ${note}`, width - title.length))), paint("dim", head), ...rows];
}

const right = (head: string, cells: readonly string[], drop = 0): Column => ({ head, align: "right", cells, drop });
const span = ({ low, high }: { readonly low: number; readonly high: number }): string => `${decimal(100 * low, 1)} to ${decimal(100 * high, 1)} %`;
const ratio = (value: number | null): string => (value === null ? "n/a" : decimal(value, 2));

function weights({ weights: all, cash, current, resample }: PortfolioWeights, width: number, paint: Painter): string[] {
  const sorted = all.toSorted((a, b) => b.weight - a.weight);
  const heavy = sorted.filter(({ weight, current: held }) => weight >= NO_WEIGHT || (held ?? 0) > 0);
  const light = sorted.filter((one) => !heavy.includes(one) && one.band.high >= NO_WEIGHT).toSorted((a, b) => b.band.high - a.band.high);
  const shown = [...heavy, ...light.slice(0, Math.max(0, ROWS - heavy.length))];
  const none = sorted.length - shown.length;
  const columns: Column[] = [
    { head: "symbol", align: "left", cells: [...shown.map(({ symbol }) => fit(symbol, 14)), "cash"], drop: 0 },
    right("weight", [...shown.map(({ weight }) => share(weight, 1)), share(cash.weight, 1)]),
    right("5 to 95 %", [...shown.map(({ band }) => span(band)), span(cash.band)]),
    right("risk", [...shown.map(({ riskShare }) => (riskShare === null ? "n/a" : share(riskShare, 1))), ""]),
    ...(current === null ? [] : [right("now", [...shown.map(({ current: held }) => share(held ?? 0, 1)), share(cash.current ?? 0, 1)])]),
    right("mean", [...shown.map(({ mean }) => percent(mean)), ""], 1),
    right("deviation", [...shown.map(({ deviation }) => share(deviation)), ""], 2),
  ];
  const rest = none > 0 ? [paint("dim", fit(`  and ${counted(none, "symbol")} more without weight`, width))] : [];
  return [...titled("Weights", `5 to 95 of 100 of ${counted(resample.draws, "resample")}; risk: share of the variance`, columns, width, paint), ...rest];
}

function years({ chosen, equal, current, resample }: PortfolioWeights, width: number, paint: Painter): string[] {
  const rows = [
    { name: "these weights", figures: chosen, unseen: resample.unseen?.sharpe ?? null },
    { name: "equal weights", figures: equal, unseen: resample.unseen?.equalSharpe ?? null },
    ...(current === null ? [] : [{ name: "as it is now", figures: current, unseen: null }]),
  ];
  const columns: Column[] = [
    { head: "", align: "left", cells: rows.map(({ name }) => name), drop: 0 },
    right("mean", rows.map(({ figures }) => percent(figures.mean))),
    right("deviation", rows.map(({ figures }) => share(figures.deviation))),
    right("Sharpe", rows.map(({ figures }) => ratio(figures.sharpe))),
    right("Sharpe not seen", rows.map(({ unseen }) => (unseen === null ? "" : `${ratio(unseen.middle)} (${ratio(unseen.low)} to ${ratio(unseen.high)})`)), 1),
  ];
  return titled("A year", "", columns, width, paint);
}

function frontier({ frontier: points, cash }: PortfolioWeights, width: number, paint: Painter): string[] {
  if (points.length === 0) return [];
  const most = Math.min(POINTS_SHOWN, points.length);
  const shown = Array.from({ length: most }, (_, i) => points[Math.round((i * (points.length - 1)) / Math.max(1, most - 1))]).filter((one) => one !== undefined);
  const holds = shown.map((point) => {
    const largest = [...point.weights, ...(cash.weight > 0 || point.cash > 0 ? [{ symbol: "cash", weight: point.cash }] : [])].filter(({ weight }) => weight >= 0.005).toSorted((a, b) => b.weight - a.weight);
    const [first, second, third, ...more] = largest.map(({ symbol, weight }) => `${symbol.split("/")[0] ?? symbol} ${share(weight, 0)}`);
    return [first, second, third, more.length === 0 ? undefined : `${count(more.length)} more`].filter((one) => one !== undefined).join(", ");
  });
  const columns: Column[] = [
    right("deviation", shown.map(({ deviation }) => share(deviation))),
    right("mean", shown.map(({ mean }) => percent(mean))),
    right("Sharpe", shown.map(({ sharpe }) => ratio(sharpe))),
    { head: "holds", align: "left", cells: holds, drop: 0 },
  ];
  return ["", ...titled("Frontier", points.length > most ? `${most} of ${points.length} points` : "", columns, width, paint)];
}

function views({ views: all }: PortfolioWeights, width: number, paint: Painter): string[] {
  if (all === null) return [];
  if (all.length === 0) return ["", paint("bold", "The council has no view: these are the market's own weights.")];
  const votes = all.map((view) => view.votes.map(({ agent, score }) => `${agent} ${decimal(score, 2)}`).join(", "));
  const columns: Column[] = [
    { head: "symbol", align: "left", cells: all.map(({ symbol }) => fit(symbol, 14)), drop: 0 },
    right("score", all.map(({ score }) => decimal(score, 2))),
    right("sure", all.map(({ confidence }) => share(confidence, 0))),
    right("expects", all.map(({ expected }) => percent(expected))),
    { head: "votes", align: "left", cells: votes.map((one) => fit(one, VOTES)), drop: 0 },
  ];
  return ["", ...titled("The council's views", `at ${all[0]?.time.slice(0, 16).replace("T", " ") ?? ""}; expects: a year, over cash`, columns, width, paint)];
}
