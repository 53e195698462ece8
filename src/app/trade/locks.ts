import { z } from "zod";
import { addDecimals } from "../../core/decimal.ts";
import { notionalUnits } from "../../core/instrument.ts";
import type { OrderRow } from "../../ports/journal.ts";
import type { Answer, Venue, VenueBalance, VenueOrder } from "../../ports/venue.ts";
import type { Desk } from "./desk.ts";
import { stepsOf, ticksOf, unitsText } from "./exact.ts";

/** Decimals by asset. */
type Amounts = ReadonlyMap<string, string>;

const usualSchema = z.record(z.string(), z.string());
const SETTING = "usual-locks";

/**
 * What a venue has locked in the account beyond the open orders that it shows: an order that it took and does not show
 * yet locks its money at once, so a lock that is new says that an order may be there which no question finds.
 */
export class Locks {
  readonly #desk: Desk;
  readonly #venue: Venue;

  constructor({ desk, venue }: { desk: Desk; venue: Venue }) {
    this.#desk = desk;
    this.#venue = venue;
  }

  /** Keeps what is locked while nothing of ours is of unknown fate: other symbols' orders, what the owner has set aside. */
  keepUsual(balances: ReadonlyMap<string, VenueBalance>, open: readonly VenueOrder[]): void {
    const usual = JSON.stringify(Object.fromEntries([...this.#beyond(balances, open)].filter(([, amount]) => isPositive(amount))));
    if (usual === (this.#desk.parts.journal.setting(SETTING) ?? "{}")) return;
    this.#desk.note("locks", { usual }, this.#venue.now(), { settings: [{ name: SETTING, value: usual }] });
  }

  /** Whether the venue may hold the money of an order that it does not find; a failure when it does not answer. */
  async mayHold(row: OrderRow): Promise<Answer<boolean>> {
    const need = this.#needOf(row.symbol, row.side, row.ticks, row.steps - row.filledSteps);
    // A market order locks nothing: its trades are all that it leaves.
    if (need === null || !isPositive(need.amount)) return { ok: true, value: false };
    const open: VenueOrder[] = [];
    for (const symbol of this.#desk.parts.bot.symbols.keys()) {
      const answer = await this.#venue.openOrders(symbol);
      if (!answer.ok) return answer;
      open.push(...answer.value);
    }
    const balances = await this.#venue.balances();
    if (!balances.ok) return balances;
    const usual = usualSchema.parse(JSON.parse(this.#desk.parts.journal.setting(SETTING) ?? "{}"));
    const beyond = this.#beyond(balances.value, open).get(need.asset) ?? "0";
    const isNew = addDecimals(addDecimals(beyond, usual[need.asset] ?? "0", -1), need.amount, -1);
    return { ok: true, value: !isNew.startsWith("-") };
  }

  /** Locked less what open orders of the bot's symbols need, ours and others', by asset. */
  #beyond(balances: ReadonlyMap<string, VenueBalance>, open: readonly VenueOrder[]): Amounts {
    const beyond = new Map<string, string>();
    for (const { instrument } of this.#desk.parts.bot.symbols.values()) {
      for (const asset of [instrument.base, instrument.quote]) {
        const { free, total } = balances.get(asset) ?? { free: "0", total: "0" };
        beyond.set(asset, addDecimals(total, free, -1));
      }
    }
    for (const order of open) {
      const instrument = this.#desk.instrument(order.symbol);
      const left = (stepsOf(instrument, order.quantity) ?? 0) - (stepsOf(instrument, order.filled) ?? 0);
      const need = this.#needOf(order.symbol, order.side, ticksOf(instrument, order.price ?? "0") ?? 0, left);
      if (need) beyond.set(need.asset, addDecimals(beyond.get(need.asset) ?? "0", need.amount, -1));
    }
    return beyond;
  }

  #needOf(symbol: string, side: "buy" | "sell", ticks: number, steps: number): { readonly asset: string; readonly amount: string } | null {
    const instrument = this.#desk.instrument(symbol);
    if (steps <= 0) return null;
    if (side === "sell") return { asset: instrument.base, amount: unitsText(instrument, "base", steps * instrument.stepUnits) };
    return { asset: instrument.quote, amount: unitsText(instrument, "quote", notionalUnits(instrument, ticks, steps)) };
  }
}

function isPositive(amount: string): boolean {
  return amount !== "0" && !amount.startsWith("-");
}
