import type { CalibrationBin, CouncilScores, ForecasterScore } from "../../../app/result.ts";
import { counted, decimal, moment } from "../format.ts";
import { type Markup, markup } from "../markup.ts";
import { lines } from "../svg.ts";
import { brierText, chance } from "./words.ts";

const SIDE = 160;
const LEFT = 30;
const TOP = 8;
const PLOT = SIDE - LEFT - 8;
const FLOOR = TOP + PLOT;
/** Agents that have a colour of their own; further ones begin again, with broken lines. */
const COLOURS = 6;

/** Class of the nth agent's line in the stylesheet. */
export function seriesClass(index: number): string {
  return index < COLOURS ? `series s${index}` : `series s${index % COLOURS} broken`;
}

/** How often the price rose after forecasts of each size, as a small square SVG under its name; on the diagonal they keep what they promise. */
export function reliability({ name, calibration, rounds, brier }: ForecasterScore): Markup {
  const most = Math.max(1, ...calibration.map(({ count }) => count));
  const dots = calibration.map((bin) => {
    const { low, high } = wilson(bin);
    const x = across(bin.forecast);
    return markup`<line class="range" x1="${x}" x2="${x}" y1="${up(low)}" y2="${up(high)}" /><circle class="front" cx="${x}" cy="${up(bin.up)}" r="${Math.round((2 + 3.5 * Math.sqrt(bin.count / most)) * 10) / 10}"><title>${`forecast ${chance(bin.forecast)}, rose ${chance(bin.up)} of ${counted(bin.count, "time")}`}</title></circle>`;
  });
  const path = calibration.length < 2 ? null : markup`<polyline points="${calibration.map((bin) => `${across(bin.forecast)},${up(bin.up)}`).join(" ")}" />`;
  const label = `Reliability of ${name}: ${counted(rounds, "forecast")}`;
  return markup`<figure><figcaption><b>${name}</b> <span>${rounds === 0 ? "no forecast" : `Brier ${brierText(brier)}`}</span></figcaption>
    <svg class="plot square" viewBox="0 0 ${SIDE} ${SIDE}" role="img" aria-label="${label}">
      <rect class="frame" x="${LEFT}" y="${TOP}" width="${PLOT}" height="${PLOT}" />
      <line class="mark" x1="${LEFT}" y1="${FLOOR}" x2="${LEFT + PLOT}" y2="${TOP}" />
      ${[0, 0.5, 1].map((tick) => markup`<text x="${across(tick)}" y="${FLOOR + 12}" text-anchor="${tick === 1 ? "end" : "middle"}">${decimal(tick, 1)}</text>`)}
      ${[0.5, 1].map((tick) => markup`<text x="${LEFT - 4}" y="${up(tick) + 3.5}" text-anchor="end">${decimal(tick, 1)}</text>`)}
      <text x="${LEFT + PLOT / 2}" y="${FLOOR + 25}" text-anchor="middle">forecast of a rise</text>
      ${path}${dots}
    </svg></figure>`;
}

/** Weights of the agents over time as SVG, with a legend; nothing where fewer than two rounds were scored. */
export function weightsChart({ symbol, agents, weights }: CouncilScores): Markup {
  const first = weights[0];
  const last = weights.at(-1);
  if (first === undefined || last === undefined || first.time === last.time) return markup``;
  const drawn = agents.map((_, index) => ({ mark: seriesClass(index), points: weights.map((one) => ({ x: one.time, y: one.weights[index] ?? 0 })) }));
  const most = Math.max(1, ...weights.flatMap((one) => one.weights));
  const chart = lines(
    `Weights of the agents over time, ${symbol}`,
    drawn,
    { label: "decided (UTC)", text: (time) => moment(time).slice(0, 10), ticks: [first.time, last.time] },
    { label: "", text: (value) => decimal(value, 1), ticks: most > 1.4 ? [0, 1, most] : [0, 1] },
    1,
  );
  const legend = agents.map(({ name, weight }, index) => markup`<span><i class="${seriesClass(index)}" aria-hidden="true"></i>${name} <b>${weight === null ? "" : decimal(weight, 2)}</b></span>`);
  return markup`<h3>Weights over time</h3><p class="legend">${legend}</p><div class="plots">${chart}</div>`;
}

/** 95 % interval of a share (Wilson, 1927), 0..1. */
function wilson({ up: share, count }: CalibrationBin): { readonly low: number; readonly high: number } {
  const z = 1.96;
  const middle = (share + (z * z) / (2 * count)) / (1 + (z * z) / count);
  const half = (z / (1 + (z * z) / count)) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

const across = (share: number): number => Math.round((LEFT + share * PLOT) * 10) / 10;
const up = (share: number): number => Math.round((FLOOR - share * PLOT) * 10) / 10;
