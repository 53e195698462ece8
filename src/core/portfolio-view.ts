import type { InstrumentFilters } from "./instrument.ts";

/** What a strategy may know of one symbol of the account. Base and quote as plain numbers; all strategies together unless it says own. */
export interface PortfolioAsset {
  readonly symbol: string;
  /** The last price known, quote; NaN before the first. */
  readonly price: number;
  readonly filters: InstrumentFilters;
  /** The dearer of its maker and taker fees, fraction of the notional. */
  readonly fee: number;
  /** Whether it has the newest bar and takes orders; one that has not begun, is late or has ended does not. */
  readonly isLive: boolean;
  /** Base held, open sells included. */
  readonly held: number;
  /** What is held, at the last price, quote. */
  readonly worth: number;
  /** Base that open buys would still bring. */
  readonly openBuys: number;
  /** Base that open sells would still take. */
  readonly openSells: number;
  /** Of what is held and open, that of the strategy that looks. */
  readonly own: { readonly held: number; readonly openBuys: number; readonly openSells: number };
  /** Whether the strategy that looks may buy here: not while it winds down or exits. */
  readonly mayBuy: boolean;
  /** 0..1: the largest share of what is meant for the symbol that its council lets into the market; 1 without a council. */
  readonly exposure: number;
  /** Median volume of the newest bars of the decision timeframe, base; NaN before the first bar. */
  volume(): number;
}

/** What a strategy may know of the whole account, as of now. Money in quote. */
export interface PortfolioView {
  /** Cash and everything held, at the last prices. */
  readonly equity: number;
  /** Cash that no open order has set aside. */
  readonly cash: number;
  /** Cash that open buys have set aside. */
  readonly setAside: number;
  /** Cash that no order may touch; 0 when the limits name none. */
  readonly reserve: number;
  /** Every symbol of the definition, in its order. */
  readonly assets: readonly PortfolioAsset[];
}
