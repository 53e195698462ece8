import { feesOf } from "../../core/fill-model.ts";
import { quantityOf } from "../../core/instrument.ts";
import { baseUnitsOf, type SleeveAccount } from "../../core/ledger.ts";
import { cagr, calmar, omega, payoff, ratioOfGains, returnsOf, sharpe, sortino, sqn, ulcer, winRate } from "../../core/statistics/returns.ts";
import { mean } from "../../core/statistics/moments.ts";
import { DAY } from "../../core/timeframe.ts";
import { equityOf } from "../../core/valuation.ts";
import type { BacktestResult } from "../result.ts";
import { buyAndHold } from "./benchmark.ts";
import { rounded } from "./records.ts";
import { listingsOf } from "./listing.ts";
import { type BacktestPlan, takerFeeOf } from "./plan.ts";
import { priceAtEnd, symbolFigures, tripCounts, unrealised } from "./symbol-figures.ts";
import type { RunRecord } from "./record.ts";

/** Money is given to this many decimals: what venues settle in. */
const MONEY = 8;
const money = (value: number): number => rounded(value, MONEY);

/** All figures of a finished run. */
export function figures(record: RunRecord, plan: BacktestPlan): BacktestResult {
  const { bot, marker } = record;
  const { ledger } = bot;
  const first = plan.markets[0];
  if (!first) throw new Error("a run without a market has no figures");
  const scale = first.instrument.quoteScale;
  const startEquity = ledger.startUnits / scale;
  const finalEquity = money(equityOf(bot));
  const days = (record.endTime - record.startTime) / DAY;
  const returns = returnsOf([startEquity, ...marker.daily]);
  const profits = ledger.roundTrips.map((trip) => trip.profit / scale);
  const growth = cagr(startEquity, finalEquity, days);
  const { exposure } = record;
  const tripsOf = tripCounts(ledger.roundTrips);
  const listings = listingsOf(plan.markets);
  const isWorthless = plan.delisting === "worthless";
  const held = buyAndHold(plan.markets.map((market, i) => ({ ...market, takerFee: takerFeeOf(plan, market), isLate: listings[i]?.beganLate === true, isWorthless })), exposure);
  const sum = (of: (sleeve: SleeveAccount) => number): number => ledger.sleeves.reduce((total, sleeve) => total + of(sleeve), 0);
  return {
    startEquity,
    finalEquity,
    liquidationEquity: money(liquidation(record, plan)),
    totalReturn: rounded(finalEquity / startEquity - 1, 12),
    cagr: growth,
    buyAndHold: {
      totalReturn: held.totalReturn,
      equalExposureReturn: held.equalExposureReturn,
      cashReturn: 0,
      maxDrawdown: held.maxDrawdown,
    },
    maxDrawdown: -marker.maxDrawdown,
    maxDrawdownDays: marker.longestUnderWater / DAY,
    sharpe: sharpe(returns),
    sortino: sortino(returns),
    calmar: calmar(growth, -marker.maxDrawdown, days),
    omega: omega(returns),
    ulcer: ulcer(marker.daily),
    profitFactor: ratioOfGains(profits),
    expectancy: mean(profits),
    sqn: sqn(profits),
    winRate: winRate(profits),
    payoff: payoff(profits),
    exposure,
    turnover: sum((sleeve) => sleeve.tradedUnits) / ledger.startUnits,
    feesPaid: money(sum((sleeve) => sleeve.feesQuote) / scale),
    fills: sum((sleeve) => sleeve.fills),
    roundTrips: ledger.roundTrips.length,
    closedProfit: money(sum((sleeve) => sleeve.closedProfit) / scale),
    unrealisedProfit: money(sum((sleeve) => unrealised(sleeve, record))),
    worstOpenLoss: money(record.worstOpenLoss),
    dust: money(sum((sleeve) => (sleeve.dustUnits / sleeve.instrument.baseScale) * priceAtEnd(sleeve, record))),
    baseHeld: heldOf(ledger.sleeves, first.instrument.symbol),
    holdings: Object.fromEntries(plan.markets.map(({ instrument }) => [instrument.symbol, heldOf(ledger.sleeves, instrument.symbol)])),
    symbols: symbolFigures(record, plan, tripsOf),
    refused: Object.fromEntries([...record.refused].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    decisions: record.counts.decisions,
    votes: record.counts.votes,
    stances: { ...record.counts.stances },
    switchesPerMonth: switchesPerMonth(record, plan.markets.length),
    malformed: Object.fromEntries(Object.entries(record.counts.malformed).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    strategies: ledger.sleeves.map((sleeve) => ({
      symbol: sleeve.symbol,
      strategy: sleeve.strategy,
      fills: sleeve.fills,
      roundTrips: tripsOf(sleeve),
      closedProfit: money(sleeve.closedProfit / scale),
      unrealisedProfit: money(unrealised(sleeve, record)),
      baseHeld: baseUnitsOf(sleeve) / sleeve.instrument.baseScale,
      feesPaid: money(sleeve.feesQuote / scale),
    })),
  };
}

/** Days of a mean month. */
const MONTH_DAYS = 30.44;

/** Stance switches a symbol and month; null where nothing was decided. */
function switchesPerMonth({ counts, startTime, endTime }: RunRecord, symbols: number): number | null {
  const months = (endTime - startTime) / DAY / MONTH_DAYS;
  return counts.decisions === 0 || months <= 0 ? null : rounded(counts.switches / symbols / months, 4);
}

/** Cash plus what selling everything at the last close, less slippage and taker fee, would bring; dust brings nothing, and what is delisted cannot be sold. */
function liquidation(record: RunRecord, plan: BacktestPlan): number {
  let value = (record.bot.ledger.quoteFree + record.bot.ledger.quoteReserved) / (plan.markets[0]?.instrument.quoteScale ?? 1);
  for (const { instrument, delisted } of plan.markets) {
    if (delisted !== undefined) continue;
    const units = record.bot.ledger.sleeves.filter((sleeve) => sleeve.symbol === instrument.symbol).reduce((sum, sleeve) => sum + baseUnitsOf(sleeve), 0);
    const steps = Math.floor(units / instrument.stepUnits);
    const price = record.bot.symbols.get(instrument.symbol)?.price ?? 0;
    const fees = feesOf(plan.bot.fees, instrument.symbol);
    if (steps > 0) value += quantityOf(instrument, steps) * price * (1 - fees.slippage) * (1 - fees.taker);
  }
  return value;
}

function heldOf(sleeves: readonly SleeveAccount[], symbol: string): number {
  let units = 0;
  let scale = 1;
  for (const sleeve of sleeves) {
    if (sleeve.symbol !== symbol) continue;
    units += baseUnitsOf(sleeve);
    scale = sleeve.instrument.baseScale;
  }
  return units / scale;
}
