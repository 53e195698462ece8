import type { Side } from "./order.ts";

/** One execution. Money is exact: ticks, steps and units as `instrument.ts` defines them. */
export interface Fill {
  /** Rising in the run. */
  readonly id: number;
  readonly orderId: number;
  readonly symbol: string;
  readonly strategy: string;
  readonly key: string;
  readonly side: Side;
  /** Epoch milliseconds: the open time of the candle that filled it. */
  readonly time: number;
  readonly ticks: number;
  readonly steps: number;
  readonly liquidity: "maker" | "taker";
  /** Fee in units of the currency it was paid in. */
  readonly feeUnits: number;
  readonly feeCurrency: "base" | "quote";
  /** Whether the order is now complete. */
  readonly complete: boolean;
}
