import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/core/random.ts";

const WORD = 0xffff_ffffn;

/** splitmix32 in big integers. */
function* splitmix(seed: number): Generator<bigint, never> {
  let state = BigInt(seed);
  for (;;) {
    state = (state + 0x9e37_79b9n) & WORD;
    let z = state;
    z = ((z ^ (z >> 16n)) * 0x21f0_aaadn) & WORD;
    z = ((z ^ (z >> 15n)) * 0x735a_2d97n) & WORD;
    yield z ^ (z >> 15n);
  }
}

/** sfc32 as PractRand defines it: counter from 1, twelve rounds thrown away after seeding. */
function* sfc32(seed: number): Generator<bigint, never> {
  const words = splitmix(seed);
  let [a, b, c, counter] = [words.next().value, words.next().value, words.next().value, 1n];
  for (let round = 0; ; round++) {
    const sum = (a + b + counter) & WORD;
    counter = (counter + 1n) & WORD;
    a = b ^ (b >> 9n);
    b = (c + (c << 3n)) & WORD;
    c = ((((c << 21n) | (c >> 11n)) & WORD) + sum) & WORD;
    if (round >= 12) yield sum;
  }
}

describe("the uniform stream", () => {
  it("is sfc32 seeded through splitmix32, word for word as big integers give it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (seed) => {
        const random = createRandom(seed);
        const reference = sfc32(seed);
        for (let i = 0; i < 50; i++) expect(random.uniform() * 2 ** 32).toBe(Number(reference.next().value));
      }),
      { numRuns: 30 },
    );
  });

  it("gives streams that are uncorrelated under different names", () => {
    const [a, b] = [createRandom(5).fork("shocks"), createRandom(5).fork("volume")];
    const count = 40_000;
    let product = 0;
    for (let i = 0; i < count; i++) product += a.normal() * b.normal();
    // The product of two independent standard normals has variance 1: four standard errors of its mean.
    expect(Math.abs(product / count)).toBeLessThan(4 / Math.sqrt(count));
  });
});
