import highsModule, { type Highs, type HessianInput, type SparseMatrixInput } from "highs";
import { dualityGap } from "./certificate.ts";
import { inOrder, rewritten, withSums } from "./rewritten.ts";
import type { QpOutcome, QuadraticProgram, SolveQp } from "../../core/portfolio/quadratic-program.ts";

// The package declares its types once, as CommonJS, where the loader is `default`; what Node imports is the loader itself.
const loadHighs = highsModule as unknown as typeof highsModule.default;

/** The HiGHS solver (WebAssembly, one thread); opening it takes some tens of milliseconds, a call then runs to its end. */
export async function openHighs(): Promise<SolveQp> {
  const highs = await loadHighs();
  return (program) => solveWith(highs, program);
}

// HiGHS adds 1e-7 to the Hessian's diagonal unless told: that moves weights in the fourth digit where assets are much alike.
// Without it the answers meet the optimality conditions to 1e-15.
const EXACT = { output_flag: false, qp_regularization_value: 0 } as const;

// At degenerate corners the active-set method stops with an error or goes round in circles, which the iteration limit ends:
// one program in five hundred with x as it is, one in two thousand and more with x in thousandths. What is left is taken
// another way past the corner: with all rows made equalities, in another unit, with variables and rows in another order.
const WAYS = [
  { unit: 1e3, sums: false },
  { unit: 1e3, sums: true },
  { unit: 1e4, sums: false },
  { unit: 1e2, sums: true },
  { unit: 1e2, sums: false },
  { unit: 1, sums: true },
] as const;

// Where the Hessian is singular and a linear term pulls along its null space, the exact run mostly fails in any unit, and
// one with this much of a ridge does not.
const RIDGE = 1e-6;
const STEPS = 40;
// Farther than this after all steps, the answers run away.
const FAR = 1e4;
// Of the objective's size, the most that an answer may be above the best.
const PROVEN = 1e-8;
const ROUNDING = 1e-9;
const ENDLESS = "the objective falls without end";

function solveWith(highs: Highs, program: QuadraticProgram): QpOutcome {
  if (crossed(program)) return { status: "infeasible", why: "a lower bound is above its upper bound" };
  const first = attempt(highs, program, 0);
  const isLinear = program.hessian.every((row) => row.every((value) => value === 0));
  if (isDecided(first) || (isLinear && first.status === "unbounded")) return first;
  const second = isLinear ? anyTurn(highs, program) : nearerAndNearer(highs, program);
  if (second.status === "optimal" && second.x.some((value) => Math.abs(value) > FAR)) return { status: "unbounded", why: ENDLESS };
  return isDecided(second) ? second : anyTurn(highs, program);
}

// Of a singular quadratic program HiGHS says now and then that it has no end where it has one.
const isDecided = ({ status }: QpOutcome): boolean => status === "optimal" || status === "infeasible";

function anyTurn(highs: Highs, program: QuadraticProgram): QpOutcome {
  let outcome: QpOutcome = { status: "failed", why: "no attempt was made" };
  for (const turn of WAYS.keys()) {
    outcome = attempt(highs, program, turn);
    if (isDecided(outcome)) return outcome;
  }
  return outcome;
}

/** The proximal point method (Rockafellar, 1976): a ridge around the last answer, whose own error goes as the answers meet. */
function nearerAndNearer(highs: Highs, program: QuadraticProgram): QpOutcome {
  const hessian = program.hessian.map((row, i) => row.map((value, j) => (i === j ? value + RIDGE : value)));
  let centre: readonly number[] = program.linear.map(() => 0);
  for (let step = 0; step < STEPS; step++) {
    const at = centre;
    const outcome = anyTurn(highs, { ...program, hessian, linear: program.linear.map((value, i) => value - RIDGE * (at[i] ?? 0)) });
    if (outcome.status !== "optimal") return outcome;
    centre = outcome.x;
    if (centre.every((value, i) => Math.abs(value - (at[i] ?? 0)) < 1e-10)) break;
  }
  return { status: "optimal", x: centre };
}

