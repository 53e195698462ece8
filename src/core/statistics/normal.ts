import cdf from "@stdlib/stats-base-dists-normal-cdf";
import quantile from "@stdlib/stats-base-dists-normal-quantile";

/** Share of a standard normal at or under `z`. */
export function normalCdf(z: number): number {
  return cdf(z, 0, 1);
}

/** The value under which a standard normal has the share `p` (0..1); infinite at the ends. */
export function normalQuantile(p: number): number {
  return quantile(p, 0, 1);
}
