import type { Bot } from "../../core/bot.ts";
import type { RoundTrip } from "../../core/ledger.ts";
import { cashOf, equityOf } from "../../core/valuation.ts";
import type { PerformanceView, ProfitRow, ProfitView } from "../../ports/operator.ts";
import { positions } from "./account.ts";
import { money } from "./watched.ts";

/** What closed from a time (inclusive) to another (exclusive), epoch milliseconds. */
export function profitView(bot: Bot, from: number, to: number): ProfitView {
  const within = bot.ledger.roundTrips.filter(({ closeTime }) => closeTime >= from && closeTime < to);
  return {
    from,
    to,
    total: sumOf(bot, within),
    symbols: [...bot.symbols.keys()].map((symbol) => ({ symbol, ...sumOf(bot, within.filter((trip) => trip.symbol === symbol)) })),
  };
}

function sumOf(bot: Bot, trips: readonly RoundTrip[]): ProfitRow {
  let profit = 0;
  let fees = 0;
  let won = 0;
  for (const trip of trips) {
    profit += trip.profit;
    fees += trip.fees;
    if (trip.profit > 0) won += 1;
  }
  return { profit: money(bot, profit), fees: money(bot, fees), trips: trips.length, won };
}

/** How the run has done from when it began (epoch milliseconds) to now. */
export function performanceView(bot: Bot, began: number, time: number): PerformanceView {
  const { roundTrips, sleeves, startUnits } = bot.ledger;
  const valued = equityOf(bot);
  const equity = Number.isFinite(valued) ? valued : cashOf(bot);
  const startEquity = money(bot, startUnits);
  const peakEquity = Math.max(bot.peakEquity, equity);
  const profits = roundTrips.map(({ profit }) => money(bot, profit));
  const held = roundTrips.reduce((sum, { openTime, closeTime }) => sum + (closeTime - openTime), 0);
  return {
    began,
    time,
    equity,
    startEquity,
    change: startEquity > 0 ? equity / startEquity - 1 : 0,
    closedProfit: money(bot, sleeves.reduce((sum, { closedProfit }) => sum + closedProfit, 0)),
    openProfit: positions(bot).reduce((sum, { openProfit }) => sum + openProfit, 0),
    feesPaid: money(bot, sleeves.reduce((sum, { feesQuote }) => sum + feesQuote, 0)),
    peakEquity,
    drawdown: peakEquity > 0 ? 1 - equity / peakEquity : 0,
    fills: sleeves.reduce((sum, { fills }) => sum + fills, 0),
    trips: roundTrips.length,
    won: profits.filter((profit) => profit > 0).length,
    best: profits.length > 0 ? extreme(profits, Math.max) : null,
    worst: profits.length > 0 ? extreme(profits, Math.min) : null,
    meanHold: roundTrips.length > 0 ? held / roundTrips.length : null,
  };
}

/** Not spread into one call: a long run has more round trips than a call takes arguments. */
const extreme = (values: readonly number[], pick: (a: number, b: number) => number): number => values.reduce((a, b) => pick(a, b));