function attempt(highs: Highs, program: QuadraticProgram, turn: number): QpOutcome {
  const { unit, sums } = WAYS[turn] ?? WAYS[0];
  const form = sums ? withSums(program) : program;
  const order = inOrder(form.linear.length, turn);
  const outcome = run(highs, rewritten(form, order, inOrder(form.rows.length, turn), unit), unit);
  if (outcome.status !== "optimal") return outcome;
  const x = new Array<number>(order.length).fill(0);
  order.forEach((place, i) => (x[place] = (outcome.x[i] ?? 0) / unit));
  return { status: "optimal", x: x.slice(0, program.linear.length) };
}

const crossed = ({ lower, upper, rows }: QuadraticProgram): boolean =>
  lower.some((low, i) => low > (upper[i] ?? Infinity)) || rows.some((row) => row.lower > row.upper);

/** Seconds that one program may take; those of fifty assets take milliseconds. */
const LONGEST = 20;

function run(highs: Highs, program: QuadraticProgram, unit: number): QpOutcome {
  const count = program.linear.length;
  const hessian = lowerTriangle(program.hessian);
  const model = highs.createModel();
  try {
    const limit = 500 + 10 * (count + program.rows.length);
    // The time only stops what the counts do not: an answer that arrives is the same on every machine.
    model.options.set({ ...EXACT, qp_iteration_limit: limit, simplex_iteration_limit: 100 * limit, time_limit: LONGEST });
    model.passModel({
      numCols: count,
      numRows: program.rows.length,
      colCost: Float64Array.from(program.linear),
      colLower: Float64Array.from(program.lower),
      colUpper: Float64Array.from(program.upper),
      rowLower: Float64Array.from(program.rows, (row) => row.lower),
      rowUpper: Float64Array.from(program.rows, (row) => row.upper),
      matrix: byRows(program),
      ...(hessian.values.length > 0 ? { hessian } : {}),
    });
    model.run();
    const status = model.getModelStatus();
    const { modelStatus } = highs.constants;
    if (status === modelStatus.infeasible) return { status: "infeasible", why: "no point keeps all the constraints" };
    if (status === modelStatus.unbounded || status === modelStatus.unboundedOrInfeasible) return { status: "unbounded", why: ENDLESS };
    const { colValue, rowDual } = model.getSolution();
    const x = Array.from(colValue);
    if (status !== modelStatus.optimal || x.length !== count || !x.every(Number.isFinite)) return { status: "failed", why: `HiGHS ended with model status ${status}` };
    // About once in some thousand programs HiGHS calls a point optimal that is not: only what is proven is believed.
    const size = sizeOf(program, unit);
    const isProven = hessian.values.length === 0 || dualityGap(program, x, Array.from(rowDual), (ROUNDING * size) / unit) <= PROVEN * size;
    if (!isProven) return { status: "failed", why: "HiGHS gave a point that is not the best" };
    return { status: "optimal", x };
  } catch (error) {
    return { status: "failed", why: `HiGHS: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    model.dispose();
  }
}

/** The size of an objective whose x is counted in parts of 1 / unit. */
const sizeOf = ({ hessian, linear }: QuadraticProgram, unit: number): number => Math.max(...hessian.map((row, i) => (row[i] ?? 0) * unit ** 2), ...linear.map((value) => Math.abs(value) * unit));

function byRows({ rows, linear }: QuadraticProgram): SparseMatrixInput {
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (const row of rows) {
    row.coefficients.forEach((value, column) => {
      if (value === 0) return;
      indices.push(column);
      values.push(value);
    });
    starts.push(indices.length);
  }
  return { format: "csr", numRows: rows.length, numCols: linear.length, starts: Int32Array.from(starts), indices: Int32Array.from(indices), values: Float64Array.from(values) };
}

function lowerTriangle(matrix: QuadraticProgram["hessian"]): HessianInput {
  const starts = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (let column = 0; column < matrix.length; column++) {
    for (let row = column; row < matrix.length; row++) {
      const value = matrix[row]?.[column] ?? 0;
      if (value === 0) continue;
      indices.push(row);
      values.push(value);
    }
    starts.push(indices.length);
  }
  return { format: "triangular", dimension: matrix.length, starts: Int32Array.from(starts), indices: Int32Array.from(indices), values: Float64Array.from(values) };
}
