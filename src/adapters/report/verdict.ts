import type { BacktestOutput } from "../../app/result.ts";
import { points, share } from "./format.ts";

const outcome = (fraction: number): string => {
  const text = share(Math.abs(fraction));
  if (text === "0.00 %") return "where it began";
  return `${text} ${fraction > 0 ? "up" : "down"}`;
};

/** What trading added or cost against holding the same average exposure, in two plain sentences. */
export function verdict(output: BacktestOutput): string {
  const { totalReturn, exposure, buyAndHold } = output.result;
  const difference = totalReturn - buyAndHold.equalExposureReturn;
  const held = `Holding its average exposure of ${share(exposure, 0)} all the time would have ended ${outcome(buyAndHold.equalExposureReturn)}`;
  const worth =
    Math.abs(difference) < 0.0005
      ? "the trading made no difference"
      : `the trading ${difference > 0 ? "added" : "cost"} ${points(difference)}`;
  return `The run ended ${outcome(totalReturn)}. ${held}: ${worth}.`;
}

/** The one line that every summary and report ends with. */
export function caution(output: BacktestOutput): string {
  return output.data.synthetic
    ? "The market was generated: the result shows how the code behaves and says nothing about any real market."
    : "Past results promise nothing: orders that filled here might not have filled, and markets change.";
}
