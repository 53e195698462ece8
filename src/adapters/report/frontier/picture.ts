import type { PortfolioWeights } from "../../../app/portfolio/weights/result.ts";
import { counted, decimal, share } from "../format.ts";
import { at, box, COLOURS, diamond, dot, label, path, picture, pixelsOf, stroke, ticks } from "./drawing.ts";
import { placeLabels } from "./place-labels.ts";

const WIDTH = 1_200;
const LEFT = 96;
const RIGHT = WIDTH - 40;
const TOP = 184;
const FLOOR = 676;
/** Where the bars of the weights begin, and how high one is. */
const BARS = FLOOR + 130;
const ROW = 34;
/** Weights that are drawn; the rest are named as a number. */
const MOST_BARS = 16;
const BAR = { from: 230, to: WIDTH - 220 };

interface Scales {
  readonly x: (deviation: number) => number;
  readonly y: (mean: number) => number;
  readonly deviations: readonly [number, number];
  readonly means: readonly [number, number];
}

/** The efficient frontier over what it rests on: every symbol, what the resamples chose, equal weights, and the chosen weights with their ranges; an SVG. */
export function frontierSvg(result: PortfolioWeights): string {
  const scales = scalesOf(result);
  const bars = barsOf(result);
  const height = BARS + 24 + bars.rows * ROW + 26;
  const { data } = result;
  return picture(WIDTH, height, [
    label(40, 58, `${result.name}: ${result.method}`, { size: 34, bold: true }, WIDTH - 80),
    label(40, 94, `${counted(data.returns, "return")} of ${data.bars} bars, ${data.from.slice(0, 10)} to ${data.to.slice(0, 10)}, ${result.estimate.name}${data.synthetic ? "; synthetic candles" : ""}`, { size: 20, fill: COLOURS.faint }, WIDTH - 80),
    ...legend(result),
    box(LEFT, TOP, RIGHT - LEFT, FLOOR - TOP, COLOURS.panel),
    ...axes(scales),
    ...marks(result, scales),
    ...bars.body,
  ]);
}

function scalesOf({ weights, frontier, chosen, equal, current, cash, riskFree, resample }: PortfolioWeights): Scales {
  const points = [...weights, ...frontier, chosen, equal, ...(current === null ? [] : [current]), ...(cash.band.high > 0 ? [{ deviation: 0, mean: riskFree }] : []), ...resample.cloud.map(([deviation, mean]) => ({ deviation, mean }))];
  const deviations = padded(points.map(({ deviation }) => deviation), 0);
  const means = padded(points.map(({ mean }) => mean), Number.NEGATIVE_INFINITY);
  return {
    deviations,
    means,
    x: (value) => LEFT + ((value - deviations[0]) / (deviations[1] - deviations[0])) * (RIGHT - LEFT),
    y: (value) => FLOOR - ((value - means[0]) / (means[1] - means[0])) * (FLOOR - TOP),
  };
}

/** The span of values with room around it, never under `floor`. */
function padded(values: readonly number[], floor: number): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((high - low) * 0.09, Math.abs(high) * 0.01, 1e-6);
  return [Math.max(floor, low - room), high + room];
}

const percent = (value: number): string => {
  const text = decimal(100 * value, Math.abs(value) < 0.02 && value !== 0 ? 1 : 0);
  return `${text} %`;
};

function axes({ x, y, deviations, means }: Scales): string[] {
  return [
    ...ticks(deviations[0], deviations[1], 7).flatMap((value) => [stroke(x(value), TOP, x(value), FLOOR, COLOURS.line), label(x(value), FLOOR + 26, percent(value), { size: 18, fill: COLOURS.faint, anchor: "middle" })]),
    ...ticks(means[0], means[1], 6).flatMap((value) => [stroke(LEFT, y(value), RIGHT, y(value), COLOURS.line), label(LEFT - 12, y(value) + 6, percent(value), { size: 18, fill: COLOURS.faint, anchor: "end" })]),
    label((LEFT + RIGHT) / 2, FLOOR + 56, "deviation a year", { size: 18, fill: COLOURS.faint, anchor: "middle" }),
    label(LEFT, TOP - 12, "mean return a year", { size: 18, fill: COLOURS.faint }),
  ];
}

