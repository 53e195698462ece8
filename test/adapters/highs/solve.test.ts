import { beforeAll, describe, expect, test } from "vitest";
import { openHighs } from "../../../src/adapters/highs/solve.ts";
import { createRandom } from "../../../src/core/random.ts";
import type { QuadraticProgram, SolveQp } from "../../../src/core/portfolio/quadratic-program.ts";

let solve: SolveQp;
beforeAll(async () => {
  solve = await openHighs();
});

const sumIs = (count: number, value: number) => ({ coefficients: new Array<number>(count).fill(1), lower: value, upper: value });

function optimum(program: QuadraticProgram): readonly number[] {
  const outcome = solve(program);
  if (outcome.status !== "optimal") throw new Error(outcome.why);
  return outcome.x;
}

describe("the HiGHS adapter", () => {
  test("finds the textbook minimum of a quadratic with an equality and bounds", () => {
    // Nocedal and Wright, Numerical Optimization, 2nd edition, example 16.2: the solution is (2, -1, 1).
    const x = optimum({
      hessian: [[6, 2, 1], [2, 5, 2], [1, 2, 4]],
      linear: [-8, -3, -3],
      lower: [-Infinity, -Infinity, -Infinity],
      upper: [Infinity, Infinity, Infinity],
      rows: [{ coefficients: [1, 0, 1], lower: 3, upper: 3 }, { coefficients: [0, 1, 1], lower: 0, upper: 0 }],
    });
    [2, -1, 1].forEach((value, i) => expect(x[i]).toBeCloseTo(value, 10));
  });

  test("finds the textbook minimum under inequalities", () => {
    // Nocedal and Wright, example 16.4: (1.4, 1.7).
    const x = optimum({
      hessian: [[2, 0], [0, 2]],
      linear: [-2, -5],
      lower: [0, 0],
      upper: [Infinity, Infinity],
      rows: [{ coefficients: [1, -2], lower: -2, upper: Infinity }, { coefficients: [-1, -2], lower: -6, upper: Infinity }, { coefficients: [-1, 2], lower: -2, upper: Infinity }],
    });
    expect(x[0]).toBeCloseTo(1.4, 10);
    expect(x[1]).toBeCloseTo(1.7, 10);
  });

  test("adds no ridge of its own: two assets of nearly one risk get the weights of the formula to 1e-9", () => {
    const [a, b, c] = [1, 1 + 1e-6, 1 - 1e-5] as const;
    const x = optimum({ hessian: [[a, c], [c, b]], linear: [0, 0], lower: [-10, -10], upper: [10, 10], rows: [sumIs(2, 1)] });
    expect(x[0]).toBeCloseTo((b - c) / (a + b - 2 * c), 9);
  });

  test("solves a linear program, where the hessian is all zeros", () => {
    expect(optimum({ hessian: [[0, 0], [0, 0]], linear: [-1, -2], lower: [0, 0], upper: [0.7, 0.7], rows: [sumIs(2, 1)] }).map((value) => Number(value.toFixed(9)))).toEqual([0.3, 0.7]);
  });

  test("says when no point keeps the limits, and when bounds cross", () => {
    const program = { hessian: [[1, 0], [0, 1]], linear: [0, 0], lower: [0, 0], upper: [0.4, 0.4], rows: [sumIs(2, 1)] };
    expect(solve(program).status).toBe("infeasible");
    expect(solve({ ...program, lower: [0.5, 0] })).toMatchObject({ status: "infeasible", why: expect.stringContaining("above") as string });
  });

  test("says when the objective falls without end", () => {
    expect(solve({ hessian: [[0, 0], [0, 0]], linear: [-1, 0], lower: [-Infinity, -Infinity], upper: [Infinity, Infinity], rows: [sumIs(2, 1)] }).status).toBe("unbounded");
  });

  test("answers a number that is not one with a failure and stays usable", () => {
    const program = { hessian: [[1, 0], [0, 1]], linear: [0, 0], lower: [0, 0], upper: [1, 1], rows: [sumIs(2, 1)] };
    expect(solve({ ...program, linear: [Number.NaN, 0] }).status).toBe("failed");
    expect(optimum(program)[0]).toBeCloseTo(0.5, 10);
  });

  test("gives the same answer to the last bit each time", () => {
    const program = { hessian: [[0.04, 0.01, 0], [0.01, 0.09, 0.02], [0, 0.02, 0.16]], linear: [-0.1, -0.2, -0.05], lower: [0, 0, 0], upper: [1, 1, 1], rows: [sumIs(3, 1)] };
    expect(optimum(program)).toEqual(optimum(program));
  });
});

describe("quadratic programs that are singular", () => {
  // Found by a search over random portfolios: HiGHS alone stops with an error or says that there is no end.
  test("keep an answer where a linear term pulls along what carries no risk", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = createRandom(seed);
      const loads = Array.from({ length: 6 }, () => random.normal());
      const program = {
        hessian: loads.map((a) => loads.map((b) => a * b)),
        linear: loads.map(() => -0.01 * random.normal()),
        lower: loads.map(() => 0.05 * random.uniform()),
        upper: loads.map(() => Infinity),
        rows: [sumIs(6, 1), { coefficients: [0, 1, 1, 0, 0, 0], lower: 0.2, upper: 0.3 }],
      };
      const x = optimum(program);
      expect(x.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      expect(gap(program, x)).toBeLessThan(1e-7);
    }
  });

  test("have no end where nothing holds the direction without risk", () => {
    expect(solve({ hessian: [[1, 1], [1, 1]], linear: [-1, 0], lower: [-Infinity, -Infinity], upper: [Infinity, Infinity], rows: [] }).status).toBe("unbounded");
  });
});

/** How far a point is from the best: the most that the objective's tangent falls over the allowed points (Frank and Wolfe, 1956). */
function gap(program: QuadraticProgram, x: readonly number[]): number {
  const gradient = program.hessian.map((row, i) => row.reduce((sum, value, j) => sum + value * x[j]!, program.linear[i]!));
  const lowest = optimum({ ...program, hessian: program.hessian.map((row) => row.map(() => 0)), linear: gradient });
  return gradient.reduce((sum, value, i) => sum + value * (x[i]! - lowest[i]!), 0);
}
