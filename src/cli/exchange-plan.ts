import { createHash } from "node:crypto";
import { type FilterChoice, resolveFilters } from "../app/definition/instrument-auto.ts";
import { createInstrument, quoteDecimals } from "../core/instrument.ts";
import { UserError } from "../core/user-error.ts";
import type { ExchangePlan, MarketPlan } from "../exchange/engine/model.ts";
import type { Dataset } from "../ports/candles.ts";

/** What is fixed of no filter: the candles' own venue says it, or it is inferred from them. */
const AUTO: FilterChoice = { priceStep: "auto", quantityStep: "auto", minQuantity: "auto", minNotional: "auto" };

/** Markets over datasets, with Binance's limits beside the filters. `choiceOf` gives the filters that are fixed. */
export function marketsOf(datasets: readonly Dataset[], choiceOf: (symbol: string) => FilterChoice = () => AUTO): MarketPlan[] {
  const filters = datasets.map(({ symbol, series, filters: own }) => resolveFilters(choiceOf(symbol), own, series, symbol.split("/")[1] ?? ""));
  const decimals = quoteDecimals(filters);
  return datasets.map(({ symbol, series }, i) => {
    const own = filters[i];
    const instrument = own ? createInstrument(symbol, own, decimals) : `no filters for ${symbol}`;
    if (typeof instrument === "string") throw new UserError(`instrument (${symbol}): ${instrument}.`);
    return { instrument, series, multiplierUp: 5, multiplierDown: 0.2, maxOrders: 200 };
  });
}

/** A text that stands for a plan over these candles, hexadecimal: the same plan and options give the same text. */
export function planHash(plan: ExchangePlan, datasets: readonly Dataset[], options: readonly unknown[] = []): string {
  const text = JSON.stringify([datasets.map(({ symbol, hash }) => [symbol, hash]), plan.fees, plan.volumeShare, plan.seed, plan.accounts, plan.markets.map(({ instrument }) => instrument.filters), ...options]);
  return createHash("sha256").update(text).digest("hex");
}
