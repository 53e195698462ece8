/** The order in which a bar's extremes are assumed to be visited. */
export const PATHS = ["nearest", "ohlc", "olhc", "min-turnover"] as const;
/** Whether a limit fills when the price goes through it by a step, or when it is reached. */
export const LIMIT_TESTS = ["through", "touch"] as const;
/** From when the counter order that a fill gives birth to may fill: the next segment, or the next candle. */
export const COUNTERS = ["same", "next"] as const;
/** What a resting limit that was gapped through is filled at: its own price, or the open. */
export const GAPS = ["limit", "open"] as const;
/** What fees of a buy are paid in: the asset received, or the quote. */
export const FEE_CURRENCIES = ["received", "quote"] as const;

export type PathModel = (typeof PATHS)[number];
export type LimitTest = (typeof LIMIT_TESTS)[number];
export type CounterRule = (typeof COUNTERS)[number];
export type GapRule = (typeof GAPS)[number];
export type FeeCurrency = (typeof FEE_CURRENCIES)[number];

/** How candles fill orders. */
export interface FillModel {
  readonly path: PathModel;
  readonly limitTest: LimitTest;
  readonly counter: CounterRule;
  readonly gap: GapRule;
  /** Largest share of a candle's volume that our orders may take, 0..1. */
  readonly volumeShare: number;
}

/** Fees of one symbol as fractions of the notional; slippage of takers as a fraction of the price. */
export interface SymbolFees {
  readonly maker: number;
  readonly taker: number;
  readonly currency: FeeCurrency;
  readonly slippage: number;
}

/** What a symbol pays in place of what all pay. */
export type OwnFees = { readonly [Key in "maker" | "taker" | "slippage"]?: number | undefined };

/** Fees of all symbols; in `of`, by symbol, what single ones pay instead. */
export interface Fees extends SymbolFees {
  readonly of?: Readonly<Record<string, OwnFees>> | undefined;
}

/** What one symbol pays: its own fees, and those of all where it has none. */
export function feesOf({ of, ...all }: Fees, symbol: string): SymbolFees {
  const { maker = all.maker, taker = all.taker, slippage = all.slippage } = of?.[symbol] ?? {};
  return { maker, taker, currency: all.currency, slippage };
}

/** The same fees for fewer symbols: nothing is said of those that are not among them. */
export function feesAmong({ of = {}, ...all }: Fees, symbols: readonly string[]): Fees {
  const own = Object.entries(of).filter(([symbol]) => symbols.includes(symbol));
  return own.length === 0 ? all : { ...all, of: Object.fromEntries(own) };
}

/** The base case of every result. */
export const DEFAULT_FILL_MODEL: FillModel = { path: "nearest", limitTest: "through", counter: "same", gap: "limit", volumeShare: 0.1 };

/** The sixteen combinations of path, limit test and counter rule that bound a result. */
export const ALL_FILL_MODELS: readonly Pick<FillModel, "path" | "limitTest" | "counter">[] = PATHS.flatMap((path) =>
  LIMIT_TESTS.flatMap((limitTest) => COUNTERS.map((counter) => ({ path, limitTest, counter }))),
);
