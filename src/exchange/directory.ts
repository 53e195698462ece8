import type { Engine, MarketPlan } from "./engine/model.ts";
import type { Instrument } from "../core/instrument.ts";
import { Refusal } from "./refusal.ts";

/** A market as the doors know it. */
export interface Listing {
  /** The venue's id, "BTCUSDT". */
  readonly id: string;
  /** What the engine calls it. */
  readonly key: string;
  readonly plan: MarketPlan;
  /** With the filters of this moment. */
  readonly instrument: () => Instrument;
  /** Whether it takes no orders at the moment. */
  readonly isClosed: () => boolean;
}

/** An account as the doors know it; the key stays listed while it is revoked. */
export interface Holder {
  readonly id: number;
  readonly apiKey: string;
}

/** Which markets and accounts there are, by the names that clients use. */
export interface Directory {
  readonly listings: readonly Listing[];
  readonly holders: readonly Holder[];
  /** The market of a venue's id; refuses with -1121. */
  readonly listing: (id: string) => Listing;
  /** The market of a name that the engine uses in its events. */
  readonly byKey: (key: string) => Listing;
}

/** What the engine answers to any order in a halted market. */
const CLOSED = "Market is closed.";

/** The directory of an exchange. */
export function createDirectory(engine: Engine): Directory {
  const listings = engine.plan.markets.map((plan): Listing => {
    const id = `${plan.instrument.base}${plan.instrument.quote}`;
    const key = engine.instrument(id) ? id : plan.instrument.symbol;
    return {
      id,
      key,
      plan,
      instrument: () => engine.instrument(key) ?? plan.instrument,
      // An order without a quantity is refused in any case, but first of all because the market is closed.
      isClosed: () => engine.test(0, { symbol: key, side: "buy", type: "MARKET" })?.msg === CLOSED,
    };
  });
  const byId = new Map(listings.map((listing) => [listing.id, listing]));
  const byKey = new Map(listings.map((listing) => [listing.key, listing]));
  const holders = engine.plan.accounts.map(({ apiKey }, index): Holder => ({ id: engine.accountOf(apiKey)?.id ?? index, apiKey }));
  return {
    listings,
    holders,
    listing: (id) => {
      const found = byId.get(id);
      if (!found) throw new Refusal(-1121, "Invalid symbol.");
      return found;
    },
    byKey: (key) => {
      const found = byKey.get(key);
      if (!found) throw new Error(`the engine speaks of a market "${key}" that is not in its plan`);
      return found;
    },
  };
}
