import type { BacktestOutput } from "../../../app/result.ts";
import { decimal } from "../format.ts";
import { comparisonSentence, malformedSentence, worthSentence } from "./words.ts";

/** Symbols whose votes are judged one by one in a terminal. */
const MOST = 3;

/** How often the stance moved, and what the votes were worth, as sentences for the terminal. */
export function councilSentences({ result, council }: BacktestOutput): string[] {
  const { switchesPerMonth, malformed } = result;
  const scores = council ?? [];
  const begin = (symbol: string): string => (scores.length > 1 ? `${symbol}: ` : "");
  return [
    switchesPerMonth === null ? "" : `The stance changed ${decimal(switchesPerMonth, 1)} times a month${scores.length > 1 ? " and symbol" : ""}.`,
    ...scores.slice(0, MOST).flatMap((one) => [begin(one.symbol) + worthSentence(one), comparisonSentence(one)]),
    scores.length > MOST ? `The JSON holds the same of ${scores.length - MOST} more.` : "",
    malformedSentence(malformed),
  ].filter((sentence) => sentence !== "");
}
