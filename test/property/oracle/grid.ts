import { ceilOf, compare, floorOf, type GridWish } from "./levels.ts";
import { notional } from "./money.ts";
import type { OracleCandle, OracleEvent, OracleModel, OracleOrder, Venue } from "./types.ts";
import { OracleVenue } from "./venue.ts";

/** What a grid has done, and what the account holds at the end in units. */
export interface GridResult {
  readonly fills: readonly OracleEvent[];
  readonly quoteUnits: bigint;
  readonly baseUnits: bigint;
}

interface Cell {
  readonly buyAt: number;
  readonly sellAt: number;
  /** Base units that it holds. */
  held: bigint;
}

/** Every cell buys at its lower level, offers at its upper one what it then holds, and so on. */
class OracleGrid {
  readonly #grid: GridWish;
  readonly #model: OracleModel;
  readonly #cells: Cell[] = [];
  readonly #waiting: Cell[] = [];
  readonly #ofOrder = new Map<number, Cell>();
  #purchase = 0;

  constructor(grid: GridWish, model: OracleModel) {
    this.#grid = grid;
    this.#model = model;
  }

  /** At the close of the first candle: cells that begin under the price bid, the others have their base bought. */
  begin(venue: Venue, price: number): void {
    for (let i = 0; i < this.#grid.cells; i++) {
      const cell: Cell = { buyAt: floorOf(this.#grid, i), sellAt: ceilOf(this.#grid, i + 1), held: 0n };
      this.#cells.push(cell);
      if (compare(this.#grid, price, i) <= 0) this.#waiting.push(cell);
    }
    const steps = this.#waiting.length * this.#grid.steps;
    if (steps > 0) this.#purchase = venue.place({ ...this.#order("buy", 0, steps), type: "market" });
    for (const cell of this.#cells) if (!this.#waiting.includes(cell)) this.#bid(venue, cell);
  }

  answer(event: OracleEvent, venue: Venue): void {
    if (event.type !== "fill") return;
    const cell = this.#ofOrder.get(event.id);
    if (event.id === this.#purchase) this.#share(venue, event);
    else if (cell) {
      const units = BigInt(event.steps) * BigInt(this.#model.stepUnits);
      cell.held += event.side === "buy" ? units - BigInt(event.feeCurrency === "base" ? event.fee : 0) : -units;
      if (event.complete && event.side === "buy") this.#offer(venue, cell);
      if (event.complete && event.side === "sell") this.#bid(venue, cell);
    }
  }

  /** Hands the purchase to the cells that waited for it, each an equal part. */
  #share(venue: Venue, event: Extract<OracleEvent, { type: "fill" }>): void {
    if (!event.complete) throw new Error("the oracle's grid wants a purchase in one piece");
    const bought = BigInt(event.steps) * BigInt(this.#model.stepUnits) - BigInt(event.feeCurrency === "base" ? event.fee : 0);
    for (const cell of this.#waiting) {
      cell.held = bought / BigInt(this.#waiting.length);
      this.#offer(venue, cell);
    }
  }

  #bid(venue: Venue, cell: Cell): void {
    // What the last turn left is less than a step: dust, which no later turn sells.
    cell.held = 0n;
    this.#ofOrder.set(venue.place(this.#order("buy", cell.buyAt, this.#grid.steps)), cell);
  }

  #offer(venue: Venue, cell: Cell): void {
    const steps = Number(cell.held / BigInt(this.#model.stepUnits));
    if (steps > 0) this.#ofOrder.set(venue.place(this.#order("sell", cell.sellAt, steps)), cell);
  }

  #order(side: "buy" | "sell", ticks: number, steps: number): Omit<OracleOrder, "id"> {
    return { side, type: "limit", ticks, steps, postOnly: false, funds: Number.MAX_SAFE_INTEGER };
  }
}

/** Runs the grid over the candles; the first of them only gives it its price. */
export function runGrid(grid: GridWish, model: OracleModel, candles: readonly OracleCandle[], quoteUnits: bigint): GridResult {
  const cells = new OracleGrid(grid, model);
  const venue = new OracleVenue(model, (event, at) => cells.answer(event, at));
  cells.begin(venue, candles[0]!.close);
  candles.forEach((candle, bar) => {
    if (bar > 0) venue.walk(bar, candle);
  });
  let quote = quoteUnits;
  let base = 0n;
  for (const event of venue.events) {
    if (event.type !== "fill") continue;
    const sign = event.side === "buy" ? 1n : -1n;
    quote -= sign * notional(model, event.ticks, event.steps);
    base += sign * BigInt(event.steps) * BigInt(model.stepUnits);
    if (event.feeCurrency === "base") base -= BigInt(event.fee);
    else quote -= BigInt(event.fee);
  }
  return { fills: venue.events, quoteUnits: quote, baseUnits: base };
}
