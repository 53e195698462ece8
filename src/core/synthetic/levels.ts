import type { Random } from "../random.ts";

/** A price at which the generator turns the market back, until it is broken. Times in epoch milliseconds. */
export interface PlantedLevel {
  readonly kind: "support" | "resistance";
  /** Quote. */
  readonly price: number;
  readonly from: number;
  readonly to: number;
}

interface Standing {
  readonly kind: PlantedLevel["kind"];
  readonly log: number;
  readonly price: number;
  readonly from: number;
}

/** Share of attempts to cross a level that break it. */
const BREAKS = 0.012;

/** The levels of a market while it is made. Prices inside are logs. */
export class PlantedLevels {
  readonly done: PlantedLevel[] = [];
  #support: Standing | null = null;
  #resistance: Standing | null = null;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Ends what stands and plants a pair around a log price; `half` is the half width as a fraction, 0 plants none. */
  plant(log: number, half: number, time: number): void {
    this.end(time);
    if (half === 0) return;
    const below = log + Math.log(1 - half);
    const above = log + Math.log(1 + half);
    this.#support = { kind: "support", log: below, price: Math.exp(below), from: time };
    this.#resistance = { kind: "resistance", log: above, price: Math.exp(above), from: time };
  }

  /** Ends both levels. */
  end(time: number): void {
    this.#finish(this.#support, time);
    this.#finish(this.#resistance, time);
    this.#support = null;
    this.#resistance = null;
  }

  /** Where a step that would end at `next` really ends: turned back at a level, unless it breaks it. */
  meet(next: number, time: number, jumped: boolean): number {
    const { floor, ceiling } = this;
    if (next >= floor && next <= ceiling) return next;
    const level = next < floor ? floor : ceiling;
    if (!jumped && this.#random.uniform() >= BREAKS) return 2 * level - next;
    if (next < floor) {
      this.#finish(this.#support, time);
      this.#support = null;
    } else {
      this.#finish(this.#resistance, time);
      this.#resistance = null;
    }
    return next;
  }

  /** Log of the support that stands. */
  get floor(): number {
    return this.#support?.log ?? Number.NEGATIVE_INFINITY;
  }

  /** Log of the resistance that stands. */
  get ceiling(): number {
    return this.#resistance?.log ?? Number.POSITIVE_INFINITY;
  }

  #finish(level: Standing | null, time: number): void {
    if (level) this.done.push({ kind: level.kind, price: level.price, from: level.from, to: time });
  }
}
