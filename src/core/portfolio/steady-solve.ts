import { diagonal, dot, pivotedFactor, zeros } from "./matrix.ts";
import type { LinearRow, QpOutcome, QuadraticProgram, SolveQp } from "./quadratic-program.ts";

/**
 * Solves a program so that of several best points the one is taken whose variables at `places` have the least sum of
 * squares. Two assets that are the same then get the same weight, whichever is listed first; a solver alone takes the
 * corner that it comes by.
 */
export function solveSteadily(program: QuadraticProgram, places: readonly number[], solve: SolveQp): QpOutcome {
  const scaled = inOneSize(program);
  const first = solve(scaled);
  if (first.status !== "optimal") return first;
  const factor = pivotedFactor(scaled.hessian, 1e-10);
  if (factor.length >= places.length) return first;
  // All best points of a convex program share Fx (H = F'F) and c'x (Mangasarian, 1988): the least of them is a program again.
  const nearest = solve({ ...scaled, rows: [...scaled.rows, ...factor.map((row) => through(first.x, row)), ...linearRow(scaled, first.x)], hessian: ones(scaled.linear.length, places), linear: scaled.linear.map(() => 0) });
  return nearest.status === "optimal" ? nearest : first;
}

/** The same program with its largest coefficient of the objective made 1, as the solver's tolerances are absolute. */
export function inOneSize(program: QuadraticProgram): QuadraticProgram {
  const size = Math.max(...diagonal(program.hessian), ...program.linear.map(Math.abs));
  if (!(size > 0)) return program;
  return { ...program, hessian: program.hessian.map((row) => row.map((value) => value / size)), linear: program.linear.map((value) => value / size) };
}

function through(x: readonly number[], coefficients: readonly number[]): LinearRow {
  const value = dot(coefficients, x);
  return { coefficients, lower: value, upper: value };
}

function linearRow({ linear }: QuadraticProgram, x: readonly number[]): LinearRow[] {
  const size = Math.max(...linear.map(Math.abs));
  return size > 0 ? [through(x, linear.map((value) => value / size))] : [];
}

function ones(count: number, places: readonly number[]): number[][] {
  const hessian = zeros(count, count);
  for (const place of places) (hessian[place] as number[])[place] = 1;
  return hessian;
}
