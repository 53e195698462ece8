/** How long a running bot waits for what. All in milliseconds; the defaults are those of production. */
export interface Patience {
  /** When an order that no one finds is held for never placed: so many questions, over so long, so long after sending. */
  readonly notFound: { readonly tries: number; readonly span: number; readonly afterSend: number };
  /** Between two questions after the same order. */
  readonly askEvery: number;
  /** Between two questions after trades that a finished order still lacks. */
  readonly tradesEvery: number;
  /** Between two looks at open orders, trades and balances of the whole account. */
  readonly reconcileEvery: number;
  /** Between two turns of the loop that sends and asks. */
  readonly tickEvery: number;
  /** After a venue failed without saying until when. */
  readonly pause: number;
  /** Measurements of the venue's clock; absent where market time runs at a speed of its own. */
  readonly clock?: ClockPatience;
  /** How long candles and prices wait for those of other symbols, so that one write serves all; absent: not at all, for markets at a speed of their own. */
  readonly gather?: { readonly quiet: number; readonly longest: number };
  /** Between two looks at the filters of all symbols. */
  readonly filtersEvery?: number;
  /** Between two looks at what the key may do; absent: a day. */
  readonly keyEvery?: number;
}

/** How often the venue's clock is measured, and how far it may come apart from ours. Milliseconds. */
export interface ClockPatience {
  readonly every: number;
  readonly limit: number;
}

/** Between two looks at the filters of all symbols, when nothing else is said, ms. */
export const FILTERS_EVERY = 3_600_000;

/** Waits of a live run: recvWindow is 5 s, and a lost order may show up late. */
export const PATIENCE: Patience = {
  notFound: { tries: 3, span: 30_000, afterSend: 10_000 },
  askEvery: 3_000,
  tradesEvery: 500,
  reconcileEvery: 60_000,
  tickEvery: 100,
  pause: 1_000,
  clock: { every: 60_000, limit: 5_000 },
  gather: { quiet: 0.5, longest: 4 },
};
