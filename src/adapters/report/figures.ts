import type { BacktestOutput } from "../../app/result.ts";
import { whyAbsent } from "./absent.ts";
import { count, days, decimal, gain, money, percent, quantity, quoteOf, share } from "./format.ts";

/** One figure as text with its unit, and one line that says what it is. */
export interface Figure {
  readonly label: string;
  readonly text: string;
  readonly meaning: string;
}

/** Figures that belong together. */
export interface FigureGroup {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** Every figure of a run, grouped, for the report's full table. */
export function figureGroups(output: BacktestOutput): FigureGroup[] {
  return [
    { title: "Profit", figures: profit(output) },
    { title: "Risk", figures: risk(output) },
    { title: "Round trips", figures: trips(output) },
    { title: "Activity", figures: activity(output) },
  ];
}

type Row = readonly [label: string, text: string, meaning: string];

const rows = (...list: readonly Row[]): Figure[] => list.map(([label, text, meaning]) => ({ label, text, meaning }));

function optional(
  output: BacktestOutput,
  figure: Parameters<typeof whyAbsent>[0],
  text: (value: number) => string,
): string {
  const value = output.result[figure];
  return value === null ? `n/a: ${whyAbsent(figure, output)}` : text(value);
}

const ratio = (value: number): string => decimal(value, 2);

function profit(output: BacktestOutput): Figure[] {
  const { result } = output;
  const quote = quoteOf(output);
  return rows(
    ["Return", percent(result.totalReturn), "Final equity against start equity, open inventory at the last close."],
    ["Buy and hold", percent(result.buyAndHold.totalReturn), "Everything in the symbols from the first close to the last, after the taker fee."],
    ["Buy and hold at equal exposure", percent(result.buyAndHold.equalExposureReturn), "The run's average exposure, held all the time: the fair comparison."],
    ["Cash", percent(result.buyAndHold.cashReturn), "Nothing ever bought."],
    ["Start equity", money(result.startEquity, quote), "The capital that the run began with."],
    ["Final equity", money(result.finalEquity, quote), "Cash, and inventory marked at the last close."],
    ["Liquidation equity", money(result.liquidationEquity, quote), "The same with the inventory sold at the last close, less taker fee and slippage."],
    ["Closed-cell profit", gain(result.closedProfit, quote), "Realised by closed lots, after fees. On its own it flatters a grid."],
    ["Open inventory", gain(result.unrealisedProfit, quote), "Profit or loss of the lots still open, and of dust, at the last close."],
    ["Growth a year (CAGR)", optional(output, "cagr", percent), "The yearly rate that compounds to this return."],
  );
}

function risk(output: BacktestOutput): Figure[] {
  const { result } = output;
  const quote = quoteOf(output);
  return rows(
    ["Max drawdown", percent(result.maxDrawdown), "Deepest fall of equity from its highest point so far, marked at every fill candle's close."],
    ["Max drawdown, buy and hold", percent(result.buyAndHold.maxDrawdown), "The same for buy and hold."],
    ["Longest under water", days(result.maxDrawdownDays), "The longest time below an earlier highest equity."],
    ["Worst open loss", gain(result.worstOpenLoss, quote), "Lowest profit of the open lots at any decision."],
    ["Average exposure", share(result.exposure), "Share of equity held in base assets, on average."],
    ["Sharpe", optional(output, "sharpe", ratio), "Mean over deviation of daily returns, times the root of 365."],
    ["Sortino", optional(output, "sortino", ratio), "The same with losing days alone in the deviation."],
    ["Calmar", optional(output, "calmar", ratio), "Growth a year over max drawdown."],
    ["Omega", optional(output, "omega", ratio), "Sum of winning days over sum of losing days."],
    ["Ulcer index", optional(output, "ulcer", (value) => decimal(value, 4)), "Root mean square of the daily drawdown, as a fraction: depth and length in one."],
  );
}

function trips(output: BacktestOutput): Figure[] {
  const { result } = output;
  const quote = quoteOf(output);
  return rows(
    ["Round trips", count(result.roundTrips), "Lots bought and sold again."],
    ["Win rate", optional(output, "winRate", share), "Round trips that ended in profit. High by design for a grid: losses stay open."],
    ["Profit factor", optional(output, "profitFactor", ratio), "Profit of the winners over loss of the losers."],
    ["Payoff", optional(output, "payoff", ratio), "Average winner over average loser."],
    ["Expectancy", optional(output, "expectancy", (value) => gain(value, quote)), "Average profit of a round trip, after fees."],
    ["System quality (SQN)", optional(output, "sqn", ratio), "Root of the round trips, times mean over deviation of their profits."],
  );
}

function activity(output: BacktestOutput): Figure[] {
  const { result } = output;
  const quote = quoteOf(output);
  const held = Object.entries(result.holdings).map(([symbol, amount]) => `${quantity(amount)} ${symbol.split("/")[0] ?? symbol}`);
  return rows(
    ["Fills", count(result.fills), "Executions, partial ones included."],
    ["Turnover", `${decimal(result.turnover, 2)} times`, "Traded notional over start equity."],
    ["Fees paid", money(result.feesPaid, quote), "All fees; those paid in base at their fill's price."],
    ["Dust", money(result.dust, quote), "What is left under one quantity step, at the last close."],
    ["Held at the end", held.length > 0 ? held.join(", ") : "nothing", "Base assets left in the account."],
    ["Decisions", count(result.decisions), "Times the coordinator decided."],
    ["Votes", count(result.votes), "Votes cast by the agents."],
    ["Stance switches a month", optional(output, "switchesPerMonth", (value) => decimal(value, 1)), "Changes of stance of a symbol in 30.44 days."],
    ["Malformed answers", count(Object.values(result.malformed).reduce((sum, one) => sum + one, 0)), "Answers of agents that could not be used and counted as abstentions."],
  );
}
