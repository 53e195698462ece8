import type { StrategyView } from "../../src/core/strategy.ts";
import type { GridParams } from "./params.ts";

/** Lower and upper price of a grid. */
export interface Range {
  readonly lower: number;
  readonly upper: number;
}

/** A level nearer than this share of the half width is too near to bound a grid. */
const NEAREST = 0.25;

/**
 * The range of a grid around the price: fixed where the parameters fix it; else the council's outermost support
 * and resistance within the half width; else the half width itself (the profile's, where there is one).
 */
export function chooseRange(params: GridParams, view: StrategyView): Range | null {
  const half = view.limits?.gridWidth ?? params.width;
  let lower = view.price * (1 - half);
  let upper = view.price * (1 + half);
  const floor = lower;
  const ceiling = upper;
  let support = Number.POSITIVE_INFINITY;
  let resistance = Number.NEGATIVE_INFINITY;
  for (const level of view.decision?.levels ?? []) {
    const distance = Math.abs(level.price / view.price - 1);
    if (distance < half * NEAREST) continue;
    if (level.price < view.price && level.price >= floor) support = Math.min(support, level.price);
    if (level.price > view.price && level.price <= ceiling) resistance = Math.max(resistance, level.price);
  }
  if (Number.isFinite(support)) lower = support;
  if (Number.isFinite(resistance)) upper = resistance;
  if (params.lower !== "auto") lower = params.lower;
  if (params.upper !== "auto") upper = params.upper;
  return lower > 0 && upper > lower ? { lower, upper } : null;
}
