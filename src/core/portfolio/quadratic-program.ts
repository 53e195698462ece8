/** Minimise 1/2 x'Hx + c'x with bounds on x and on rows of linear sums; H symmetric and positive semidefinite; ±Infinity is no bound. */
export interface QuadraticProgram {
  readonly hessian: readonly (readonly number[])[];
  readonly linear: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly rows: readonly LinearRow[];
}

/** lower <= coefficients'x <= upper. */
export interface LinearRow {
  readonly coefficients: readonly number[];
  readonly lower: number;
  readonly upper: number;
}

/** The point that minimises a program, or why there is none. */
export type QpOutcome = { readonly status: "optimal"; readonly x: readonly number[] } | { readonly status: "infeasible" | "unbounded" | "failed"; readonly why: string };

/** What solves a quadratic program (linear ones have a hessian of zeros); src/adapters/highs is one. */
export type SolveQp = (program: QuadraticProgram) => QpOutcome;
