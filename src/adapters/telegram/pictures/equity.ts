import { decimal, gain, money, percent } from "../text/numbers.ts";
import { moment, shortMoment } from "../text/times.ts";
import { bounds, linear, tickDigits, ticks } from "./scale.ts";
import { COLOURS, at, box, label, picture, pixelsOf, sizeFor, stroke } from "./svg.ts";

const WIDTH = 1_080;
const HEIGHT = 720;
const PLOT = { left: 24, right: WIDTH - 190, top: 128, bottom: HEIGHT - 64 };

/** One point of a curve: epoch milliseconds, quote. */
export interface EquityPoint {
  readonly time: number;
  readonly equity: number;
}

/** A curve of closed bars that goes on to what the account is worth now, as the words beside the picture say it. */
export function untilNow(points: readonly EquityPoint[], now: EquityPoint): readonly EquityPoint[] {
  const last = points.at(-1);
  return last === undefined || last.time >= now.time ? points : [...points, { time: now.time, equity: now.equity }];
}

/** Equity over time against where it began; an SVG. */
export function equitySvg(points: readonly EquityPoint[], options: { readonly title: string; readonly quote: string; readonly timeZone: string }): string {
  const { title, quote, timeZone } = options;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) {
    return picture(WIDTH, HEIGHT, [label(24, 60, title, { size: 42, bold: true }, WIDTH - 48), label(WIDTH / 2, HEIGHT / 2, "no bar has closed since it began", { size: 32, fill: COLOURS.faint, anchor: "middle" })]);
  }
  const { low, high } = bounds(points.map(({ equity }) => equity), 0.08);
  const x = linear(first.time, last.time, PLOT.left, PLOT.right);
  const y = linear(low, high, PLOT.bottom, PLOT.top);
  const colour = last.equity < first.equity ? COLOURS.down : COLOURS.up;
  const path = points.map(({ time, equity }, i) => `${i === 0 ? "M" : "L"}${at(x(time))} ${at(y(equity))}`).join("");
  const values = ticks(low, high, 6);
  const digits = tickDigits(values);
  const size = Math.min(...values.map((value) => sizeFor(decimal(value, digits), 26, WIDTH - PLOT.right - 22)));
  const figure = money(last.equity, quote);
  const since = `since ${moment(first.time, timeZone)}`;
  const change = `${gain(last.equity - first.equity, quote)}  ${first.equity > 0 ? percent(last.equity / first.equity - 1) : ""}`.trimEnd();
  const body = [
    label(24, 60, title, { size: 42, bold: true }, WIDTH - 72 - pixelsOf(figure, 42)),
    label(WIDTH - 24, 60, figure, { size: 42, bold: true, anchor: "end" }),
    label(24, 104, since, { size: 26, fill: COLOURS.faint }),
    label(WIDTH - 24, 104, change, { size: sizeFor(change, 26, WIDTH - 72 - pixelsOf(since, 26)), fill: colour, anchor: "end" }),
    box(PLOT.left, PLOT.top, PLOT.right - PLOT.left, PLOT.bottom - PLOT.top, COLOURS.panel),
    ...values.flatMap((value) => [
      stroke(PLOT.left, y(value), PLOT.right, y(value), COLOURS.line, 1),
      label(PLOT.right + 14, y(value) + 9, decimal(value, digits), { size, fill: COLOURS.faint }),
    ]),
    `<path d="${path}L${at(PLOT.right)} ${at(PLOT.bottom)}L${at(PLOT.left)} ${at(PLOT.bottom)}z" fill="${colour}" opacity="0.18"/>`,
    stroke(PLOT.left, y(first.equity), PLOT.right, y(first.equity), COLOURS.faint, 2, "6 8"),
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="4" stroke-linejoin="round"/>`,
    label(PLOT.left, PLOT.bottom + 36, shortMoment(first.time, timeZone), { size: 24, fill: COLOURS.faint }),
    label(PLOT.right, PLOT.bottom + 36, shortMoment(last.time, timeZone), { size: 24, fill: COLOURS.faint, anchor: "end" }),
  ];
  return picture(WIDTH, HEIGHT, body);
}
