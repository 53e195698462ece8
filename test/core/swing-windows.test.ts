import fc from "fast-check";
import { expect, it } from "vitest";
import { seriesFrom } from "../../src/core/candle.ts";
import { SWING, SwingWindows, findSwings, knownSwings } from "../../src/core/indicators/swings.ts";

it("gives at any bar the swings that are known by then, and their numbers by price, forwards and backwards", () => {
  const price = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(price, price, fc.nat({ max: 9 })), { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.nat({ max: 119 }), { maxLength: 4 }),
      (rows, wing, lookback, jumps) => {
        const series = seriesFrom(rows.map(([a, b, volume], i) => ({ time: i, open: a, high: Math.max(a, b), low: Math.min(a, b), close: b, volume })), 1);
        const all = findSwings(series, wing);
        const windows = new SwingWindows(all, lookback);
        for (const newest of [...rows.keys(), ...jumps, ...rows.keys()]) {
          const { count, oldest, rows: numbers, path } = windows.at(newest);
          const column = (place: number): number[] => Array.from({ length: count }, (_, i) => numbers[i * SWING.size + place]!);
          const plain = knownSwings(all, newest - lookback + 1, newest);
          const byPrice = [...plain.keys()].sort((a, b) => plain[a]!.price - plain[b]!.price);
          const mean = plain.reduce((sum, { volume }) => sum + volume / plain.length, 0);
          expect(windows.swings(newest)).toEqual(plain);
          expect(oldest).toBe(plain[0]?.index ?? Number.NaN);
          expect([...numbers.subarray(path, path + count)]).toEqual(plain.map((swing) => swing.price));
          expect(column(SWING.price)).toEqual(byPrice.map((place) => plain[place]!.price));
          expect(column(SWING.index)).toEqual(byPrice.map((place) => plain[place]!.index));
          expect(column(SWING.busy)).toEqual(byPrice.map((place) => (mean > 0 ? plain[place]!.volume / mean : 1)));
          expect(column(SWING.reach)).toEqual(
            byPrice.map((place) => {
              const turn = plain.slice(place + 1).find(({ kind }) => kind !== plain[place]!.kind);
              return turn ? Math.abs(turn.price - plain[place]!.price) : Number.NaN;
            }),
          );
        }
      },
    ),
    { numRuns: 300 },
  );
});
