import { cashRange, weightBounds, type Constraints } from "./constraints.ts";
import type { LinearRow } from "./quadratic-program.ts";

/**
 * The points that constraints allow, as linear bounds. Variables: the weights, then cash, then (with a turnover) one
 * change of each weight, which is at least |w - from|.
 */
export interface Polyhedron {
  readonly assets: number;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly rows: readonly LinearRow[];
}

/** The points that the constraints allow for so many assets. */
export function allowed(assets: number, constraints: Constraints): Polyhedron {
  const { turnover, groups = [] } = constraints;
  const cash = cashRange(constraints);
  const count = assets + 1 + (turnover === undefined ? 0 : assets);
  const bounds = Array.from({ length: assets }, (_, i) => weightBounds(constraints, i));
  const changes = new Array<number>(count - assets - 1);
  const rows = [row(count, Array.from({ length: assets + 1 }, (_, i) => [i, 1] as const), 1, 1)];
  for (const group of groups) rows.push(row(count, group.members.map((member) => [member, 1] as const), group.min ?? -Infinity, group.max));
  if (turnover !== undefined) {
    turnover.from.forEach((from, i) => {
      rows.push(row(count, [[i, 1], [assets + 1 + i, -1]], -Infinity, from), row(count, [[i, 1], [assets + 1 + i, 1]], from, Infinity));
    });
    rows.push(row(count, turnover.from.map((_, i) => [assets + 1 + i, 1] as const), -Infinity, 2 * turnover.max));
  }
  return {
    assets,
    lower: [...bounds.map(({ lower }) => lower), cash.min, ...changes.fill(0)],
    upper: [...bounds.map(({ upper }) => upper), cash.max, ...changes.fill(Infinity)],
    rows,
  };
}

/** A row of the given width with coefficients at places; a place named twice counts twice. */
export function row(width: number, places: readonly (readonly [place: number, value: number])[], lower: number, upper: number): LinearRow {
  const coefficients = new Array<number>(width).fill(0);
  for (const [place, value] of places) coefficients[place] = (coefficients[place] ?? 0) + value;
  return { coefficients, lower, upper };
}

/** The cone over a polyhedron: its points multiplied by a scale >= 0, which is one more variable, the last. */
export function coneOver({ assets, lower, upper, rows }: Polyhedron): Polyhedron {
  const width = lower.length + 1;
  const scale = width - 1;
  const scaled: LinearRow[] = rows.flatMap(({ coefficients, lower: low, upper: high }) => {
    const against = (bound: number, least: number, most: number): LinearRow => ({ coefficients: [...coefficients, -bound], lower: least, upper: most });
    if (low === high) return [against(low, 0, 0)];
    return [...(low > -Infinity ? [against(low, 0, Infinity)] : []), ...(high < Infinity ? [against(high, -Infinity, 0)] : [])];
  });
  lower.forEach((low, i) => {
    const high = upper[i] as number;
    if (low > -Infinity && low !== 0) scaled.push(row(width, [[i, 1], [scale, -low]], 0, Infinity));
    if (high < Infinity && high !== 0) scaled.push(row(width, [[i, 1], [scale, -high]], -Infinity, 0));
  });
  return {
    assets,
    lower: [...lower.map((low) => (low === 0 ? 0 : -Infinity)), 0],
    upper: [...upper.map((high) => (high === 0 ? 0 : Infinity)), Infinity],
    rows: scaled,
  };
}
