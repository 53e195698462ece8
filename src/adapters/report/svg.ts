import { minus } from "./cards.ts";
import { decimal } from "./format.ts";
import { type Child, type Markup, markup } from "./markup.ts";

/** One mark of a scatter chart; `mark` is a class of the stylesheet: `trial`, `front`, `winner`, `failed`. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly title: string;
  readonly mark: string;
}

/** One axis of a chart: what it counts, and how a value of it is written. */
export interface Axis {
  readonly label: string;
  readonly text: (value: number) => string;
  readonly log?: boolean;
  /** Where marks stand, instead of the ends and the middle. */
  readonly ticks?: readonly number[];
}

const WIDTH = 340;
const HEIGHT = 200;
const LEFT = 52;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 34;

/** Points over two axes as SVG in the page's colours; later points lie over earlier ones. */
export function scatter(name: string, points: readonly Point[], x: Axis, y: Axis, line: readonly Point[] = []): Markup {
  const across = scaleOf(points.map((point) => point.x), x, LEFT, WIDTH - RIGHT);
  const up = scaleOf(points.map((point) => point.y), y, HEIGHT - BOTTOM, TOP);
  const dots = points.map(
    (point) => markup`<circle class="${point.mark}" cx="${place(across.at(point.x))}" cy="${place(up.at(point.y))}" r="${point.mark === "winner" ? 5 : 2.8}"><title>${point.title}</title></circle>`,
  );
  const path = line.length < 2 ? null : markup`<polyline points="${line.map((one) => `${place(across.at(one.x))},${place(up.at(one.y))}`).join(" ")}" />`;
  return frame(name, [axes(x, y, across, up), path, dots]);
}

/** One line of a chart of lines, in the order of its points; `mark` is a class of the stylesheet. */
export interface Line {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly mark: string;
}

/** Lines over two axes as SVG in the page's colours, and a broken line at a level. */
export function lines(name: string, drawn: readonly Line[], x: Axis, y: Axis, level: number): Markup {
  const all = drawn.flatMap(({ points }) => points);
  const across = scaleOf(all.map((point) => point.x), x, LEFT, WIDTH - RIGHT, 0);
  const up = scaleOf([0, level, ...all.map((point) => point.y)], y, HEIGHT - BOTTOM, TOP, 0);
  const at = place(up.at(level));
  const paths = drawn.map(({ points, mark }) => markup`<polyline class="${mark}" points="${points.map((one) => `${place(across.at(one.x))},${place(up.at(one.y))}`).join(" ")}" />`);
  return frame(name, [axes(x, y, across, up), markup`<line class="mark" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" />`, paths]);
}

