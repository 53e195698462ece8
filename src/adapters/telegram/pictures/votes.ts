import type { ForecastWorth, VoteRow, VotesView } from "../../../ports/operator.ts";
import { decimal, share, signed } from "../text/numbers.ts";
import { moment } from "../text/times.ts";
import { COLOURS, box, label, picture, pixelsOf, stroke, wrapped } from "./svg.ts";

const WIDTH = 1_080;
const TOP = 176;
const ROW = 208;
const MIDDLE = WIDTH / 2;
/** Half the length of a full bar, pixels. */
const REACH = MIDDLE - 40;
/** Voters that are drawn at the most: more would not be readable on a phone. */
const MOST = 10;

/** A bar a voter: to the right for up, to the left for down, as long as score times confidence over a pale one as long as the score; an SVG. */
export function votesSvg({ symbol, time, stance, conviction, exposure, votes, pool }: VotesView, timeZone: string): string {
  const shown = votes.slice(0, MOST);
  const more = votes.length - shown.length;
  const height = TOP + shown.length * ROW + (more > 0 ? 90 : 56) + (pool === null ? 0 : 34);
  const figure = `${stance} ${signed(conviction, 2)}`;
  const body = [
    label(24, 60, symbol, { size: 42, bold: true }, WIDTH - 72 - pixelsOf(figure, 42)),
    label(WIDTH - 24, 60, figure, { size: 42, bold: true, anchor: "end", fill: colourOf(conviction) }),
    label(24, 104, moment(time, timeZone), { size: 26, fill: COLOURS.faint }),
    label(WIDTH - 24, 104, `at most ${share(exposure, 0)} in`, { size: 26, fill: COLOURS.faint, anchor: "end" }),
    label(40, 156, "down", { size: 26, fill: COLOURS.down }),
    label(MIDDLE, 156, "score x confidence", { size: 26, fill: COLOURS.faint, anchor: "middle" }),
    label(WIDTH - 40, 156, "up", { size: 26, fill: COLOURS.up, anchor: "end" }),
    ...shown.flatMap((vote, i) => row(vote, TOP + i * ROW)),
    ...(more > 0 ? [label(24, height - (pool === null ? 48 : 82), `and ${more} more with less pull`, { size: 26, fill: COLOURS.faint })] : []),
    ...(pool === null ? [] : [label(24, height - 48, `pool: ${worthOf(pool)}; a coin has 0.250, lower is better`, { size: 24 }, WIDTH - 48)]),
    label(24, height - 14, "pale: score   solid: what confidence leaves of it", { size: 24, fill: COLOURS.faint }),
  ];
  return picture(WIDTH, height, body);
}

const colourOf = (score: number): string => (score > 0 ? COLOURS.up : score < 0 ? COLOURS.down : COLOURS.faint);
const bounded = (value: number, low: number): number => (Number.isFinite(value) ? Math.min(1, Math.max(low, value)) : 0);

function row(vote: VoteRow, top: number): string[] {
  const { agent, score, confidence, weight, size, veto, reason, worth } = vote;
  const figure = score === null ? "abstains" : size !== null ? `allows ${share(size, 0)}` : `${signed(score, 2)} x ${share(confidence, 0)}`;
  const colour = score === null || size !== null ? COLOURS.faint : colourOf(score);
  const lines = wrapped(score === null && reason === "abstained" ? "" : veto === null ? reason : `VETO: ${veto}`, 24, WIDTH - 48, 2);
  return [
    box(12, top, WIDTH - 24, ROW - 12, COLOURS.panel, 10),
    label(24, top + 38, agent, { size: 32, bold: true }, WIDTH - 72 - pixelsOf(figure, 32)),
    label(WIDTH - 24, top + 38, figure, { size: 32, bold: true, anchor: "end", fill: colour }),
    ...(score === null || size !== null ? sizeBar(size, top) : scoreBar(bounded(score, -1), bounded(confidence, 0), top)),
    ...(worth === null ? [] : [label(24, top + 120, `weight ${decimal(weight, 2)}   ${worthOf(worth)}`, { size: 24 }, WIDTH - 48)]),
    ...lines.map((line, i) => label(24, top + (worth === null ? 122 : 154) + i * 30, line, { size: 24, fill: veto === null ? COLOURS.faint : COLOURS.resistance })),
  ];
}

/** "Brier 0.243 over 82 forecasts". */
function worthOf({ brier, rounds }: ForecastWorth): string {
  return brier === null ? "no forecast scored yet" : `Brier ${decimal(brier, 3)} over ${decimal(rounds, 0)} ${rounds === 1 ? "forecast" : "forecasts"}`;
}

function scoreBar(score: number, confidence: number, top: number): string[] {
  const colour = colourOf(score);
  const length = Math.abs(score) * REACH;
  const pull = length * confidence;
  const from = (reach: number): number => (score < 0 ? MIDDLE - reach : MIDDLE);
  return [box(from(length), top + 56, length, 32, colour, 0, 0.28), box(from(pull), top + 56, pull, 32, colour), stroke(MIDDLE, top + 52, MIDDLE, top + 92, COLOURS.faint, 2)];
}

/** What a sizing agent allows, from the left edge to the right: it has no direction. */
function sizeBar(size: number | null, top: number): string[] {
  if (size === null) return [];
  return [box(MIDDLE - REACH, top + 64, 2 * REACH, 16, COLOURS.line, 8), box(MIDDLE - REACH, top + 64, 2 * REACH * bounded(size, 0), 16, COLOURS.grid, 8)];
}
