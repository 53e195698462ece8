import type { Search } from "../definition/search-schema.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Parameters } from "./result.ts";

/** A value of a parameter. */
export type Value = Parameters[string];

/** One searched key: a list of values, or a range. */
export type Dimension =
  | { readonly key: string; readonly kind: "list"; readonly values: readonly Value[] }
  | { readonly key: string; readonly kind: "range"; readonly from: number; readonly to: number; readonly step?: number; readonly scale: "linear" | "log" };

/** A place in the unit cube, one coordinate (0 to 1) a dimension. */
export type Point = readonly number[];

/** Digits that a value in a range without steps has: few enough to be typed after `--set`. */
const DIGITS = 6;
/** Share of a range without steps that counts as one step. */
const NEAR = 0.05;

/** The dimensions of a search, sorted by key; `whole` tells keys that hold whole numbers, whose step is 1 unless they say another. */
export function spaceOf(parameters: Search["parameters"], whole: (key: string) => boolean): Dimension[] {
  return Object.entries(parameters)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, given]): Dimension => {
      if ("values" in given) return { key, kind: "list", values: given.values };
      const step = given.step ?? (whole(key) ? 1 : undefined);
      return { key, kind: "range", from: given.from, to: given.to, scale: given.scale ?? "linear", ...(step === undefined ? {} : { step }) };
    });
}

/** Values that a dimension has; infinity for a range without steps. */
export function sizeOf(dimension: Dimension): number {
  if (dimension.kind === "list") return dimension.values.length;
  const { from, to, step } = dimension;
  return step === undefined ? Number.POSITIVE_INFINITY : Math.floor((to - from) / step + 1e-9) + 1;
}

/** Parameter sets that a space has; infinity where a range has no steps. */
export function countSets(space: readonly Dimension[]): number {
  return space.reduce((product, dimension) => product * sizeOf(dimension), 1);
}

/** The value of a dimension by its index, of one that can be counted. */
export function valueAt(dimension: Dimension, index: number): Value {
  if (dimension.kind === "list") return dimension.values[index] as Value;
  return tidy(dimension.from + index * (dimension.step ?? 0), 12);
}

/** The index of a value of a dimension that can be counted. */
export function indexOf(dimension: Dimension, value: Value): number {
  return dimension.kind === "list" ? dimension.values.indexOf(value) : Math.round((Number(value) - dimension.from) / (dimension.step ?? 1));
}

/** The parameter set at a place of the unit cube. Equal parts of a coordinate give equal shares of the values (of their logarithms on a log scale). */
export function parametersAt(space: readonly Dimension[], point: Point): Parameters {
  return Object.fromEntries(space.map((dimension, at) => [dimension.key, valueOf(dimension, point[at] ?? 0)]));
}

function valueOf(dimension: Dimension, unit: number): Value {
  const size = sizeOf(dimension);
  if (dimension.kind === "range" && dimension.scale === "log") {
    const raw = dimension.from * (dimension.to / dimension.from) ** unit;
    return size === Number.POSITIVE_INFINITY ? tidy(raw, DIGITS) : valueAt(dimension, clamp(Math.round((raw - dimension.from) / (dimension.step ?? 1)), size));
  }
  if (Number.isFinite(size)) return valueAt(dimension, clamp(Math.floor(unit * size), size));
  const { from, to } = dimension as Extract<Dimension, { kind: "range" }>;
  return tidy(from + (to - from) * unit, DIGITS);
}

const clamp = (index: number, size: number): number => Math.min(size - 1, Math.max(0, index));
const tidy = (value: number, digits: number): number => Number(value.toPrecision(digits));

/** Where a parameter set lies in the unit cube: the middle of what gives the same values. */
export function pointOf(space: readonly Dimension[], parameters: Parameters): Point {
  return space.map((dimension) => unitOf(dimension, parameters[dimension.key] as Value));
}

function unitOf(dimension: Dimension, value: Value): number {
  if (dimension.kind === "range" && dimension.scale === "log") return Math.log(Number(value) / dimension.from) / Math.log(dimension.to / dimension.from);
  const size = sizeOf(dimension);
  if (Number.isFinite(size)) return (indexOf(dimension, value) + 0.5) / size;
  const { from, to } = dimension as Extract<Dimension, { kind: "range" }>;
  return (Number(value) - from) / (to - from);
}

/** The sets one step away from a set, in one dimension each; of a range without steps, a twentieth of the range. */
export function neighboursOf(space: readonly Dimension[], parameters: Parameters): Parameters[] {
  const all = space.flatMap((dimension) => {
    const own = parameters[dimension.key] as Value;
    return [-1, 1].flatMap((way) => {
      const value = beside(dimension, own, way);
      return value === null || value === own ? [] : [{ ...parameters, [dimension.key]: value }];
    });
  });
  return all;
}

function beside(dimension: Dimension, own: Value, way: number): Value | null {
  const size = sizeOf(dimension);
  if (Number.isFinite(size)) {
    const index = indexOf(dimension, own);
    return index + way < 0 || index + way >= size ? null : valueAt(dimension, index + way);
  }
  const unit = unitOf(dimension, own) + way * NEAR;
  return unit < 0 || unit > 1 ? null : valueOf(dimension, unit);
}

/** One text for one parameter set. */
export function keyOf(parameters: Parameters): string {
  return canonicalJson(parameters);
}
