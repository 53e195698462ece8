import { z } from "zod";

/** What everything was worth at an instant; epoch milliseconds, currency. */
export interface ValuePoint {
  readonly time: number;
  readonly value: number;
}

/** What came in (above zero) or left, and its worth then; epoch milliseconds, currency. */
export interface ValueFlow {
  readonly time: number;
  readonly value: number;
}

/** A return over a time, fractions. */
export interface TimeWeighted {
  readonly total: number;
  /** The value of one unit that was invested at the first point, at every point. */
  readonly index: readonly number[];
  /** Spans that could not be measured, since nothing was invested in them. */
  readonly unmeasured: number;
}

const YEAR = 365 * 86_400_000;

/**
 * Time-weighted return: the returns of the spans between the points, chained. Inside a span, flows count by the time that
 * they were there (Dietz's modified method; GIPS, Calculation Methodology, 2.A.2); a flow at a point's instant is in its
 * value, so that the return is exact when there is a point at every flow. `null` for less than two points.
 */
export function timeWeighted(points: readonly ValuePoint[], flows: readonly ValueFlow[]): TimeWeighted | null {
  if (points.length < 2) return null;
  const index = [1];
  let unmeasured = 0;
  let level = 1;
  for (let i = 1; i < points.length; i++) {
    const [from, to] = [points[i - 1], points[i]];
    if (!from || !to) break;
    const span = to.time - from.time;
    const within = flows.filter(({ time }) => time > from.time && time <= to.time);
    const net = within.reduce((sum, { value }) => sum + value, 0);
    const base = from.value + within.reduce((sum, { time, value }) => sum + value * ((to.time - time) / span), 0);
    const gain = to.value - from.value - net;
    if (base > 0 && Number.isFinite(gain)) level *= Math.max(0, 1 + gain / base);
    else unmeasured += 1;
    index.push(level);
  }
  return { total: level - 1, index, unmeasured };
}

/** A payment into (below zero) or out of an investment; epoch milliseconds, currency. */
export interface Payment {
  readonly time: number;
  readonly amount: number;
}

/** The return over the whole time and a year, or why there is none. */
export const moneyWeightedSchema = z.discriminatedUnion("ok", [
  z.strictObject({
    ok: z.literal(true),
    yearly: z.number().nullable().describe("fraction a year; null where that is beyond numbers: a gain of an hour, annualised"),
    total: z.number().describe("fraction over the whole time"),
  }),
  z.strictObject({ ok: z.literal(false), why: z.string().describe("why there is none") }),
]);
export type MoneyWeighted = z.infer<typeof moneyWeightedSchema>;

/** From losing all but a part of this size, to so many times what was paid in. */
const LARGEST = 1e12;

/**
 * Money-weighted return: the rate at which all payments are worth nothing together. `yearly` is of years of 365 days and the
 * same as Excel's XIRR (https://support.microsoft.com/en-us/office/xirr-function-de1242ec-6477-445b-b11b-a303ad9adc9d).
 */
export function moneyWeighted(payments: readonly Payment[]): MoneyWeighted {
  const first = Math.min(...payments.map(({ time }) => time));
  const last = Math.max(...payments.map(({ time }) => time));
  if (!payments.some(({ amount }) => amount > 0) || !payments.some(({ amount }) => amount < 0)) return { ok: false, why: "there is no payment in and out" };
  if (!(last > first)) return { ok: false, why: "all payments are at one instant" };
  const flows = payments.map(({ time, amount }) => ({ part: (time - first) / (last - first), amount }));
  // Over the logarithm of 1 + rate the worth is smooth, and no rate is below -100 %.
  const worth = (log: number): number => flows.reduce((sum, { part, amount }) => sum + amount * Math.exp(-log * part), 0);
  const roots = crossings(worth, -Math.log(LARGEST), Math.log(LARGEST));
  if (roots.length === 0) return { ok: false, why: "no rate explains the payments" };
  if (roots.length > 1) return { ok: false, why: `${roots.length} rates explain the payments equally well` };
  const log = roots[0] ?? 0;
  const yearly = Math.expm1((log * YEAR) / (last - first));
  return { ok: true, yearly: Number.isFinite(yearly) ? yearly : null, total: Math.expm1(log) };
}

const STEPS = 2_000;

/** Where a function changes its sign, by a grid and bisection. */
function crossings(f: (x: number) => number, from: number, to: number): number[] {
  const roots: number[] = [];
  let [low, atLow] = [from, f(from)];
  for (let i = 1; i <= STEPS; i++) {
    const high = from + ((to - from) * i) / STEPS;
    const atHigh = f(high);
    if (Number.isFinite(atLow) && Number.isFinite(atHigh) && atLow !== 0 && Math.sign(atLow) !== Math.sign(atHigh)) roots.push(bisected(f, low, high, atLow));
    [low, atLow] = [high, atHigh];
  }
  return roots;
}

function bisected(f: (x: number) => number, from: number, to: number, atFrom: number): number {
  let [low, high] = [from, to];
  for (let i = 0; i < 100 && high - low > 1e-15 * Math.max(1, Math.abs(low)); i++) {
    const middle = (low + high) / 2;
    if (Math.sign(f(middle)) === Math.sign(atFrom)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
