import { createRandom } from "../../core/random.ts";
import type { QuadraticProgram } from "../../core/portfolio/quadratic-program.ts";

/** The numbers 0 to count - 1: in their own order for turn 0, in another one for each other turn. */
export function inOrder(count: number, turn: number): number[] {
  const places = Array.from({ length: count }, (_, place) => place);
  if (turn === 0) return places;
  const random = createRandom(turn);
  const keys = places.map(() => random.uniform());
  return places.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
}

/** The same program with its variables and rows in other orders, for x counted in parts of 1 / unit. */
export function rewritten(program: QuadraticProgram, variables: readonly number[], rows: readonly number[], unit: number): QuadraticProgram {
  const pick = (values: readonly number[], factor = 1): number[] => variables.map((place) => (values[place] ?? 0) * factor);
  return {
    hessian: variables.map((place) => pick(program.hessian[place] ?? [])),
    linear: pick(program.linear, unit),
    lower: pick(program.lower, unit),
    upper: pick(program.upper, unit),
    rows: rows.flatMap((place) => {
      const row = program.rows[place];
      return row === undefined ? [] : [{ coefficients: pick(row.coefficients), lower: row.lower * unit, upper: row.upper * unit }];
    }),
  };
}

/** The same program with every row made an equality by a variable of its own for its sum; those come after x. */
export function withSums(program: QuadraticProgram): QuadraticProgram {
  const { hessian, linear, lower, upper, rows } = program;
  const nothing = rows.map(() => 0);
  return {
    hessian: [...hessian.map((row) => [...row, ...nothing]), ...rows.map(() => [...linear.map(() => 0), ...nothing])],
    linear: [...linear, ...nothing],
    lower: [...lower, ...rows.map((row) => row.lower)],
    upper: [...upper, ...rows.map((row) => row.upper)],
    rows: rows.map((row, k) => ({ coefficients: [...row.coefficients, ...nothing.map((_, j) => (j === k ? -1 : 0))], lower: 0, upper: 0 })),
  };
}
