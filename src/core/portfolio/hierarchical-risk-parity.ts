import { checkEntries } from "./market.ts";
import { entry, quadratic, type Matrix } from "./matrix.ts";
import { found, refused, type Outcome } from "./outcome.ts";

/** How far two clusters are from one another: as far as their nearest members. */
export type Linkage = "single";

/** What the tree may be told besides the covariance. */
export interface TreeOptions {
  /**
   * Where two clusters merge, the asset that is listed earlier decides which comes first; with names they are taken in
   * the order of their names, so that the answer does not depend on how they are listed.
   */
  readonly names?: readonly string[];
  /** Correlations of pairs over the times that each pair shares; those of the covariance unless given. */
  readonly correlation?: Matrix;
}

/**
 * Long-only weights that sum to 1, by a tree of the correlations and without inverting anything (Lopez de Prado, 2016,
 * "Building diversified portfolios that outperform out of sample"; distances and order of the leaves as scipy and
 * PyPortfolioOpt have them).
 */
export function hierarchicalRiskParity(covariance: Matrix, linkage: Linkage = "single", { names, correlation }: TreeOptions = {}): Outcome<number[]> {
  const titles = names ?? covariance.map((_, i) => `asset ${i + 1}`);
  const checked = checkEntries(covariance, titles);
  if (!checked.ok) return checked;
  const still = titles.find((_, i) => !(entry(covariance, i, i) > 1e-18));
  if (still !== undefined && titles.length > 1) return refused(`${still} never moves, so that it has no correlation with the others: leave it out, or hold it as cash.`);
  const order = titles.map((_, i) => i);
  if (names !== undefined) order.sort((a, b) => ((names[a] ?? "") < (names[b] ?? "") ? -1 : 1));
  const inOrder = (matrix: Matrix): number[][] => order.map((i) => order.map((j) => entry(matrix, i, j)));
  const sorted = inOrder(covariance);
  const weights = new Array<number>(order.length).fill(0);
  bisect(sorted, leavesOf(inOrder(correlation ?? correlationOf(covariance)), linkage)).forEach((weight, place) => {
    weights[order[place] as number] = weight;
  });
  return found(weights);
}

const correlationOf = (covariance: Matrix): number[][] =>
  covariance.map((row, i) => row.map((value, j) => value / Math.sqrt(entry(covariance, i, i) * entry(covariance, j, j))));

/** A cluster of assets in the order of the tree's leaves. */
interface Cluster {
  readonly members: readonly number[];
}

function leavesOf(correlation: Matrix, linkage: Linkage): readonly number[] {
  const distance = correlation.map((row) => row.map(distanceOf));
  // In the order in which they were made, assets first.
  let clusters: Cluster[] = correlation.map((_, i) => ({ members: [i] }));
  while (clusters.length > 1) {
    const [left, right] = nearestPair(clusters, distance, linkage);
    clusters = [...clusters.filter((one) => one !== left && one !== right), { members: [...left.members, ...right.members] }];
  }
  return clusters[0]?.members ?? [];
}

// Rounding takes a correlation past 1 and -1.
const distanceOf = (correlation: number): number => Math.sqrt(Math.min(1, Math.max(0, (1 - correlation) / 2)));

/** The two clusters that are nearest, the one made earlier first. */
function nearestPair(clusters: readonly Cluster[], distance: Matrix, linkage: Linkage): readonly [Cluster, Cluster] {
  let best: { readonly far: number; readonly pair: readonly [Cluster, Cluster] } | null = null;
  for (const [i, left] of clusters.entries()) {
    for (const right of clusters.slice(i + 1)) {
      const far = between(left, right, distance, linkage);
      if (best === null || far < best.far) best = { far, pair: [left, right] };
    }
  }
  if (best === null) throw new RangeError("fewer than two clusters are left");
  return best.pair;
}

function between(left: Cluster, right: Cluster, distance: Matrix, linkage: Linkage): number {
  return JOINED[linkage](left.members.flatMap((i) => right.members.map((j) => entry(distance, i, j))));
}

const JOINED: Readonly<Record<Linkage, (distances: readonly number[]) => number>> = { single: (distances) => Math.min(...distances) };

/** Halves the leaves again and again, and gives each half the other half's share of the two variances. */
function bisect(covariance: Matrix, leaves: readonly number[]): number[] {
  const weights = covariance.map(() => 1);
  const halve = (part: readonly number[]): void => {
    if (part.length < 2) return;
    const middle = Math.floor(part.length / 2);
    const [first, second] = [part.slice(0, middle), part.slice(middle)];
    const [own, other] = [inverseVarianceRisk(covariance, first), inverseVarianceRisk(covariance, second)];
    const share = own + other > 0 ? other / (own + other) : 0.5;
    for (const i of first) weights[i] = (weights[i] as number) * share;
    for (const i of second) weights[i] = (weights[i] as number) * (1 - share);
    halve(first);
    halve(second);
  };
  halve(leaves);
  return weights;
}

/** The variance of some assets, each weighted by the inverse of its own. */
function inverseVarianceRisk(covariance: Matrix, part: readonly number[]): number {
  const inverse = part.map((i) => 1 / entry(covariance, i, i));
  const sum = inverse.reduce((a, b) => a + b, 0);
  return Math.max(0, quadratic(part.map((i) => part.map((j) => entry(covariance, i, j))), inverse.map((value) => value / sum)));
}
