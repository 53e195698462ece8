import type { Figures } from "./account.ts";
import type { WeightsSettings } from "./settings.ts";

/** What a method is after: a value of figures, the higher the better. */
export interface Yardstick {
  /** In words, such as `a higher Sharpe ratio`. */
  readonly aim: string;
  readonly value: (figures: Figures) => number;
}

/** The yardstick by which a method's weights have to beat equal ones. */
export function yardstickOf({ method, riskAversion }: Pick<WeightsSettings, "method" | "riskAversion">): Yardstick {
  switch (method) {
    case "max-sharpe":
    case "black-litterman":
      return { aim: "a higher Sharpe ratio", value: ({ sharpe }) => sharpe ?? 0 };
    case "mean-variance":
      return { aim: "more return for the risk", value: ({ mean, deviation }) => mean - (riskAversion / 2) * deviation ** 2 };
    case "min-variance":
    case "risk-parity":
    case "hrp":
      return { aim: "a lower deviation", value: ({ deviation }) => -deviation };
  }
}
