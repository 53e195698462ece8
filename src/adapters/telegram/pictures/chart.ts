import type { BarsView } from "../../../ports/operator.ts";
import { decimal, duration, price } from "../text/numbers.ts";
import { shortMoment, zoneName } from "../text/times.ts";
import { apart, bounds, linear, tickDigits, ticks } from "./scale.ts";
import { COLOURS, at, box, label, picture, pixelsOf, sizeFor, stroke } from "./svg.ts";

const WIDTH = 1_080;
const HEIGHT = 940;
const PLOT = { left: 24, right: WIDTH - 176, top: 128, bottom: HEIGHT - 128 };
const SIZE = 26;
/** Lines of one strategy that are drawn at the most; a grid of hundreds would be a carpet. */
const MOST_LINES = 60;
const MOST_LEVELS = 8;

/** What a chart shows beside the candles. */
export interface ChartOptions {
  readonly timeZone: string;
  readonly quote: string;
  readonly levels: boolean;
  readonly ladders: boolean;
}

/** Candles with the bot's fills, and the levels and strategy lines that are asked for; an SVG. */
export function chartSvg(view: BarsView, options: ChartOptions): string {
  const { bars } = view;
  const levels = options.levels ? view.levels.toSorted((a, b) => b.strength - a.strength).slice(0, MOST_LEVELS) : [];
  const prices = bars.flatMap(({ low, high }) => [low, high]);
  const candles = bounds(prices, 0);
  const reach = (candles.high - candles.low) * 0.75;
  const near = (value: number): boolean => value >= candles.low - reach && value <= candles.high + reach;
  const ladders = options.ladders ? view.ladders.map(({ strategy, prices: own }) => ({ strategy, prices: own.filter(near).slice(0, MOST_LINES) })) : [];
  const shownLevels = levels.filter((level) => near(level.price));
  const fills = view.fills.filter((fill) => near(fill.price));
  const { low, high } = bounds([...prices, ...ladders.flatMap((ladder) => ladder.prices), ...shownLevels.map((level) => level.price), ...fills.map((fill) => fill.price), view.price ?? Number.NaN], 0.06);
  const y = linear(low, high, PLOT.bottom, PLOT.top);
  // One slot more than bars have closed: fills of the bar that is still open stand there.
  const slot = (PLOT.right - PLOT.left) / (bars.length + 1);
  const first = bars[0]?.time ?? 0;
  const x = (time: number): number => PLOT.left + ((time - first) / view.timeframe) * slot;
  const body = [
    ...head(view, options),
    box(PLOT.left, PLOT.top, PLOT.right - PLOT.left, PLOT.bottom - PLOT.top, COLOURS.panel),
    ...axes(view, { low, high, y, slot, timeZone: options.timeZone }),
    ...ladders.flatMap(({ strategy, prices: own }) => own.map((value) => stroke(PLOT.left, y(value), PLOT.right, y(value), strategyColour(strategy), 2, "10 8", 0.7))),
    ...bars.flatMap((bar, i) => candle(bar, PLOT.left + (i + 0.5) * slot, slot, y)),
    ...levelLines(shownLevels, y),
    ...fills.map(({ time, price: where, side }) => mark(Math.min(PLOT.right - 4, Math.max(PLOT.left + 4, x(time))), y(where), side)),
    ...priceTag(view, y),
    ...legend(view, ladders.filter((ladder) => ladder.prices.length > 0).map(({ strategy }) => strategy), shownLevels.length > 0),
  ];
  return picture(WIDTH, HEIGHT, bars.length > 0 ? body : [...head(view, options), label(WIDTH / 2, HEIGHT / 2, "no bar has closed yet", { size: 34, fill: COLOURS.faint, anchor: "middle" })]);
}

const strategyColour = (strategy: string): string => (strategy === "grid" ? COLOURS.grid : strategy === "dca" ? COLOURS.dca : COLOURS.other);

function head({ symbol, timeframe, bars, price: last }: BarsView, { timeZone, quote }: ChartOptions): string[] {
  const [from, to] = [bars[0], bars.at(-1)];
  const change = from && to && from.open > 0 ? (last ?? to.close) / from.open - 1 : 0;
  const figure = last === null ? "" : `${price(last)} ${quote}`;
  const span = from && to ? `${duration(timeframe)} bars, ${shortMoment(from.time, timeZone)} to ${shortMoment(to.time + timeframe, timeZone)} ${zoneName(to.time, timeZone)}` : "";
  const room = WIDTH - 72 - pixelsOf(figure, 42);
  return [
    label(24, 60, symbol, { size: 42, bold: true }, room),
    label(WIDTH - 24, 60, figure, { size: 42, bold: true, fill: COLOURS.price, anchor: "end" }),
    label(24, 104, span, { size: SIZE, fill: COLOURS.faint }, WIDTH - 250),
    label(WIDTH - 24, 104, `${change > 0 ? "+" : ""}${decimal(change * 100, 2)} %`, { size: SIZE, fill: change < 0 ? COLOURS.down : change > 0 ? COLOURS.up : COLOURS.faint, anchor: "end" }),
  ];
}

interface Frame {
  readonly low: number;
  readonly high: number;
  readonly y: (value: number) => number;
  readonly slot: number;
  readonly timeZone: string;
}

