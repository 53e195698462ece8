import { addDecimals } from "../../../core/decimal.ts";
import { notionalUnits } from "../../../core/instrument.ts";
import type { Order } from "../../../core/order.ts";
import type { Execution } from "../../../core/simulator/execute.ts";
import type { Instrument } from "../../../core/instrument.ts";
import type { VenueBalance } from "../../../ports/venue.ts";
import { unitsText } from "../exact.ts";

/** What an amount is of: an asset, and the decimal text of how much. */
interface Amount {
  readonly asset: string;
  readonly amount: string;
}

/** What the rest of a resting order locks; a market order locks nothing. */
function lockOf(instrument: Instrument, order: Order): Amount | null {
  const left = order.steps - order.filled;
  if (order.desired.type === "market" || left <= 0) return null;
  if (order.desired.side === "sell") return { asset: instrument.base, amount: unitsText(instrument, "base", left * instrument.stepUnits) };
  return { asset: instrument.quote, amount: unitsText(instrument, "quote", notionalUnits(instrument, order.ticks, left)) };
}

/** The pretended account: totals by asset as exact decimals. What is locked follows from the orders that rest. */
export class PaperAccount {
  readonly #totals: Map<string, string>;

  constructor(balances: Readonly<Record<string, string>>) {
    this.#totals = new Map(Object.entries(balances));
  }

  /** Moves what one execution moves, its fee included. */
  execute(instrument: Instrument, { order, ticks, steps, feeUnits, feeCurrency }: Execution): void {
    const [base, quote] = order.desired.side === "buy" ? ([1, -1] as const) : ([-1, 1] as const);
    this.#add(instrument.base, unitsText(instrument, "base", steps * instrument.stepUnits), base);
    this.#add(instrument.quote, unitsText(instrument, "quote", notionalUnits(instrument, ticks, steps)), quote);
    this.#add(feeCurrency === "base" ? instrument.base : instrument.quote, unitsText(instrument, feeCurrency, feeUnits), -1);
  }

  /** All balances, with what the resting orders lock taken from what is free. */
  balances(resting: Iterable<readonly [Instrument, Order]>): ReadonlyMap<string, VenueBalance> {
    const free = new Map(this.#totals);
    for (const [instrument, order] of resting) {
      const lock = lockOf(instrument, order);
      if (lock) free.set(lock.asset, addDecimals(free.get(lock.asset) ?? "0", lock.amount, -1));
    }
    return new Map([...free].map(([asset, amount]) => [asset, { free: amount, total: this.#totals.get(asset) ?? "0" }]));
  }

  #add(asset: string, amount: string, factor: 1 | -1): void {
    this.#totals.set(asset, addDecimals(this.#totals.get(asset) ?? "0", amount, factor));
  }
}

/** What is missing of the money that an order needs; null when it is there. A market buy takes what it can pay for. */
export function lackOf(instrument: Instrument, order: Order, balances: ReadonlyMap<string, VenueBalance>): string | null {
  const { side, type } = order.desired;
  if (type === "market" && side === "buy") return null;
  const need = side === "sell" ? { asset: instrument.base, amount: unitsText(instrument, "base", order.steps * instrument.stepUnits) } : lockOf(instrument, order);
  if (need === null) return null;
  const left = addDecimals(balances.get(need.asset)?.free ?? "0", need.amount, -1);
  return left.startsWith("-") ? `${left.slice(1)} ${need.asset} are missing` : null;
}
