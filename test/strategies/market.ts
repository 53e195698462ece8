import { runBacktest } from "../../src/app/backtest/run.ts";
import type { RunRecord } from "../../src/app/backtest/record.ts";
import { seriesFrom } from "../../src/core/candle.ts";
import { priceOf, quantityOf } from "../../src/core/instrument.ts";
import { instrument, minutes, plan } from "../plan.ts";

/** Prices in whole dollars, quantities in thousandths. */
export const ABC = instrument("ABC/USD", { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 });

type Row = readonly [number, number, number, number];

/** Candles that go straight from one price to the next; the first two stand still. */
export function through(...prices: readonly number[]): Row[] {
  const [first = 0] = prices;
  const rows: Row[] = [[first, first, first, first], [first, first, first, first]];
  prices.slice(1).forEach((close, i) => {
    const open = prices[i] as number;
    rows.push([open, Math.max(open, close), Math.min(open, close), close]);
  });
  return rows;
}

/** Runs one strategy without a council, with a decision bar every candle, without fees unless they are given. */
export function trade(strategy: string, params: Record<string, unknown>, rows: readonly Row[], fees: { maker?: number; taker?: number } = {}): RunRecord {
  const series = minutes(rows);
  const bars = seriesFrom([...series.time].map((time, i) => ({ time, open: series.open[i]!, high: series.high[i]!, low: series.low[i]!, close: series.close[i]!, volume: 1 })), 60_000);
  return runBacktest(
    plan({
      markets: [{ instrument: ABC, series, bars }],
      strategies: { [strategy]: params },
      fees: { maker: 0, taker: 0, ...fees },
      fillModel: { limitTest: "touch" },
    }),
  );
}

/** Fills as `B1@100` (side, quantity, price), in order. */
export function told(record: RunRecord): string[] {
  return record.fills.map(({ side, ticks, steps }) => `${side === "buy" ? "B" : "S"}${Number(quantityOf(ABC, steps).toFixed(3))}@${priceOf(ABC, ticks)}`);
}

/** Base held at the end. */
export function held(record: RunRecord): number {
  return record.bot.ledger.sleeves.reduce((sum, sleeve) => sum + sleeve.baseFree + sleeve.baseReserved, 0) / ABC.baseScale;
}
