import type { BacktestMarket } from "./plan.ts";

/** From when to when a symbol of a run could be traded, epoch milliseconds. */
export interface Listing {
  readonly symbol: string;
  /** Open of its first traded candle, and close of its last. */
  readonly from: number;
  readonly to: number;
  /** Whether it began some bars after the run, or ended some bars before it. */
  readonly beganLate: boolean;
  readonly delisted: boolean;
}

/** Decision bars by which symbols may differ without one of them being late or gone: downloads do not end at the same minute. */
const FEW_BARS = 3;

type Span = Pick<BacktestMarket, "series" | "bars" | "from">;

const beginOf = ({ series, from }: Span): number => series.time[from] ?? Number.POSITIVE_INFINITY;
const endOf = ({ series }: Span): number => (series.time[series.length - 1] ?? 0) + series.timeframe;

/** When the first symbol of a run begins and the last one ends, epoch milliseconds. */
export function spanOf(markets: readonly Span[]): { readonly startTime: number; readonly endTime: number } {
  let startTime = Number.POSITIVE_INFINITY;
  let endTime = Number.NEGATIVE_INFINITY;
  for (const market of markets) {
    startTime = Math.min(startTime, beginOf(market));
    endTime = Math.max(endTime, endOf(market));
  }
  return { startTime, endTime };
}

/**
 * Marks the markets that are gone before the run ends, by their candles alone. It is a fact of the data that an exchange
 * announces, so it goes with the plan: a run over a part of the candles is told the same.
 */
export function withDelistings(markets: readonly BacktestMarket[]): BacktestMarket[] {
  const { endTime } = spanOf(markets);
  return markets.map((market) => (endTime - endOf(market) > FEW_BARS * market.bars.timeframe ? { ...market, delisted: endOf(market) } : market));
}

/** From when to when each symbol of a run could be traded. */
export function listingsOf(markets: readonly BacktestMarket[]): Listing[] {
  const { startTime } = spanOf(markets);
  return markets.map((market) => ({
    symbol: market.instrument.symbol,
    from: beginOf(market),
    to: endOf(market),
    beganLate: beginOf(market) - startTime > FEW_BARS * market.bars.timeframe,
    delisted: market.delisted !== undefined,
  }));
}
