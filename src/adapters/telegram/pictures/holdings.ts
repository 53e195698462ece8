import type { PortfolioView } from "../../../core/holdings/view.ts";
import { decimal, money, percent, share } from "../text/numbers.ts";
import { moment, shortMoment } from "../text/times.ts";
import { bounds, linear, tickDigits, ticks } from "./scale.ts";
import { at, box, COLOURS, label, picture, pixelsOf, sizeFor, stroke } from "./svg.ts";

const WIDTH = 1_080;
const HEIGHT = 900;
const BARS = { left: 24, top: 130, right: WIDTH - 24, row: 44 };
const MOST_ROWS = 8;
const PLOT = { left: 24, right: WIDTH - 190, bottom: HEIGHT - 60 };
const HUES = [COLOURS.grid, COLOURS.up, COLOURS.price, COLOURS.dca, COLOURS.other, COLOURS.resistance, COLOURS.sell, COLOURS.buy, COLOURS.faint];

interface Slice {
  readonly name: string;
  readonly value: number;
  readonly weight: number;
}

/** Allocation and history of the whole portfolio; an SVG. Works with nothing held and without a history. */
export function holdingsSvg(view: PortfolioView, timeZone: string): string {
  const { name, currency, total, time, complete } = view;
  const figure = money(Number(total), currency);
  const when = `${moment(time, timeZone)}${complete ? "" : ", not complete"}`;
  const grown = view.returns?.timeWeighted ?? null;
  const slices = slicesOf(view);
  const bottom = BARS.top + Math.max(1, slices.length) * BARS.row;
  return picture(WIDTH, HEIGHT, [
    label(24, 60, name, { size: 42, bold: true }, WIDTH - 72 - pixelsOf(figure, 42)),
    label(WIDTH - 24, 60, figure, { size: sizeFor(figure, 42, WIDTH / 2), bold: true, anchor: "end" }),
    label(24, 102, when, { size: 26, fill: complete ? COLOURS.faint : COLOURS.price }),
    ...(grown === null ? [] : [label(WIDTH - 24, 102, `${percent(grown)} time-weighted`, { size: 26, fill: grown < 0 ? COLOURS.down : COLOURS.up, anchor: "end" })]),
    ...bars(slices, currency),
    ...curve(view, timeZone, bottom + 30),
  ]);
}

/** The largest by name, the others together. */
function slicesOf({ assets }: PortfolioView): readonly Slice[] {
  const all = assets.map(({ asset, value, weight }) => ({ name: asset, value: Number(value), weight }));
  if (all.length <= MOST_ROWS) return all;
  const rest = all.slice(MOST_ROWS - 1);
  const sum = (pick: (slice: Slice) => number): number => rest.reduce((all, slice) => all + pick(slice), 0);
  return [...all.slice(0, MOST_ROWS - 1), { name: `${rest.length} others`, value: sum(({ value }) => value), weight: sum(({ weight }) => weight) }];
}

function bars(slices: readonly Slice[], currency: string): string[] {
  if (slices.length === 0) return [label(BARS.left, BARS.top + 30, "nothing that has a price is held", { size: 26, fill: COLOURS.faint })];
  const largest = Math.max(...slices.map(({ weight }) => Math.abs(weight)), 1e-9);
  const [from, to] = [BARS.left + 190, BARS.right - 420];
  return slices.flatMap(({ name, value, weight }, i) => {
    const y = BARS.top + i * BARS.row;
    const figure = money(value, currency);
    return [
      label(BARS.left, y + 28, name, { size: 26, bold: true }, 180),
      box(from, y + 6, to - from, 28, COLOURS.panel, 4),
      box(from, y + 6, (Math.max(0, weight) / largest) * (to - from), 28, HUES[i] ?? COLOURS.faint, 4),
      label(to + 110, y + 28, share(weight), { size: 26, fill: COLOURS.faint, anchor: "end" }),
      label(BARS.right, y + 28, figure, { size: sizeFor(figure, 26, 295), anchor: "end" }),
    ];
  });
}

function curve({ history, currency }: PortfolioView, timeZone: string, top: number): string[] {
  const points = history.map(({ time, total }) => ({ time, value: Number(total) }));
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2 || last.time <= first.time) {
    return [box(PLOT.left, top, WIDTH - 48, PLOT.bottom - top, COLOURS.panel), label(WIDTH / 2, (top + PLOT.bottom) / 2, "the history begins with the second snapshot", { size: 28, fill: COLOURS.faint, anchor: "middle" })];
  }
  const { low, high } = bounds(points.map(({ value }) => value), 0.08);
  const x = linear(first.time, last.time, PLOT.left, PLOT.right);
  const y = linear(low, high, PLOT.bottom, top);
  const path = points.map(({ time, value }, i) => `${i === 0 ? "M" : "L"}${at(x(time))} ${at(y(value))}`).join("");
  const values = ticks(low, high, 5);
  const digits = tickDigits(values);
  const size = Math.min(...values.map((value) => sizeFor(decimal(value, digits), 24, WIDTH - PLOT.right - 22)));
  return [
    box(PLOT.left, top, PLOT.right - PLOT.left, PLOT.bottom - top, COLOURS.panel),
    ...values.flatMap((value) => [stroke(PLOT.left, y(value), PLOT.right, y(value), COLOURS.line, 1), label(PLOT.right + 14, y(value) + 8, decimal(value, digits), { size, fill: COLOURS.faint })]),
    `<path d="${path}L${at(PLOT.right)} ${at(PLOT.bottom)}L${at(PLOT.left)} ${at(PLOT.bottom)}z" fill="${COLOURS.grid}" opacity="0.18"/>`,
    `<path d="${path}" fill="none" stroke="${COLOURS.grid}" stroke-width="4" stroke-linejoin="round"/>`,
    label(PLOT.left + 10, top + 30, `value in ${currency}`, { size: 22, fill: COLOURS.faint }),
    label(PLOT.left, PLOT.bottom + 36, shortMoment(first.time, timeZone), { size: 24, fill: COLOURS.faint }),
    label(PLOT.right, PLOT.bottom + 36, shortMoment(last.time, timeZone), { size: 24, fill: COLOURS.faint, anchor: "end" }),
  ];
}
