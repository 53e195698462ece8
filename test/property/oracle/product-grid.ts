import { runBacktest } from "../../../src/app/backtest/run.ts";
import type { Fees } from "../../../src/core/fill-model.ts";
import { priceOf, quantityOf } from "../../../src/core/instrument.ts";
import { baseUnitsOf } from "../../../src/core/ledger.ts";
import { plan } from "../../plan.ts";
import type { GridResult } from "./grid.ts";
import type { GridWish } from "./levels.ts";
import { seriesOf } from "./product.ts";
import type { Setting } from "./script.ts";
import type { OracleCandle } from "./types.ts";

const RATE = 100_000_000;

/** The same grid as a whole backtest of the product, and how many orders it was refused. The model's fees are those of all symbols, or the symbol's own where the common ones are others. */
export function backtestGrid(
  { instrument, model }: Setting,
  grid: GridWish,
  candles: readonly OracleCandle[],
  quoteUnits: bigint,
  common?: Omit<Fees, "currency">,
): GridResult & { readonly refused: readonly string[] } {
  const { path, limitTest, counter, gap, share, slippage, feeCurrency } = model;
  const fees = { maker: model.makerRate / RATE, taker: model.takerRate / RATE, slippage: slippage.over / slippage.under };
  const record = runBacktest(
    plan({
      markets: [{ instrument, series: seriesOf(instrument, candles) }],
      strategies: {
        grid: {
          lower: priceOf(instrument, grid.lower),
          upper: priceOf(instrument, grid.upper),
          levels: grid.cells + 1,
          spacing: grid.spacing,
          quantity: quantityOf(instrument, grid.steps),
        },
      },
      capital: Number(quoteUnits) / instrument.quoteScale,
      fees: { currency: feeCurrency, ...(common === undefined ? fees : { ...common, of: { [instrument.symbol]: fees } }) },
      fillModel: { path, limitTest, counter, gap, volumeShare: share.over / share.under },
    }),
  );
  const { ledger } = record.bot;
  return {
    fills: record.fills.map(({ time, orderId, side, ticks, steps, liquidity, feeUnits, feeCurrency: paidIn, complete }) => ({
      type: "fill", bar: time / 60_000, id: orderId, side, ticks, steps, liquidity, fee: feeUnits, feeCurrency: paidIn, complete,
    })),
    quoteUnits: BigInt(ledger.quoteFree + ledger.quoteReserved),
    baseUnits: BigInt(baseUnitsOf(ledger.sleeves[0]!)),
    refused: [...record.refused.keys()],
  };
}