function marks({ weights, frontier, chosen, equal, current, resample }: PortfolioWeights, { x, y }: Scales): string[] {
  const line = (points: readonly { readonly deviation: number; readonly mean: number }[]): [number, number][] => points.map(({ deviation, mean }) => [x(deviation), y(mean)]);
  const own = [{ name: "these weights", figures: chosen }, { name: "equal", figures: equal }, ...(current === null ? [] : [{ name: "now", figures: current }])];
  const named = [
    ...own.map(({ name, figures }) => ({ text: name, x: x(figures.deviation), y: y(figures.mean), size: 19, radius: 13 })),
    ...weights.map(({ symbol, deviation, mean }) => ({ text: symbol.split("/")[0] ?? symbol, x: x(deviation), y: y(mean), size: 17, radius: 8 })),
  ];
  const colours = [COLOURS.chosen, COLOURS.equal, COLOURS.current];
  const placed = placeLabels(named, { left: LEFT, right: RIGHT, top: TOP, floor: FLOOR }, line(frontier));
  return [
    ...resample.cloud.map(([deviation, mean]) => dot(x(deviation), y(mean), 4, COLOURS.cloud, 0.28)),
    path(line(resample.frontier), COLOURS.resampled, 3, "4 9"),
    path(line(frontier), COLOURS.frontier, 4.5),
    ...weights.map(({ deviation, mean }) => dot(x(deviation), y(mean), 6.5, COLOURS.asset, 1, COLOURS.ground)),
    dot(x(equal.deviation), y(equal.mean), 9, COLOURS.equal, 1, COLOURS.ground),
    ...(current === null ? [] : [dot(x(current.deviation), y(current.mean), 9, COLOURS.current, 1, COLOURS.ground)]),
    diamond(x(chosen.deviation), y(chosen.mean), 13, COLOURS.chosen),
    ...placed.flatMap((place, i) => (place === null ? [] : [label(place.x, place.y, named[i]?.text ?? "", { size: named[i]?.size ?? 17, anchor: place.anchor, fill: i < own.length ? (colours[i] ?? COLOURS.text) : COLOURS.text, bold: i === 0 })])),
  ];
}

function legend({ resample, current }: PortfolioWeights): string[] {
  const entries: readonly (readonly [string, (x: number, y: number) => string])[] = [
    ["frontier", (x, y) => stroke(x, y, x + 26, y, COLOURS.frontier, 4.5)],
    ...(resample.frontier.length > 1 ? [["resampled frontier", (x: number, y: number) => stroke(x, y, x + 26, y, COLOURS.resampled, 3, "4 7")] as const] : []),
    [`chosen by ${counted(resample.draws, "resample")}`, (x, y) => [0, 9, 18].map((shift) => dot(x + 4 + shift, y + (shift === 9 ? -3 : 3), 4, COLOURS.cloud, 0.5)).join("")],
    ["these weights", (x, y) => diamond(x + 13, y, 10, COLOURS.chosen)],
    ["equal weights", (x, y) => dot(x + 13, y, 8, COLOURS.equal)],
    ...(current === null ? [] : [["now", (x: number, y: number) => dot(x + 13, y, 8, COLOURS.current)] as const]),
  ];
  let left = 40;
  return entries.map(([text, mark]) => {
    const drawn = mark(left, 124) + label(left + 34, 130, text, { size: 17, fill: COLOURS.faint });
    left += 34 + pixelsOf(text, 17) * 0.93 + 22;
    return drawn;
  });
}

function barsOf({ weights, cash, resample }: PortfolioWeights): { readonly rows: number; readonly body: string[] } {
  // Who has no weight in any resample has no bar.
  const sorted = weights.filter(({ weight, band }) => weight >= 0.0005 || band.high >= 0.0005).toSorted((a, b) => b.weight - a.weight || b.band.high - a.band.high);
  const lines = [...sorted.slice(0, MOST_BARS).map(({ symbol, weight, band, riskShare }) => ({ name: symbol, weight, band, riskShare })), ...(cash.band.high > 0 || cash.weight > 0 ? [{ name: "cash", weight: cash.weight, band: cash.band, riskShare: null }] : [])];
  const most = Math.max(0.05, ...lines.map(({ weight, band }) => Math.max(weight, band.high)));
  const across = (value: number): number => BAR.from + (Math.max(0, value) / most) * (BAR.to - BAR.from);
  const hidden = weights.length - Math.min(sorted.length, MOST_BARS);
  const body = lines.flatMap(({ name, weight, band, riskShare }, row) => {
    const y = BARS + 24 + row * ROW;
    const middle = y + ROW / 2;
    return [
      label(BAR.from - 14, middle + 6, name, { size: 18, anchor: "end" }, BAR.from - 54),
      box(BAR.from, y + 7, across(weight) - BAR.from, ROW - 14, COLOURS.chosen, 3, 0.85),
      stroke(across(band.low) - 1.5, middle, across(band.high) + 1.5, middle, COLOURS.ground, 6),
      stroke(across(band.low), middle, across(band.high), middle, COLOURS.text, 2.5),
      stroke(across(band.low), middle - 7, across(band.low), middle + 7, COLOURS.text, 2.5),
      stroke(across(band.high), middle - 7, across(band.high), middle + 7, COLOURS.text, 2.5),
      label(BAR.to + 104, middle + 6, share(weight, 1), { size: 18, anchor: "end" }),
      ...(riskShare === null ? [] : [label(RIGHT, middle + 6, share(riskShare, 1), { size: 18, anchor: "end", fill: COLOURS.faint })]),
    ];
  });
  const heads = [
    label(40, BARS, resample.draws === 0 ? "Weights" : "Weights, and the range of 5 to 95 of 100 resamples", { size: 20, bold: true }),
    label(BAR.to + 104, BARS, "weight", { size: 17, anchor: "end", fill: COLOURS.faint }),
    label(RIGHT, BARS, "risk", { size: 17, anchor: "end", fill: COLOURS.faint }),
  ];
  const more = hidden > 0 ? [label(40, at(BARS + 24 + lines.length * ROW + 24), `and ${counted(hidden, "symbol")} more, with less or nothing`, { size: 17, fill: COLOURS.faint })] : [];
  return { rows: lines.length + (hidden > 0 ? 1 : 0), body: [...heads, ...body, ...more] };
}
