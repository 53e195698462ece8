import { createRandom, type Random } from "../../../src/core/random.ts";
import type { Constraints } from "../../../src/core/portfolio/constraints.ts";
import type { Market } from "../../../src/core/portfolio/frontier.ts";
import type { Matrix } from "../../../src/core/portfolio/matrix.ts";
import type { Outcome } from "../../../src/core/portfolio/outcome.ts";

/** A market of so many assets driven by so many factors; without noise of their own, `factors < assets` is singular. */
export function market(assets: number, factors: number, seed: number, own = 0): Market {
  const random = createRandom(seed);
  const loads = Array.from({ length: assets }, () => Array.from({ length: factors }, () => 0.3 * random.normal()));
  const covariance = loads.map((a, i) => loads.map((b, j) => a.reduce((sum, x, k) => sum + x * b[k]!, i === j ? own : 0)));
  return { names: loads.map((_, i) => `A${i}`), mean: loads.map(() => 0.1 + 0.2 * random.normal()), covariance, riskFree: 0.02 };
}

/** Returns of so many rows and assets, with a common part. */
export function returns(rows: number, assets: number, seed: number): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: rows }, () => {
    const common = 0.02 * random.normal();
    return Array.from({ length: assets }, (_, i) => common + 0.001 + 0.01 * (i + 1) * random.normal());
  });
}

/** Limits of every kind that a point drawn beforehand keeps, and that point. */
export function keptLimits(assets: number, seed: number): { readonly constraints: Constraints; readonly point: readonly number[]; readonly cash: number } {
  const random = createRandom(seed);
  const cash = random.integer(3) === 0 ? 0.3 * random.uniform() : 0;
  const raw = Array.from({ length: assets }, () => random.exponential());
  const total = raw.reduce((a, b) => a + b, 0);
  const point = raw.map((value) => ((1 - cash) * value) / total);
  const sometimes = <T>(value: () => T): T | undefined => (random.integer(2) === 0 ? value() : undefined);
  const members = point.map((_, i) => i).filter(() => random.integer(2) === 0);
  const sum = members.reduce((a, i) => a + point[i]!, 0);
  const from = shuffled(point, random).map((value) => 0.9 * value);
  const apart = point.reduce((a, value, i) => a + Math.abs(value - from[i]!), 0) / 2;
  const maxWeight = sometimes(() => point.map((value) => value + 0.3 * random.uniform()));
  const minWeight = sometimes(() => point.map((value) => Math.max(0, value - 0.2 * random.uniform())));
  const groups = sometimes(() => [{ name: "some", members, min: sum - 0.1 * random.uniform(), max: sum + 0.1 * random.uniform() }]);
  const turnover = sometimes(() => ({ from, max: apart + 0.1 * random.uniform() }));
  const constraints: Constraints = {
    cash: { min: 0.5 * cash, max: Math.min(1, 1.5 * cash) },
    ...(maxWeight && { maxWeight }),
    ...(minWeight && { minWeight }),
    ...(groups && { groups }),
    ...(turnover && { turnover }),
  };
  return { constraints, point, cash };
}

/** The same values in another order (Fisher and Yates). */
export function shuffled<T>(values: readonly T[], random: Random): T[] {
  const mixed = [...values];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!];
  }
  return mixed;
}

/** The rows and columns of a matrix in another order. */
export const reordered = (matrix: Matrix, order: readonly number[]): number[][] => order.map((i) => order.map((j) => matrix[i]![j]!));

/** The value of an outcome that has one; otherwise the test fails with its sentence. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.why);
  return outcome.value;
}

/** The sentence of an outcome without a value. */
export function whyNot(outcome: Outcome<unknown>): string {
  if (outcome.ok) throw new Error(`a value came where none was expected: ${JSON.stringify(outcome.value)}`);
  return outcome.why;
}
