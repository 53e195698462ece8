import type { Random } from "../../core/random.ts";
import { normalCdf } from "../../core/statistics/normal.ts";

/** A density over one coordinate of the unit cube, or over the categories that share it. */
export interface Density {
  draw(random: Random): number;
  /** Logarithm of the density at a coordinate, up to a constant that is the same for all densities of the dimension. */
  log(unit: number): number;
}

/** Kernels are at most as narrow as this share of the coordinate over the number of points. */
const NARROWEST = 100;

/**
 * Normal kernels, cut off at 0 and 1, on the points and on the middle with a width of one: each is as wide as the
 * farther of its neighbours is away (Bergstra et al. 2011, section 4).
 */
export function parzen(units: readonly number[]): Density {
  const centres = [...units, 0.5].sort((a, b) => a - b);
  const prior = centres.indexOf(0.5);
  const least = 1 / Math.min(NARROWEST, centres.length + 1);
  const widths = centres.map((centre, at) => {
    if (at === prior) return 1;
    return Math.min(1, Math.max(least, centre - (centres[at - 1] ?? 0), (centres[at + 1] ?? 1) - centre));
  });
  const inside = centres.map((centre, at) => normalCdf((1 - centre) / (widths[at] as number)) - normalCdf(-centre / (widths[at] as number)));
  return {
    draw(random) {
      const at = random.integer(centres.length);
      for (;;) {
        const unit = (centres[at] as number) + (widths[at] as number) * random.normal();
        if (unit >= 0 && unit < 1) return unit;
      }
    },
    log(unit) {
      let sum = 0;
      centres.forEach((centre, at) => {
        const width = widths[at] as number;
        sum += Math.exp(-0.5 * ((unit - centre) / width) ** 2) / (width * (inside[at] as number));
      });
      return Math.log(sum / centres.length);
    },
  };
}

/** How often each of `count` categories occurs, with one more occurrence spread over all of them. */
export function categorical(units: readonly number[], count: number): Density {
  const weights = Array.from({ length: count }, () => 1 / count);
  const categoryOf = (unit: number): number => Math.min(count - 1, Math.floor(unit * count));
  for (const unit of units) weights[categoryOf(unit)] = (weights[categoryOf(unit)] as number) + 1;
  const total = units.length + 1;
  return {
    draw(random) {
      let left = random.uniform() * total;
      const found = weights.findIndex((weight) => (left -= weight) < 0);
      return ((found < 0 ? count - 1 : found) + 0.5) / count;
    },
    log: (unit) => Math.log((weights[categoryOf(unit)] as number) / total),
  };
}
