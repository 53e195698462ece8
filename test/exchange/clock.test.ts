import { expect, it } from "vitest";
import { createClock } from "../../src/exchange/clock.ts";

const WINDOW = 5_000;

function clocks(): { market: number; wall: number; skew: number } {
  return { market: 1_000_000_000, wall: 5_000_000_000, skew: 0 };
}

it("takes market time and the wall, and nothing far from both", () => {
  const at = clocks();
  const clock = createClock(() => at.market, () => at.skew, () => at.wall);
  expect(clock.accepts(at.market, WINDOW)).toBe(true);
  expect(clock.accepts(at.wall, WINDOW)).toBe(true);
  expect(clock.accepts(at.wall - WINDOW - 1, WINDOW)).toBe(false);
  expect(clock.accepts(at.wall + 1_000, WINDOW)).toBe(false);
});

it("follows a client that goes on from what it was told, also when market time jumps", () => {
  const at = clocks();
  const clock = createClock(() => at.market, () => at.skew, () => at.wall);
  const told = clock.tell();
  at.wall += 60_000;
  at.market += 86_400_000;
  expect(clock.accepts(told + 60_000, WINDOW)).toBe(true);
  expect(clock.accepts(told + 60_000 - WINDOW - 1, WINDOW)).toBe(false);
});

it("finds clients late after a skew until they ask again", () => {
  const at = clocks();
  const clock = createClock(() => at.market, () => at.skew, () => at.wall);
  const told = clock.tell();
  at.skew = 10_000;
  expect(clock.accepts(told, WINDOW)).toBe(false);
  expect(clock.accepts(at.wall, WINDOW)).toBe(false);
  expect(clock.accepts(clock.tell(), WINDOW)).toBe(true);
});
