/** Cash that no strategy may touch: a share of equity, an amount of quote, or the larger of both. */
export interface CashReserve {
  readonly share?: number | undefined;
  readonly amount?: number | undefined;
}

/** A strategy that may use what nobody else has a claim on. */
export interface IdleUse {
  readonly strategy: string;
  /** Where; in all symbols when absent. */
  readonly symbols?: readonly string[] | undefined;
  /** Most that it may have in the market beyond its council's budget, share of equity, all of its symbols together. */
  readonly most: number;
}

/** What the owner decided about cash: how much is never touched, and who may use the rest of it, first come first. */
export interface Treasury {
  readonly reserve: CashReserve;
  readonly idle: readonly IdleUse[];
}

/** Cash that has to stay, in the unit of `equity`; an amount is told in it too. */
export function floorOf(equity: number, share: number, reserve: CashReserve | undefined): number {
  return Math.max(0, Math.max(share, reserve?.share ?? 0) * equity, reserve?.amount ?? 0);
}

/** A strategy on a symbol as the treasury sees it; money in quote. */
export interface Claim {
  readonly strategy: string;
  readonly symbol: string;
  /** What its council lets it have in the market now, at cost; 0 when it lets it buy nothing. */
  readonly budget: number;
  /** Paid for what it holds, and set aside in its open buys. */
  readonly used: number;
  /** Whether idle cash may be put to work there now: the council does not lean down, nobody holds the bot. */
  readonly isOpen: boolean;
}

/** One strategy on one symbol that may use idle cash, in the owner's order; `most` in quote. */
interface Place {
  readonly claim: Claim;
  readonly most: number;
}

/**
 * What a claim may have beyond its council's budget, quote. `spare` is free cash over the reserve. A claim keeps what it has there
 * already; more comes only from what is left when every strategy has what its council gave it, and those that the owner named
 * earlier all that they may have.
 */
export function idleBudget(idle: readonly IdleUse[], own: Claim, claims: readonly Claim[], equity: number, spare: number): number {
  const places = placesOf(idle, claims, equity);
  const rank = places.findIndex(({ claim }) => claim === own);
  const place = places[rank];
  if (!place || !own.isOpen) return 0;
  let left = spare;
  for (const { budget, used } of claims) left -= Math.max(0, budget - used);
  for (const earlier of places.slice(0, rank)) if (earlier.claim.isOpen) left -= Math.max(0, earlier.most - beyond(earlier.claim));
  return Math.min(place.most, beyond(own) + Math.max(0, left));
}

/** A strategy that is named twice for a symbol has its first place. */
function placesOf(idle: readonly IdleUse[], claims: readonly Claim[], equity: number): readonly Place[] {
  const places: Place[] = [];
  for (const { strategy, symbols, most } of idle) {
    const meant = claims.filter((claim) => claim.strategy === strategy && (symbols?.includes(claim.symbol) ?? true));
    for (const claim of meant) if (!places.some((place) => place.claim === claim)) places.push({ claim, most: (most * equity) / meant.length });
  }
  return places;
}

/** What it has in the market and its council did not give it. */
const beyond = ({ used, budget }: Claim): number => Math.max(0, used - budget);
