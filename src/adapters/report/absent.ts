import type { BacktestOutput, BacktestResult } from "../../app/result.ts";
import { runDays } from "./format.ts";

type OptionalFigure = {
  [Key in keyof BacktestResult]: null extends BacktestResult[Key] ? Key : never;
}[keyof BacktestResult];

/** Why a figure is `null` for this run, as the end of a sentence. */
export function whyAbsent(figure: OptionalFigure, output: BacktestOutput): string {
  const { roundTrips } = output.result;
  const short = runDays(output) < 90;
  switch (figure) {
    case "cagr":
      return runDays(output) < 1 ? "the run is under a day" : "equity reached zero";
    case "calmar":
      if (short) return "the run is under 90 days";
      return output.result.maxDrawdown === 0 ? "there was no drawdown" : "there is no growth rate a year";
    case "sharpe":
      return "fewer than two daily returns, or all alike";
    case "sortino":
      return "fewer than two daily returns, or no losing day";
    case "omega":
      return "no losing day";
    case "ulcer":
      return "no full day of equity";
    case "profitFactor":
      return roundTrips === 0 ? "no round trips" : "no losing round trip";
    case "switchesPerMonth":
      return "nothing was decided";
    case "expectancy":
    case "winRate":
      return "no round trips";
    case "sqn":
      return "fewer than two round trips, or all alike";
    case "payoff":
      return roundTrips === 0 ? "no round trips" : "needs a winning and a losing round trip";
  }
}
