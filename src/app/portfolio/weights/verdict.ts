import type { PortfolioWeights } from "./result.ts";

/** What the weights are worth, in plain sentences: how far they range, how much of the Sharpe ratio is hindsight, whether equal weights would do. */
export function verdictOf(result: Omit<PortfolioWeights, "verdict">): string[] {
  return [ranges(result), deflation(result), against(result)].filter((one) => one !== null);
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const ratio = (value: number): string => value.toFixed(2);
const points = (share: number): string => (100 * share).toFixed(share < 0.02 ? 1 : 0);
const plural = (count: number, noun: string): string => `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;

function ranges({ weights, resample, method }: Omit<PortfolioWeights, "verdict">): string | null {
  if (resample.draws === 0) return "No resample gave weights, so that nothing says how unsure these are.";
  const sorted = weights.filter(({ weight, band }) => weight > 0 || band.high > 0).toSorted((a, b) => width(b) - width(a));
  const widest = sorted[0];
  const typical = sorted[Math.floor(sorted.length / 2)];
  if (widest === undefined || typical === undefined) return null;
  const { symbol, band } = widest;
  return `The weights of the resamples range from ${percent(band.low)} to ${percent(band.high)} for ${symbol}, the least sure of them; a middling range is ${points(width(typical))} points wide (5 to 95 of 100 of ${plural(resample.draws, "resample")}${method === "black-litterman" ? "; whether the council is right is not in them" : ""}).`;
}

const width = ({ band }: PortfolioWeights["weights"][number]): number => band.high - band.low;

function deflation({ chosen, resample, method }: Omit<PortfolioWeights, "verdict">): string | null {
  if (chosen.sharpe === null || resample.unseen === null) return null;
  const { low, middle, high } = resample.unseen.sharpe;
  const outside = `${ratio(middle)} (from ${ratio(low)} to ${ratio(high)})`;
  if (method === "black-litterman") {
    return `The Sharpe ratio of ${ratio(chosen.sharpe)} is what the market's weights and the council expect, not what happened; on returns not seen, the same method came to ${outside}.`;
  }
  const lost = chosen.sharpe - middle;
  const told = `The Sharpe ratio of ${ratio(chosen.sharpe)} is that of weights that have seen these returns; on returns not seen, the same method came to ${outside}`;
  return lost > 0.005 ? `${told}: ${ratio(lost)} of it is hindsight.` : `${told}.`;
}

function against({ betterThanEqual, resample, method }: Omit<PortfolioWeights, "verdict">): string | null {
  const { gain, yardstick } = resample;
  if (gain === null) return null;
  if (betterThanEqual) return `On returns not seen, these weights gave ${yardstick} than equal weights in at least 95 of 100 resamples.`;
  return `This is not better than equal weights within its own uncertainty: on returns not seen, ${method} did not give ${yardstick} than equal weights in 95 of 100 resamples. Equal weights are the simpler choice.`;
}
