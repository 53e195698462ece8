import { expect } from "vitest";
import type { Instrument } from "../../../src/core/instrument.ts";
import type { Order } from "../../../src/core/order.ts";
import type { RiskProfile } from "../../../src/core/risk-profiles.ts";

const DAY = 86_400_000;
const NEWEST = 500;
const LEAST = 60;

/** What a symbol is known by: the closes of its bars by open time, and what was last paid for it. */
interface Known {
  readonly closes: Map<number, number>;
  price: number;
  /** Base units: whole numbers, so that nothing is left of what was sold. */
  held: number;
}

/** Cash that has to stay, as its owner says it. */
export interface Kept {
  readonly share?: number | undefined;
  readonly amount?: number | undefined;
}

/**
 * The account and its limits written down once more, as plainly as they read: nothing is kept that can be counted again. Money
 * in quote units, base in base units.
 */
export class NaiveAccount {
  readonly symbols = new Map<string, Known>();
  readonly open = new Map<number, { readonly symbol: string; left: number }>();
  free: number;
  /** Quote units of one. */
  readonly scale: number;
  readonly #timeframe: number;
  readonly #baseScale: number;

  constructor(units: number, { quoteScale, baseScale }: Instrument, timeframe: number, names: readonly string[]) {
    this.free = units;
    this.scale = quoteScale;
    this.#baseScale = baseScale;
    this.#timeframe = timeframe;
    for (const name of names) this.symbols.set(name, { closes: new Map(), price: Number.NaN, held: 0 });
  }

  of(symbol: string): Known {
    return this.symbols.get(symbol)!;
  }

  get equity(): number {
    let all = this.free + this.#setAside();
    for (const symbol of this.symbols.keys()) all += this.#worth(symbol);
    return all;
  }

  floor(profile: RiskProfile | null, kept: Kept | undefined): number {
    return Math.max(0, (profile?.reserve ?? 0) * this.equity, (kept?.share ?? 0) * this.equity, (kept?.amount ?? 0) * this.scale);
  }

  /** Fails unless the limits allow a buy that the gate has approved; then its money is set aside here too. */
  approve(order: Order, profile: RiskProfile | null, kept: Kept | undefined, feeRate: number): void {
    const { symbol } = order.sleeve;
    const { equity } = this;
    const price = order.desired.type === "limit" ? order.ticks / 100 : this.of(symbol).price;
    const notional = price * (order.steps / 1_000) * this.scale;
    // What rounding may come to: units, not money.
    const breath = 2;
    const why = `${order.desired.type} buy of ${order.steps} ${symbol} at ${price}`;
    if (profile !== null) {
      const into = (names: readonly string[]): number => notional + names.reduce((sum, name) => sum + this.#worth(name) + this.#setAside(name), 0);
      expect(notional, why).toBeLessThanOrEqual(profile.maxOrderShare * equity + breath);
      expect(into([...this.symbols.keys()]), why).toBeLessThanOrEqual(profile.maxExposure * equity + breath);
      expect(into([symbol]), why).toBeLessThanOrEqual(profile.maxSymbolShare * equity + breath);
      for (const { symbols, most } of profile.groups ?? []) if (symbols.includes(symbol)) expect(into(symbols), why).toBeLessThanOrEqual(most * equity + breath);
      if (profile.maxVar !== undefined || profile.maxCvar !== undefined) {
        const worths = new Map([...this.symbols.keys()].map((name) => [name, this.#worth(name) + this.#setAside(name) + (name === symbol ? notional : 0)]));
        const { valueAtRisk, shortfall } = this.#tail(worths);
        expect(valueAtRisk, why).toBeLessThanOrEqual((profile.maxVar ?? Number.POSITIVE_INFINITY) * equity * (1 + 1e-9) + breath);
        expect(shortfall, why).toBeLessThanOrEqual((profile.maxCvar ?? Number.POSITIVE_INFINITY) * equity * (1 + 1e-9) + breath);
      }
    }
    const margin = order.desired.type === "market" ? 1.02 : 1;
    expect(order.reserved, why).toBeGreaterThanOrEqual(notional * margin * (1 + feeRate) - breath);
    this.free -= order.reserved;
    this.open.set(order.id, { symbol, left: order.reserved });
    expect(this.free, why).toBeGreaterThanOrEqual(this.floor(profile, kept) - breath);
  }

  /** Part of a buy was executed: so many units were paid. */
  pay(order: Order, units: number): void {
    const place = this.open.get(order.id)!;
    const taken = Math.min(units, place.left);
    place.left -= taken;
    this.free -= units - taken;
  }

  /** An order is over: what it had set aside is free again. */
  end(order: Order): void {
    this.free += this.open.get(order.id)?.left ?? 0;
    this.open.delete(order.id);
  }

  #worth(symbol: string): number {
    const { held, price } = this.of(symbol);
    return held === 0 ? 0 : (held / this.#baseScale) * price * this.scale;
  }

  #setAside(symbol?: string): number {
    let sum = 0;
    for (const place of this.open.values()) if (symbol === undefined || place.symbol === symbol) sum += place.left;
    return sum;
  }

  /** One day, 95 %: the larger of the normal figure by the covariance of moves, and what the worst twentieth of moves came to. */
  #tail(worths: ReadonlyMap<string, number>): { valueAtRisk: number; shortfall: number } {
    const known: [number, Map<number, number>][] = [];
    let lost = 0;
    for (const [symbol, worth] of worths) {
      if (worth <= 0) continue;
      const moves = this.#moves(symbol);
      if (moves.size < LEAST) lost += worth;
      else known.push([worth, moves]);
    }
    const shared = [...(known[0]?.[1].keys() ?? [])].filter((time) => known.every(([, moves]) => moves.has(time)));
    const parts = shared.length >= LEAST ? [this.#joint(known, shared)] : known.map((one) => this.#joint([one], [...one[1].keys()]));
    return parts.reduce((sum, part) => ({ valueAtRisk: sum.valueAtRisk + part.valueAtRisk, shortfall: sum.shortfall + part.shortfall }), { valueAtRisk: lost, shortfall: lost });
  }

  #moves(symbol: string): Map<number, number> {
    const span = Math.min(24, Math.max(1, Math.round(DAY / this.#timeframe)));
    const bars = [...this.of(symbol).closes].sort(([a], [b]) => a - b).slice(-NEWEST);
    return new Map(bars.slice(span).map(([time, close], i) => [time, close / bars[i]![1] - 1]));
  }

  #joint(known: readonly (readonly [number, Map<number, number>])[], times: readonly number[]): { valueAtRisk: number; shortfall: number } {
    let variance = 0;
    for (const [x, a] of known) {
      for (const [y, b] of known) variance += (x * y * times.reduce((sum, time) => sum + a.get(time)! * b.get(time)!, 0)) / times.length;
    }
    const losses = times.map((time) => -known.reduce((sum, [worth, moves]) => sum + worth * moves.get(time)!, 0)).sort((a, b) => b - a);
    // The worst twentieth, counted out in hundredths of an outcome so that parts of one count as parts.
    const tail = losses.flatMap((loss) => Array.from({ length: 20 }, () => loss)).slice(0, losses.length);
    const deviation = Math.sqrt(Math.max(0, variance));
    return {
      valueAtRisk: Math.max(0, 1.6448536269514722 * deviation, losses[Math.floor(losses.length / 20)]!),
      shortfall: Math.max(0, 2.0627128075074257 * deviation, tail.reduce((sum, loss) => sum + loss, 0) / tail.length),
    };
  }
}
