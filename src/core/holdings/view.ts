import type { PortfolioReturns, Unexplained } from "./history.ts";
import type { AssetShare, HeldAsset, ValuedHolding } from "./valuation.ts";

/** How a place answered. Epoch milliseconds. */
export interface PlaceStatus {
  readonly label: string;
  readonly kind: "exchange" | "address" | "by-hand";
  readonly place: string;
  /** last-known: it did not answer, and what it held before counts; failed: nothing of it is known, and it is not in the total. */
  readonly state: "read" | "last-known" | "failed";
  /** When what is shown of it was read; `null` when never. */
  readonly readAt: number | null;
  /** Why it could not be read, or not all of it. */
  readonly problems: readonly string[];
  readonly openOrders: number;
  /** Worth of what it holds, as far as that has a price; decimal text in the currency. */
  readonly value: string;
}

/** An asset over all places, with its profit; decimal texts in the currency. */
export interface AssetRow extends AssetShare {
  /** Cost of the part whose cost is known; `null` when no part is. */
  readonly cost: string | null;
  readonly averageCost: string | null;
  readonly unrealised: string | null;
  readonly realised: string;
  /** Held without a known cost. */
  readonly uncovered: string;
  /** Why a part of the cost or of the realised profit is not known. */
  readonly gaps: readonly string[];
}

/** An open order of one of the accounts; decimal texts. */
export interface PlacedOrder {
  readonly source: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly type: string;
  readonly price: string | null;
  readonly quantity: string;
  readonly filled: string;
  readonly time: number | null;
}

/** Returns since the first snapshot; fractions, floats in the currency. */
export type ReturnsView = Omit<PortfolioReturns, "index" | "unexplained">;

/** The whole portfolio in one currency, as `caucus portfolio` and /portfolio show it. */
export interface PortfolioView {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly time: number;
  readonly currency: string;
  /** Of all that has a price; decimal text. */
  readonly total: string;
  /** Whether all places answered and all that is held has a price of now. */
  readonly complete: boolean;
  readonly places: readonly PlaceStatus[];
  readonly holdings: readonly ValuedHolding[];
  readonly unvalued: readonly HeldAsset[];
  readonly assets: readonly AssetRow[];
  /** Assets that are not held any more, with what they realised. */
  readonly closed: readonly { readonly asset: string; readonly realised: string; readonly gaps: readonly string[] }[];
  readonly openOrders: readonly PlacedOrder[];
  /** Decimal texts in the currency, of the parts whose cost is known. */
  readonly profit: { readonly realised: string; readonly unrealised: string; readonly cost: string };
  /** `null` before the second snapshot. */
  readonly returns: ReturnsView | null;
  /** Changes that neither trades nor flows explain; they are no profit. */
  readonly unexplained: readonly Unexplained[];
  /** The value at each snapshot, and one unit invested at the first. */
  readonly history: readonly { readonly time: number; readonly total: string; readonly index: number; readonly complete: boolean }[];
  /** What was taken as given, and what could not be done, in sentences. */
  readonly notes: readonly string[];
}
