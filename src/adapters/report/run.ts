import type { BacktestOutput } from "../../app/result.ts";

type List = "fills" | "votes" | "decisions" | "equity" | "roundTrips" | "ladders";

/** A run with all its lists present, as the parts of the report read it. */
export type Run = BacktestOutput & { readonly [Name in List]: NonNullable<BacktestOutput[Name]> };

/** A run whose lists that were not kept are empty. */
export function asRun(output: BacktestOutput): Run {
  const { fills = [], votes = [], decisions = [], equity = [], roundTrips = [], ladders = [] } = output;
  return { ...output, fills, votes, decisions, equity, roundTrips, ladders };
}
