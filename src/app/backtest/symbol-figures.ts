import { type RoundTrip, type SleeveAccount, baseUnitsOf } from "../../core/ledger.ts";
import type { SymbolResult } from "../result.ts";
import { listingsOf } from "./listing.ts";
import { type BacktestMarket, type BacktestPlan, takerFeeOf } from "./plan.ts";
import type { RunRecord } from "./record.ts";
import { rounded } from "./records.ts";

/** Money is given to this many decimals: what venues settle in. */
const MONEY = 8;

/** Counts round trips by symbol and strategy in one go, over a list that grows with the run. */
export function tripCounts(trips: readonly RoundTrip[]): (sleeve: SleeveAccount) => number {
  const counts = new Map<string, Map<string, number>>();
  for (const { symbol, strategy } of trips) {
    const own = counts.get(symbol) ?? new Map<string, number>();
    if (own.size === 0) counts.set(symbol, own);
    own.set(strategy, (own.get(strategy) ?? 0) + 1);
  }
  return ({ symbol, strategy }) => counts.get(symbol)?.get(strategy) ?? 0;
}

/** What the sleeve holds, dust included, at the last price less what was paid for it; quote. */
export function unrealised(sleeve: SleeveAccount, record: RunRecord): number {
  const units = baseUnitsOf(sleeve);
  const cost = (sleeve.cost + sleeve.dustCost) / sleeve.instrument.quoteScale;
  return units === 0 ? -cost : (units / sleeve.instrument.baseScale) * priceAtEnd(sleeve, record) - cost;
}

/** Price of the sleeve's symbol at the end of the run, quote. */
export function priceAtEnd(sleeve: SleeveAccount, record: RunRecord): number {
  return record.bot.symbols.get(sleeve.symbol)?.price ?? 0;
}

/** Each symbol of a run: when it was there, what it did, what is left of it. */
export function symbolFigures(record: RunRecord, plan: BacktestPlan, tripsOf: (sleeve: SleeveAccount) => number): SymbolResult[] {
  return listingsOf(plan.markets).map((listing, i) => {
    const market = plan.markets[i] as BacktestMarket;
    const sleeves = record.bot.ledger.sleeves.filter(({ symbol }) => symbol === listing.symbol);
    const sum = (of: (sleeve: SleeveAccount) => number): number => sleeves.reduce((total, sleeve) => total + of(sleeve), 0);
    const { quoteScale, baseScale } = market.instrument;
    const closedProfit = sum((sleeve) => sleeve.closedProfit) / quoteScale;
    const unrealisedProfit = sum((sleeve) => unrealised(sleeve, record));
    const held = sum(baseUnitsOf) / baseScale;
    return {
      ...listing,
      fills: sum((sleeve) => sleeve.fills),
      roundTrips: sum(tripsOf),
      profit: rounded(closedProfit + unrealisedProfit, MONEY),
      closedProfit: rounded(closedProfit, MONEY),
      unrealisedProfit: rounded(unrealisedProfit, MONEY),
      feesPaid: rounded(sum((sleeve) => sleeve.feesQuote) / quoteScale, MONEY),
      exposure: record.exposures.get(listing.symbol) ?? 0,
      held,
      value: rounded(held * (record.bot.symbols.get(listing.symbol)?.price ?? 0), MONEY),
      buyAndHold: growth(market, plan),
    };
  });
}

/** Return of holding a symbol from its first traded close to the end, the taker fee paid, fraction. */
function growth(market: BacktestMarket, plan: BacktestPlan): number {
  const { series, from, delisted } = market;
  if (delisted !== undefined && plan.delisting === "worthless") return -1;
  return ((series.close[series.length - 1] as number) / (series.close[from] as number)) * (1 - takerFeeOf(plan, market)) - 1;
}
