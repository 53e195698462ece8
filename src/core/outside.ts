/** One thing that was published outside the market. Times are epoch milliseconds. */
export interface OutsideItem {
  readonly source: string;
  readonly id: string;
  /** A market (`BTC/USDT`), a coin in all its markets (`BTC`), or `null`: everything. */
  readonly symbol: string | null;
  readonly published: number;
  readonly fetched: number;
  /** From when a decision may use it: never before it was published, nor before somebody could have fetched it. */
  readonly known: number;
  /** From when it no longer counts. */
  readonly expires: number;
  readonly value: number | null;
  readonly text: string | null;
  /** -1..1 once something has judged the text. */
  readonly score: number | null;
}

/** What of the outside a decision about one symbol may know at one instant. */
export interface OutsideView {
  latest(source: string): OutsideItem | null;
  /** Newest first, none expired. */
  recent(source: string): readonly OutsideItem[];
  /** The configured sources, each with whether its last value still counts. */
  health(): readonly { readonly source: string; readonly good: boolean }[];
}

/** A view in which no source is configured. */
export const NOTHING_OUTSIDE: OutsideView = { latest: () => null, recent: () => [], health: () => [] };
