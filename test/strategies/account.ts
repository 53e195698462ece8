import type { InstrumentFilters } from "../../src/core/instrument.ts";
import type { PortfolioAsset, PortfolioView } from "../../src/core/portfolio-view.ts";

/** One symbol of an account, deep enough for everything unless told. */
export function asset(symbol: string, price: number, filters: InstrumentFilters, rest: Partial<Omit<PortfolioAsset, "own" | "volume">> & { readonly own?: Partial<PortfolioAsset["own"]> } = {}): PortfolioAsset {
  const held = rest.held ?? rest.own?.held ?? 0;
  return {
    symbol, price, filters, fee: 0, isLive: true, openBuys: 0, openSells: 0, mayBuy: true, exposure: 1, volume: () => 1_000_000, ...rest,
    held, worth: held === 0 ? 0 : held * price, own: { held, openBuys: 0, openSells: 0, ...rest.own },
  };
}

/** An account of so much free cash and these symbols. */
export function account(cash: number, assets: readonly PortfolioAsset[], rest: Partial<PortfolioView> = {}): PortfolioView {
  const equity = cash + assets.reduce((sum, { worth }) => sum + worth, 0);
  return { equity, cash, setAside: 0, reserve: 0, assets, ...rest };
}