/** How often values fall into equal bins, as SVG; `mark` (such as 0) is a line between bins where it lies in the range. */
export function histogram(name: string, values: readonly number[], x: Axis, mark: number): Markup {
  const low = Math.min(mark, ...values);
  const high = Math.max(mark, ...values);
  const count = Math.max(8, Math.min(30, Math.ceil(Math.sqrt(values.length)) * 2));
  const width = high > low ? (high - low) / count : 1;
  // Bins begin at the mark, so that none holds values of both sides of it.
  const first = Math.floor((low - mark) / width);
  const bins = new Map<number, number>();
  for (const value of values) {
    const bin = Math.min(Math.ceil((high - mark) / width) - 1, Math.floor((value - mark) / width));
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  const most = Math.max(1, ...bins.values());
  const edge = (bin: number): number => mark + bin * width;
  const last = Math.max(first + 1, ...[...bins.keys()].map((bin) => bin + 1));
  const y: Axis = { label: "", text: (value) => decimal(value, 0), ticks: [0, most] };
  // At an end of the chart the mark has that end's text.
  const ticks = [...new Set([edge(first), mark, edge(last)])];
  const across = scaleOf([edge(first), edge(last)], { ...x, log: false, ticks }, LEFT, WIDTH - RIGHT, 0);
  const up = scaleOf([0, most], y, HEIGHT - BOTTOM, TOP, 0);
  const bars = [...bins].map(([bin, times]) => {
    const left = across.at(edge(bin));
    const title = `${x.text(edge(bin))} to ${x.text(edge(bin + 1))}: ${decimal(times, 0)}`;
    return markup`<rect class="${bin < 0 ? "below" : "above"}" x="${place(left)}" y="${place(up.at(times))}" width="${place(Math.max(0.5, across.at(edge(bin + 1)) - left - 1))}" height="${place(HEIGHT - BOTTOM - up.at(times))}"><title>${title}</title></rect>`;
  });
  const middle = markup`<line class="mark" x1="${place(across.at(mark))}" x2="${place(across.at(mark))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" />`;
  return frame(name, [axes(x, y, across, up), bars, middle]);
}

/** One interval: its ends, its estimate, and the text beside it. */
export interface Range {
  readonly label: string;
  readonly low: number;
  readonly estimate: number;
  readonly high: number;
  readonly text: string;
}

/** An interval as a bar with a dot at the estimate and a line at zero, as SVG one line high; `within` holds what else the scale has to reach. */
export function interval({ label, low, estimate, high, text }: Range, within: readonly number[] = []): Markup {
  const across = scaleOf([0, low, high, estimate, ...within], { label, text: String }, 6, WIDTH - 6);
  const zero = place(across.at(0));
  return markup`<div class="interval"><p><span>${label}</span><b>${minus(text)}</b></p>
    <svg class="plot thin" viewBox="0 0 ${WIDTH} 22" role="img" aria-label="${label}: ${text}">
      <line class="mark" x1="${zero}" x2="${zero}" y1="1" y2="21" />
      <line class="range" x1="${place(across.at(low))}" x2="${place(across.at(high))}" y1="11" y2="11" />
      <circle class="winner" cx="${place(across.at(estimate))}" cy="11" r="4.5" />
    </svg></div>`;
}

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

function scaleOf(values: readonly number[], { log = false, ticks }: Axis, from: number, to: number, margin = 0.04): Scale {
  const shape = (value: number): number => (log && value > 0 ? Math.log(value) : value);
  const least = values.reduce((low, value) => Math.min(low, shape(value)), Infinity);
  const most = values.reduce((high, value) => Math.max(high, shape(value)), -Infinity);
  if (!(least <= most)) return { at: () => (from + to) / 2, ticks: [] };
  const room = most > least ? (most - least) * margin : 0.5;
  const [low, high] = [least - room, most + room];
  const back = (value: number): number => (log ? Math.exp(value) : value);
  return {
    at: (value) => from + ((shape(value) - low) / (high - low)) * (to - from),
    ticks: ticks ?? (most > least ? [back(least), back((least + most) / 2), back(most)] : [back(least)]),
  };
}

function axes(x: Axis, y: Axis, across: Scale, up: Scale): Child {
  const floor = HEIGHT - BOTTOM;
  return [
    markup`<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${floor}" y2="${floor}" />`,
    across.ticks.map((tick, index) => {
      const anchor = across.ticks.length < 2 ? "middle" : index === 0 ? "start" : index === across.ticks.length - 1 ? "end" : "middle";
      const left = index === 0 && across.ticks.length > 1 ? Math.min(across.at(tick), LEFT + 8) : across.at(tick);
      return markup`<text x="${place(left)}" y="${floor + 14}" text-anchor="${anchor}">${minus(x.text(tick))}</text>`;
    }),
    up.ticks.map((tick) => markup`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${place(up.at(tick))}" y2="${place(up.at(tick))}" /><text x="${LEFT - 6}" y="${place(up.at(tick) + 3.5)}" text-anchor="end">${minus(y.text(tick))}</text>`),
    markup`<text class="name" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 4}" text-anchor="middle">${x.label}</text>`,
  ];
}

function frame(name: string, inside: Child): Markup {
  return markup`<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${name}">${inside}</svg>`;
}

function place(value: number): number {
  return Math.round(value * 10) / 10;
}