function axes({ bars, price: last }: BarsView, { low, high, y, slot, timeZone }: Frame): string[] {
  const values = ticks(low, high, 7);
  const digits = tickDigits(values);
  const size = Math.min(...values.map((value) => sizeFor(decimal(value, digits), SIZE, WIDTH - PLOT.right - 22)));
  const tag = last === null ? Number.NEGATIVE_INFINITY : y(last);
  const parts = values.flatMap((value) => [
    stroke(PLOT.left, y(value), PLOT.right, y(value), COLOURS.line, 1),
    // The tag of the price stands where a label of the axis would be unreadable under it.
    ...(Math.abs(y(value) - tag) < 36 ? [] : [label(PLOT.right + 14, y(value) + 9, decimal(value, digits), { size, fill: COLOURS.faint })]),
  ]);
  const every = Math.max(1, Math.ceil(bars.length / 4));
  for (let i = Math.floor(every / 2); i < bars.length; i += every) {
    const middle = PLOT.left + (i + 0.5) * slot;
    const width = pixelsOf("01-31 13:05", 24);
    const bar = bars[i];
    if (bar === undefined) continue;
    parts.push(stroke(middle, PLOT.top, middle, PLOT.bottom, COLOURS.line, 1));
    parts.push(label(Math.min(PLOT.right - width / 2, Math.max(PLOT.left + width / 2, middle)), PLOT.bottom + 34, shortMoment(bar.time, timeZone), { size: 24, fill: COLOURS.faint, anchor: "middle" }));
  }
  return parts;
}

function candle({ open, high, low, close }: BarsView["bars"][number], x: number, slot: number, y: (value: number) => number): string[] {
  const colour = close >= open ? COLOURS.up : COLOURS.down;
  const width = Math.max(1.5, slot * 0.68);
  const top = Math.min(y(open), y(close));
  return [stroke(x, y(high), x, y(low), colour, Math.max(1, Math.min(3, slot * 0.15))), box(x - width / 2, top, width, Math.max(1.5, Math.abs(y(open) - y(close))), colour)];
}

function levelLines(levels: BarsView["levels"], y: (value: number) => number): string[] {
  const places = apart(levels.map((level) => y(level.price)), 34, PLOT.top + 18, PLOT.bottom - 18);
  const colourOf = ({ kind }: BarsView["levels"][number]): string => (kind === "support" ? COLOURS.support : COLOURS.resistance);
  const lines = levels.map((level) => stroke(PLOT.left, y(level.price), PLOT.right, y(level.price), colourOf(level), 2 + 4 * Math.min(1, Math.max(0, level.strength))));
  const tags = levels.flatMap((level, i) => {
    const text = `${level.kind === "support" ? "S" : "R"} ${price(level.price)}`;
    const width = pixelsOf(text, 24) + 20;
    const where = places[i] ?? 0;
    return [box(PLOT.left + 6, where - 16, width, 32, COLOURS.ground, 6), label(PLOT.left + 16, where + 9, text, { size: 24, fill: colourOf(level), bold: true })];
  });
  return [...lines, ...tags];
}

/** A triangle that points up under a buy and down over a sell, its tip at the price. */
function mark(x: number, y: number, side: "buy" | "sell"): string {
  const way = side === "buy" ? 1 : -1;
  return `<path d="M${at(x)} ${at(y)}l-11 ${19 * way}h22z" fill="${side === "buy" ? COLOURS.buy : COLOURS.sell}" stroke="${COLOURS.ground}" stroke-width="2"/>`;
}

function priceTag({ price: last }: BarsView, y: (value: number) => number): string[] {
  if (last === null) return [];
  const room = WIDTH - PLOT.right - 26;
  return [
    stroke(PLOT.left, y(last), PLOT.right, y(last), COLOURS.price, 2, "4 6"),
    box(PLOT.right + 4, y(last) - 19, WIDTH - PLOT.right - 8, 38, COLOURS.price, 6),
    label(PLOT.right + 14, y(last) + 9, price(last), { size: sizeFor(price(last), SIZE, room), fill: COLOURS.ground, bold: true }),
  ];
}

function legend({ fills }: BarsView, strategies: readonly string[], hasLevels: boolean): string[] {
  const line = (colour: string): ((x: number, y: number) => string) => (x, y) => stroke(x, y - 9, x + 30, y - 9, colour, 4);
  const entries: [string, (x: number, y: number) => string][] = [];
  if (fills.length > 0) entries.push(["buy", (x, y) => mark(x + 15, y - 19, "buy")], ["sell", (x, y) => mark(x + 15, y, "sell")]);
  for (const strategy of strategies.slice(0, 3)) entries.push([strategy, line(strategyColour(strategy))]);
  if (hasLevels) entries.push(["support", line(COLOURS.support)], ["resistance", line(COLOURS.resistance)]);
  const parts: string[] = [];
  let x = 24;
  for (const [name, symbol] of entries) {
    const width = 44 + Math.min(pixelsOf(name, SIZE), 190) + 26;
    if (x + width > WIDTH) break;
    parts.push(symbol(x, HEIGHT - 34), label(x + 44, HEIGHT - 34, name, { size: SIZE, fill: COLOURS.faint }, 190));
    x += width;
  }
  return parts;
}
