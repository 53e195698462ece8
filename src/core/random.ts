/** A seeded stream of random numbers. The same seed gives the same numbers on every machine. */
export interface Random {
  /** 0 (inclusive) to 1 (exclusive), 32 bits fine. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Exponential with mean 1. */
  exponential(): number;
  /** A whole number from 0 to n - 1. */
  integer(n: number): number;
  /** An independent stream with a name of its own; it takes nothing from this one. */
  fork(label: string): Random;
}

/**
 * Chris Doty-Humphrey's sfc32 (PractRand), seeded through splitmix32 and stirred. Logarithm and square root are the
 * engine's own; V8 computes them the same everywhere.
 */
export function createRandom(seed: number): Random {
  // An Int32Array, since fields of a closure that leave 31 bits would be boxed at every step.
  const state = new Int32Array(4);
  let mixed = seed >>> 0;
  for (let i = 0; i < 3; i++) {
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let value = mixed;
    value = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97);
    state[i] = value ^ (value >>> 15);
  }
  state[3] = 1;
  const next = (): number => {
    const sum = ((state[0] as number) + (state[1] as number) + (state[3] as number)) | 0;
    state[3] = (state[3] as number) + 1;
    state[0] = (state[1] as number) ^ ((state[1] as number) >>> 9);
    state[1] = ((state[2] as number) + ((state[2] as number) << 3)) | 0;
    state[2] = ((((state[2] as number) << 21) | ((state[2] as number) >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const uniform = (): number => next() / 4_294_967_296;
  let spare = Number.NaN;
  return {
    uniform,
    normal() {
      if (!Number.isNaN(spare)) {
        const kept = spare;
        spare = Number.NaN;
        return kept;
      }
      // Marsaglia's polar method.
      for (;;) {
        const x = 2 * uniform() - 1;
        const y = 2 * uniform() - 1;
        const square = x * x + y * y;
        if (square >= 1 || square === 0) continue;
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        spare = y * scale;
        return x * scale;
      }
    },
    exponential: () => -Math.log(1 - uniform()),
    integer: (n) => Math.floor(uniform() * n),
    fork: (label) => createRandom(labelled(seed, label)),
  };
}

/** FNV-1a of a label over a seed (Fowler, Noll, Vo). */
function labelled(seed: number, label: string): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (let i = 0; i < label.length; i++) hash = Math.imul(hash ^ label.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
