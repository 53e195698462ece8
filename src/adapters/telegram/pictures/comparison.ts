import { decimal, percent, share } from "../text/numbers.ts";
import { moment, shortMoment } from "../text/times.ts";
import { bounds, linear, tickDigits, ticks } from "./scale.ts";
import { COLOURS, at, box, label, picture, pixelsOf, sizeFor, stroke } from "./svg.ts";

const WIDTH = 1_080;
const HEIGHT = 900;
const LEFT = 24;
const RIGHT = WIDTH - 190;
const TOP = { from: 172, to: 590 };
const FALL = { from: 648, to: 836 };
/** Points of a curve that can be told apart at this width. */
const MOST_POINTS = 900;

/** A curve against others: its values in quote by time, null where it is not known. */
export interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
}

/** What is drawn: times in epoch milliseconds, the curve that matters first; money in quote. */
export interface Comparison {
  readonly title: string;
  readonly quote: string;
  readonly timeZone: string;
  readonly time: readonly number[];
  readonly curves: readonly Curve[];
}

/** Worth over time of one thing against others, and under it how far each had fallen from its highest; an SVG. */
export function comparisonSvg({ title, quote, timeZone, time, curves }: Comparison): string {
  const [from, to] = [time[0], time.at(-1)];
  if (from === undefined || to === undefined || to <= from) {
    return picture(WIDTH, HEIGHT, [label(LEFT, 60, title, { size: 42, bold: true }, WIDTH - 48), label(WIDTH / 2, HEIGHT / 2, "there is too little to draw yet", { size: 32, fill: COLOURS.faint, anchor: "middle" })]);
  }
  const kept = thinned(time.length);
  const x = linear(from, to, LEFT, RIGHT);
  const falls = curves.map(({ values }) => fallsOf(values));
  const { low, high } = bounds(curves.flatMap(({ values }) => values.filter((value) => value !== null)), 0.06);
  const deepest = Math.min(-0.001, ...falls.flat().filter((value) => value !== null)) * 1.06;
  const y = linear(low, high, TOP.to, TOP.from);
  const down = linear(deepest, 0, FALL.to, FALL.from);
  const start = curves[0]?.values.find((value) => value !== null) ?? low;
  const drawn = (values: readonly (number | null)[], of: (value: number) => number): string => {
    let pen = "M";
    return kept.map((index) => {
      const value = values[index] ?? null;
      if (value === null) {
        pen = "M";
        return "";
      }
      const point = `${pen}${at(x(time[index] ?? from))} ${at(of(value))}`;
      pen = "L";
      return point;
    }).join("");
  };
  const line = (path: string, colour: string, width: number): string => (path === "" ? "" : `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round"/>`);
  const widths = curves.map((_, i) => (i === 0 ? 4 : 2.5));
  const order = curves.map((_, i) => i).toReversed();
  const span = `${moment(from, timeZone)} to ${moment(to, timeZone)}`;
  return picture(WIDTH, HEIGHT, [
    label(LEFT, 60, title, { size: 42, bold: true }, WIDTH - 48),
    label(LEFT, 102, span, { size: sizeFor(span, 26, WIDTH - 48), fill: COLOURS.faint }),
    ...legend(curves),
    box(LEFT, TOP.from, RIGHT - LEFT, TOP.to - TOP.from, COLOURS.panel),
    ...axis(low, high, y, 6, (value, digits) => decimal(value, digits)),
    stroke(LEFT, y(start), RIGHT, y(start), COLOURS.faint, 2, "6 8"),
    ...order.map((i) => line(drawn(curves[i]?.values ?? [], y), curves[i]?.colour ?? "", widths[i] ?? 2)),
    label(LEFT, FALL.from - 14, `under the highest so far (above: ${quote})`, { size: 24, fill: COLOURS.faint }),
    box(LEFT, FALL.from, RIGHT - LEFT, FALL.to - FALL.from, COLOURS.panel),
    ...axis(deepest, 0, down, 3, (value, digits) => share(value, Math.max(0, digits - 2))),
    ...order.map((i) => line(drawn(falls[i] ?? [], down), curves[i]?.colour ?? "", widths[i] ?? 2)),
    label(LEFT, FALL.to + 38, shortMoment(from, timeZone), { size: 24, fill: COLOURS.faint }),
    label(RIGHT, FALL.to + 38, shortMoment(to, timeZone), { size: 24, fill: COLOURS.faint, anchor: "end" }),
  ]);
}

/** Name and change of each curve in its colour, side by side. */
function legend(curves: readonly Curve[]): string[] {
  const texts = curves.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    const [first, last] = [known[0], known.at(-1)];
    return first === undefined || last === undefined || first <= 0 ? `${name} ?` : `${name} ${percent(last / first - 1)}`;
  });
  const gap = 36;
  const size = sizeFor(texts.join("".padEnd(4)), 28, WIDTH - 48 - gap);
  let left = LEFT;
  return texts.map((text, i) => {
    const drawn = label(left, 148, text, { size, bold: i === 0, fill: curves[i]?.colour ?? COLOURS.text });
    left += pixelsOf(text, size) + gap;
    return drawn;
  });
}

function axis(low: number, high: number, y: (value: number) => number, count: number, text: (value: number, digits: number) => string): string[] {
  const values = ticks(low, high, count);
  const digits = tickDigits(values);
  const size = Math.min(...values.map((value) => sizeFor(text(value, digits), 26, WIDTH - RIGHT - 22)));
  return values.flatMap((value) => [stroke(LEFT, y(value), RIGHT, y(value), COLOURS.line, 1), label(RIGHT + 14, y(value) + 9, text(value, digits), { size, fill: COLOURS.faint })]);
}

/** Indices that are drawn: evenly, the last one always. */
function thinned(length: number): number[] {
  const step = Math.max(1, Math.ceil(length / MOST_POINTS));
  const kept = Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
  if (kept.at(-1) !== length - 1) kept.push(length - 1);
  return kept;
}

function fallsOf(values: readonly (number | null)[]): (number | null)[] {
  let peak = 0;
  return values.map((value) => {
    if (value === null) return null;
    peak = Math.max(peak, value);
    return peak > 0 ? value / peak - 1 : 0;
  });
}
