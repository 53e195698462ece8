import { cashRange, weightBounds, type Constraints } from "./constraints.ts";
import { zeros } from "./matrix.ts";
import { refused, type Outcome } from "./outcome.ts";
import { allowed, type Polyhedron } from "./polyhedron.ts";
import type { SolveQp } from "./quadratic-program.ts";
import { percent } from "../trading-limits.ts";

/** The points that constraints allow; if there are none, or a number of them makes no sense, which ones and what to change. */
export function checkConstraints(names: readonly string[], constraints: Constraints, solve: SolveQp): Outcome<Polyhedron> {
  const nonsense = firstNonsense(names, constraints);
  if (nonsense !== null) return refused(nonsense);
  const polyhedron = allowed(names.length, constraints);
  if (hasPoint(polyhedron, solve)) return { ok: true, value: polyhedron };
  return refused(bySums(names, constraints) ?? byLeavingOut(names, constraints, solve));
}

function hasPoint(polyhedron: Polyhedron, solve: SolveQp): boolean {
  const count = polyhedron.lower.length;
  return solve({ ...polyhedron, hessian: zeros(count, count), linear: new Array<number>(count).fill(0) }).status === "optimal";
}

function firstNonsense(names: readonly string[], constraints: Constraints): string | null {
  const { min, max } = cashRange(constraints);
  if (!(min >= 0 && max <= 1 && min <= max)) return `Cash between ${percent(min)} and ${percent(max)}: both are shares from 0 to 1, the first not above the second.`;
  for (const list of [constraints.minWeight, constraints.maxWeight, constraints.turnover?.from]) {
    if (typeof list === "object" && list.length !== names.length) return `A list of ${list.length} weights for ${names.length} assets: give one for each, in their order.`;
  }
  for (const [i, name] of names.entries()) {
    const { lower, upper } = weightBounds(constraints, i);
    if (Number.isNaN(lower) || Number.isNaN(upper)) return `A limit on the weight of ${name} is not a number: give a share such as 0.25.`;
    if (constraints.longOnly !== false && upper < 0) return `The most of ${name} is ${percent(upper)}, and weights below zero are not allowed: raise it to 0 or more.`;
    if (lower > upper) return `The least of ${name} is ${percent(lower)}, above the most of it, ${percent(upper)}: lower the one or raise the other.`;
  }
  for (const group of constraints.groups ?? []) {
    const stranger = group.members.find((member) => names[member] === undefined);
    if (stranger !== undefined) return `Group "${group.name}" names asset ${stranger}, and there are ${names.length}, counted from 0.`;
    if (new Set(group.members).size < group.members.length) return `Group "${group.name}" names an asset twice: name each once.`;
    if (!(group.max >= (group.min ?? -Infinity))) return `Group "${group.name}" is to be at least ${percent(group.min ?? 0)} and at most ${percent(group.max)}: no weight is both.`;
  }
  const { turnover } = constraints;
  if (turnover === undefined) return null;
  if (!turnover.from.every(Number.isFinite)) return "The weights that the turnover is counted from are not all finite numbers: give a share for each asset, 0 where nothing is held.";
  return turnover.max >= 0 ? null : `A turnover of at most ${turnover.max}: give a share of 0 or more.`;
}

function bySums(names: readonly string[], constraints: Constraints): string | null {
  const cash = cashRange(constraints);
  const bounds = names.map((_, i) => weightBounds(constraints, i));
  const most = bounds.reduce((sum, { upper }) => sum + upper, 0);
  const least = bounds.reduce((sum, { lower }) => sum + lower, 0);
  if (most < 1 - cash.max) {
    return `The caps on single assets add up to ${percent(most)}, and ${percent(1 - cash.max)} has to be invested: raise the caps to ${percent((1 - cash.max) / names.length)} or more each, allow more cash, or add assets.`;
  }
  if (least > 1 - cash.min) return `The least weights add up to ${percent(least)}, and only ${percent(1 - cash.min)} may be invested: lower them, or lower the least cash.`;
  return null;
}

/** Which kinds of limits, left out alone, would make room. */
function byLeavingOut(names: readonly string[], constraints: Constraints, solve: SolveQp): string {
  const { longOnly, minWeight, maxWeight, groups, cash, turnover } = constraints;
  const kept = { ...(longOnly === undefined ? {} : { longOnly }), ...(cash === undefined ? {} : { cash }) };
  const kinds: readonly (readonly [string, Constraints])[] = [
    ["the turnover", turnover === undefined ? {} : { turnover }],
    ["the groups", groups === undefined ? {} : { groups }],
    ["the caps on single assets", maxWeight === undefined ? {} : { maxWeight }],
    ["the least weights", minWeight === undefined ? {} : { minWeight }],
  ];
  const present = kinds.filter(([, kind]) => Object.keys(kind).length > 0);
  const guilty = present.filter(([, left]) => {
    const others = present.filter(([, kind]) => kind !== left).map(([, kind]) => kind);
    return hasPoint(allowed(names.length, Object.assign({}, kept, ...others) as Constraints), solve);
  });
  const which = (guilty.length > 0 ? guilty : present).map(([name]) => name);
  const listed = which.length === 0 ? "the limits" : which.join(guilty.length > 0 ? " or " : " and ");
  return `No weights keep all the limits at once. Loosen ${listed}${cash === undefined ? "" : ", or widen the range of cash"}.`;
}
