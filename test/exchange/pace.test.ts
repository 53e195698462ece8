import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createEngine } from "../../src/exchange/engine/engine.ts";
import { createPace } from "../../src/exchange/pace.ts";
import { MINUTE, planOf, START } from "./fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("moves market time by so many seconds a second, and stands still when it is told to", () => {
  const engine = createEngine(planOf());
  const pace = createPace(engine, () => performance.now(), () => undefined);
  pace.set(60);
  vi.advanceTimersByTime(2_000);
  expect(engine.now).toBe(START + 120_000);
  pace.set(0);
  vi.advanceTimersByTime(60_000);
  expect(engine.now).toBe(START + 120_000);
  expect(pace.speed()).toBe(0);
});

it("runs slower than the wall without losing fractions, and goes on from where time was moved to", () => {
  const engine = createEngine(planOf());
  const pace = createPace(engine, () => performance.now(), () => undefined);
  pace.set(0.01);
  vi.advanceTimersByTime(10_000);
  expect(engine.now).toBeGreaterThanOrEqual(START + 99);
  engine.advance(START + MINUTE);
  vi.advanceTimersByTime(1_000);
  expect(engine.now).toBeGreaterThanOrEqual(START + MINUTE + 9);
  pace.set(0);
});

it("pulses once a second while time runs, and not after the end", () => {
  const engine = createEngine(planOf());
  const pulse = vi.fn();
  const pace = createPace(engine, () => performance.now(), pulse);
  pace.set(1);
  vi.advanceTimersByTime(5_000);
  const count = pulse.mock.calls.length;
  expect(count).toBeGreaterThanOrEqual(4);
  expect(count).toBeLessThanOrEqual(6);
  pace.set(1e9);
  vi.advanceTimersByTime(10_000);
  expect(engine.now).toBe(engine.end);
  expect(pulse.mock.calls.length).toBeLessThanOrEqual(count + 1);
  pace.set(0);
});
