import type { CandleSeries } from "../../core/candle.ts";
import { minus, tone } from "./cards.ts";
import { curvesOf } from "./curves.ts";
import { signed } from "./format.ts";
import { type Markup, markup, trusted } from "./markup.ts";
import type { Run } from "./run.ts";

/** Returns of one calendar year (UTC) as fractions; null where the run has no day in the month. */
export interface YearReturns {
  readonly year: number;
  readonly months: readonly (number | null)[];
  readonly whole: number;
}

const NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** Return a month at which a cell has its full colour, fraction. */
const FULL = 0.15;

/**
 * Returns by calendar month from values at rising times (epoch milliseconds): each month's last value against the
 * last before it, the first month against `start`. They compound to the last value over `start`.
 */
export function monthlyReturns(times: readonly number[], values: readonly number[], start: number): YearReturns[] {
  const ends = new Map<number, number>();
  times.forEach((time, index) => {
    // A sample at midnight of the first is the close of the day before.
    const day = new Date(time - 1);
    ends.set(day.getUTCFullYear() * 12 + day.getUTCMonth(), values[index] as number);
  });
  const years = new Map<number, { months: (number | null)[]; start: number; end: number }>();
  let before = start;
  for (const [month, end] of ends) {
    const number = Math.floor(month / 12);
    const year = years.get(number) ?? { months: NAMES.map((): number | null => null), start: before, end };
    years.set(number, year);
    year.months[month % 12] = before > 0 ? end / before - 1 : 0;
    year.end = end;
    before = end;
  }
  return [...years].map(([year, { months, start: from, end }]) => ({ year, months, whole: from > 0 ? end / from - 1 : 0 }));
}

/** The run's return of each month and year, with buy and hold's below it where that is known. */
export function monthlyTable(output: Run, series: ReadonlyMap<string, CandleSeries>): Markup {
  if (output.equity.length === 0) return markup``;
  const { time, equity, hold } = curvesOf(output, series, Infinity);
  const known = hold.filter((value) => value !== null);
  const { startEquity } = output.result;
  const runs = monthlyReturns(time, equity, startEquity);
  const held = known.length === time.length ? monthlyReturns(time, known, startEquity) : [];
  const rows = runs.map((year, index) => {
    const other = held[index];
    return markup`<tr><th scope="row">${String(year.year)}</th>${year.months.map(cell)}<td class="n ${tone(year.whole)}"><b>${text(year.whole)}</b></td></tr>
      ${other === undefined ? null : markup`<tr class="held"><th scope="row">hold</th>${other.months.map((value) => markup`<td class="n">${value === null ? "" : text(value)}</td>`)}<td class="n">${text(other.whole)}</td></tr>`}`;
  });
  const note = `Percent, by calendar month in UTC, from the samples of equity.${held.length > 0 ? " Below each year: buy and hold, all in." : ""}`;
  return markup`<section class="panel" id="monthly"><h2>Months</h2><p class="note">${note}</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Months"><table class="months"><thead><tr><th scope="col">Year</th>${NAMES.map((name) => markup`<th scope="col" class="n">${name}</th>`)}<th scope="col" class="n">Year</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function cell(value: number | null): Markup {
  if (value === null) return markup`<td></td>`;
  const depth = Math.round(Math.min(1, Math.abs(value) / FULL) * 45);
  const colour = value > 0 ? "--up" : "--down";
  return markup`<td class="n" ${trusted(`style="background: color-mix(in srgb, var(${colour}) ${depth}%, transparent)"`)}>${text(value)}</td>`;
}

function text(value: number): string {
  return minus(signed(value * 100, 1));
}
