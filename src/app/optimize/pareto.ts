/** Objectives of one trial, higher is better; `null` counts as worse than any number. */
export type Scores = readonly (number | null)[];

const worth = (score: number | null | undefined): number => score ?? Number.NEGATIVE_INFINITY;

/** Infinities are equal to themselves, which a subtraction would not say. */
const descending = (a: number, b: number): number => (a === b ? 0 : b > a ? 1 : -1);

/** Whether `a` is nowhere worse than `b` and somewhere better. */
export function dominates(a: Scores, b: Scores): boolean {
  return a.every((score, at) => worth(score) >= worth(b[at])) && a.some((score, at) => worth(score) > worth(b[at]));
}

/**
 * Indices from best to worst: by front (Deb et al. 2002, NSGA-II), inside a front by how far apart its members are,
 * the lower index first among equals. With one objective this is its order.
 */
export function ranking(all: readonly Scores[]): number[] {
  if (all.every((scores) => scores.length < 2)) return all.map((_, index) => index).sort((a, b) => descending(worth(all[a]?.[0]), worth(all[b]?.[0])) || a - b);
  const order: number[] = [];
  let left = all.map((_, index) => index);
  while (left.length > 0) {
    const front = frontOf(all, left);
    order.push(...spreadOut(all, front));
    const taken = new Set(front);
    left = left.filter((index) => !taken.has(index));
  }
  return order;
}

/** The members of `among` that no other member dominates. */
export function frontOf(all: readonly Scores[], among: readonly number[] = all.map((_, index) => index)): number[] {
  return among.filter((index) => !among.some((other) => dominates(all[other] ?? [], all[index] ?? [])));
}

/** A front with its most isolated members first: crowding distance. */
function spreadOut(all: readonly Scores[], front: readonly number[]): number[] {
  const distance = new Map(front.map((index) => [index, 0]));
  const objectives = all[front[0] ?? 0]?.length ?? 0;
  for (let objective = 0; objective < objectives; objective++) {
    const scoreOf = (index: number): number => worth(all[index]?.[objective]);
    const sorted = front.toSorted((a, b) => descending(scoreOf(b), scoreOf(a)) || a - b);
    const width = scoreOf(sorted.at(-1) ?? 0) - scoreOf(sorted[0] ?? 0);
    sorted.forEach((index, at) => {
      const [before, after] = [sorted[at - 1], sorted[at + 1]];
      const gap = before === undefined || after === undefined ? Number.POSITIVE_INFINITY : width > 0 && Number.isFinite(width) ? (scoreOf(after) - scoreOf(before)) / width : 0;
      distance.set(index, (distance.get(index) ?? 0) + gap);
    });
  }
  return front.toSorted((a, b) => {
    const [left, right] = [distance.get(a) ?? 0, distance.get(b) ?? 0];
    return left === right ? a - b : right - left;
  });
}
