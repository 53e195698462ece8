import type { MemorySample } from "./soak.ts";

/** The most by which the last quarter may lie over the second. */
const GROWTH = 1.1;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean memory of the second and of the last quarter, bytes; nothing when there are too few samples. */
export function quarters(samples: readonly MemorySample[]): readonly { readonly what: "rss" | "heapUsed"; readonly second: number; readonly last: number }[] {
  const quarter = Math.floor(samples.length / 4);
  if (quarter === 0) return [];
  return (["rss", "heapUsed"] as const).map((what) => ({
    what,
    second: mean(samples.slice(quarter, 2 * quarter).map((sample) => sample[what])),
    last: mean(samples.slice(-quarter).map((sample) => sample[what])),
  }));
}

/** Memory that grows, a sentence each. */
export function memoryProblems(samples: readonly MemorySample[]): readonly string[] {
  return quarters(samples).flatMap(({ what, second, last }) => (last <= GROWTH * second ? [] : [`${what} has grown from ${Math.round(second)} to ${Math.round(last)} bytes between the second quarter and the last`]));
}
