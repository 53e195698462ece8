import type { CandleSeries } from "../core/candle.ts";
import type { InstrumentFilters } from "../core/instrument.ts";

/** Candles of one symbol, ready to be traded on, and where they come from. */
export interface Dataset {
  readonly symbol: string;
  readonly series: CandleSeries;
  /** sha256 over the columns, hexadecimal. */
  readonly hash: string;
  readonly synthetic: boolean;
  /** The source in a few words, such as a file's name. */
  readonly description: string;
  /** What the reader noticed, one sentence each. */
  readonly notes: readonly string[];
  /** The venue's filters, where the source knows them. */
  readonly filters: InstrumentFilters | null;
}

/** What a definition asks for. */
export interface DatasetRequest {
  readonly symbol: string;
  /** `synthetic:<kind>`, `store:<exchange>` or a file's path. */
  readonly source: string;
  /** Length of a bar in milliseconds, or `null` for the candles' own. */
  readonly timeframe: number | null;
  readonly seed: number;
  /** What the file's volume column counts. */
  readonly volumeIn: "base" | "quote";
}

/** Where candles come from. */
export interface CandleSource {
  /** Candles that are sound: rising times, no duplicates, possible bars. A `UserError` says what is wrong with others. */
  load(request: DatasetRequest): Promise<Dataset>;
}
