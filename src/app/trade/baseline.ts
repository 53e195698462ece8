import { addDecimals } from "../../core/decimal.ts";
import type { Desk } from "./desk.ts";
import type { Discrepancy } from "./holdings.ts";

/** What an account holds beside the bot's own, decimal by asset. */
export type Amounts = Readonly<Record<string, string>>;

/**
 * What the account holds beside the bot's own. The owner may move what is his: once he has looked and resumed, a
 * difference that stays is taken into it, durably. Never so much that less is left than the bot's own books hold.
 */
export class Baseline {
  #amounts: Amounts;
  #accepting = false;

  constructor(amounts: Amounts) {
    this.#amounts = amounts;
  }

  get amounts(): Amounts {
    return this.#amounts;
  }

  /** The owner has looked: the next difference that stays is his. */
  acceptNext(): void {
    this.#accepting = true;
  }

  /** Account and books agree: there is nothing to accept. */
  agree(): void {
    this.#accepting = false;
  }

  /** Takes a difference that stays, if the owner has said so; otherwise a sentence about what is wrong. */
  take(desk: Desk, found: readonly Discrepancy[], now: number): string | null {
    const text = `unexplained balances: ${textOf(found)}`;
    if (!this.#accepting) return text;
    this.#accepting = false;
    const amounts: Record<string, string> = { ...this.#amounts };
    for (const { asset, venue, books } of found) amounts[asset] = addDecimals(amounts[asset] ?? "0", addDecimals(venue, books, -1));
    const short = Object.keys(amounts).filter((asset) => amounts[asset]?.startsWith("-"));
    if (short.length > 0) return `the account holds less ${short.join(", ")} than the bot bought or may spend (${text}): put it back, or finish this run`;
    desk.note("baseline", { baseline: amounts }, now);
    this.#amounts = amounts;
    return null;
  }
}

/** Differences in words. */
export function textOf(found: readonly Discrepancy[]): string {
  return found.map(({ asset, venue, books }) => `${asset}: the venue has ${venue}, the books ${books}`).join("; ");
}
