import { z } from "zod";

/** What Binance answers about a key beside when it was made, as for one that reads and trades spot from known addresses. */
const USUAL = {
  ipRestrict: true,
  enableReading: true,
  enableWithdrawals: false,
  enableInternalTransfer: false,
  enableMargin: false,
  enableFutures: false,
  permitsUniversalTransfer: false,
  enableVanillaOptions: false,
  enableFixApiTrade: false,
  enableFixReadOnly: false,
  enableSpotAndMarginTrading: true,
  enablePortfolioMarginTrading: false,
} as const satisfies Readonly<Record<string, boolean>>;

const FIELDS = [...Object.keys(USUAL), "tradingAuthorityExpirationTime"];

/** A change of what keys say of themselves; a field that is `null` is left out of the answer. */
export const restrictionChanges = z
  .record(z.string(), z.union([z.boolean(), z.number().int().positive(), z.null()]))
  .refine((changes) => Object.keys(changes).every((name) => FIELDS.includes(name)), { error: `the fields are ${FIELDS.join(", ")}` });
export type RestrictionChanges = z.output<typeof restrictionChanges>;

/** What the keys of an exchange say of themselves; nothing is refused because of it. */
export class Restrictions {
  readonly #all: Record<string, boolean | number | null> = { ...USUAL };
  readonly #ofKey = new Map<string, RestrictionChanges>();

  /** The answer for a key. */
  of(apiKey: string): Readonly<Record<string, boolean | number>> {
    const said = Object.entries({ ...this.#all, ...this.#ofKey.get(apiKey) });
    return Object.fromEntries(said.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
  }

  /** Changes the answer for one key, or for all of them. */
  change(changes: RestrictionChanges, apiKey: string | undefined): void {
    if (apiKey === undefined) Object.assign(this.#all, changes);
    else this.#ofKey.set(apiKey, { ...this.#ofKey.get(apiKey), ...changes });
  }
}
