import { kellyCap } from "../../src/core/coordinator.ts";
import { dearerFee, MARKET_MARGIN } from "../../src/core/risk.ts";
import type { RiskProfile } from "../../src/core/risk-profiles.ts";
import type { StrategyView } from "../../src/core/strategy.ts";
import { DAY } from "../../src/core/timeframe.ts";
import type { SignalParams } from "./params.ts";

/** A bar of a random walk spans sqrt(8 / pi) standard moves on average (Feller, 1951). */
const SPAN = Math.sqrt(8 / Math.PI);
const YEAR = 365 * DAY;

/** One standard move of a bar, fraction of the price, from its average true range; NaN where that is not known. */
function barVolatility({ bars, price }: StrategyView, period: number): number {
  return bars === undefined ? Number.NaN : bars.atr(period) / price / SPAN;
}

/** Standard deviation of a year, fraction, from the bars' own moves; NaN where they are not known. */
export function annualVolatility(view: StrategyView, period: number): number {
  return view.bars === undefined ? Number.NaN : barVolatility(view, period) * Math.sqrt(YEAR / view.bars.timeframe);
}

/** How much of its share of the budget a position gets, 0..1; what cannot be sized gets nothing. */
export function sizeOf(signal: number, view: StrategyView, params: SignalParams): number {
  switch (params.size) {
    case "fixed":
      return 1;
    case "volatility": {
      const volatility = annualVolatility(view, params.atrPeriod);
      return volatility > 0 ? Math.min(1, params.volatilityTarget / volatility) : 0;
    }
    case "kelly":
      return kellyCap(signal, barVolatility(view, params.atrPeriod) * Math.sqrt(params.horizon), params);
  }
}

/** Money is counted in whole units and each part of a fee rounded up: what is meant to fit exactly is made this much smaller. */
const ROUNDING = 1 - 1e-6;

/** Quote of an entry: within the budget and the free cash with its fee and, at the market, with the margin that the gate sets aside; within the owner's limits. */
export function entryNotional(signal: number, view: StrategyView, params: SignalParams): number {
  const wanted = view.budget * params.budget * sizeOf(signal, view, params);
  const { cash, notional } = view.limits === null ? NO_LIMITS : roomOf(view, view.limits);
  const margin = params.entry === "market" ? 1 + MARKET_MARGIN : 1;
  const spendable = Math.min(wanted, view.budget - view.totalCost(), cash * ROUNDING);
  return Math.max(0, Math.min(spendable / margin / (1 + dearerFee(view)), notional * ROUNDING));
}

/** What the whole account leaves for one order, quote. */
interface Room {
  /** Cash that may be set aside. */
  readonly cash: number;
  /** What the order may be worth. */
  readonly notional: number;
}

const NO_LIMITS: Room = { cash: Number.POSITIVE_INFINITY, notional: Number.POSITIVE_INFINITY };

/** What the gate would let through now, so that no entry is asked for that it must refuse. */
function roomOf(view: StrategyView, limits: RiskProfile): Room {
  const { equity, cash, setAside, reserve, assets } = view.portfolio();
  const inMarket = assets.reduce((sum, { worth }) => sum + worth, setAside);
  const here = assets.find((asset) => asset.symbol === view.symbol);
  const taken = here === undefined ? 0 : here.worth + here.openBuys * here.price;
  return {
    cash: cash - reserve,
    notional: Math.min(limits.maxOrderShare * equity, limits.maxExposure * equity - inMarket, limits.maxSymbolShare * equity - taken),
  };
}
