/** Work on a definition that takes seconds to hours and is done beside the bot: backtests and searches of parameters. */
export interface Research {
  /** The symbols that can be asked for. */
  readonly symbols: readonly string[];
  /** The definition over its newest candles. Fails with a sentence. */
  backtest(asked: BacktestAsked, watched: Watched): Promise<BacktestFindings>;
  /** The search that the definition describes. Fails with a sentence; what was tried is kept, and the next one goes on from there. */
  optimize(asked: { readonly user: number }, watched: Watched): Promise<SearchFindings>;
  /** Ends the job of a user; false when there is none. */
  cancel(user: number): boolean;
  /** Whether the last job of a user was ended by `cancel`. */
  wasStopped(user: number): boolean;
  /** Why a user can begin nothing now, a sentence; null when one can. */
  busy(user: number): string | null;
  /** Why no search can be made, a sentence; null when one can. */
  readonly unsearchable: string | null;
  /** What a search tries, and over how many sets of parameters, in words. */
  readonly search: { readonly keys: readonly string[]; readonly trials: number } | null;
}

/** A backtest that is asked for: by whom, of one symbol or (null) all of them, over so many days before now. */
export interface BacktestAsked {
  readonly user: number;
  readonly symbol: string | null;
  readonly days: number;
}

/** How far a job is: the share done, 0..1 (null while it cannot be told), and what is being done in a few words. */
export interface JobProgress {
  readonly share: number | null;
  readonly doing: string;
}

/** Whoever waits for a job: hears how far it is, and can end it. */
export interface Watched {
  readonly onProgress: (progress: JobProgress) => void;
  readonly signal: AbortSignal;
}

/** An estimate with its 95 % interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Least and most over all fill models. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** One point of a curve: epoch milliseconds, quote. `hold` is what the start would be worth in the symbols; null where it is not known. */
export interface CurvePoint {
  readonly time: number;
  readonly equity: number;
  readonly hold: number | null;
}

/** What a backtest came to. Money in quote, returns and drawdowns as fractions (drawdowns negative), times epoch milliseconds. */
export interface BacktestFindings {
  readonly name: string;
  readonly quote: string;
  readonly symbols: readonly string[];
  /** Where the candles come from. */
  readonly source: string;
  readonly synthetic: boolean;
  readonly from: number;
  readonly to: number;
  readonly startEquity: number;
  readonly finalEquity: number;
  readonly totalReturn: number;
  readonly holdReturn: number;
  /** Holding as much as the run did on average, all the time. */
  readonly equalExposureReturn: number;
  readonly maxDrawdown: number;
  readonly holdDrawdown: number;
  /** Average share of equity in the market. */
  readonly exposure: number;
  /** Annual; null when it is not defined. */
  readonly sharpe: number | null;
  readonly sharpeInterval: Interval | null;
  readonly feesPaid: number;
  readonly fills: number;
  readonly roundTrips: number;
  readonly winRate: number | null;
  /** What the same run comes to under every fill model. */
  readonly bounds: { readonly totalReturn: Span; readonly maxDrawdown: Span; readonly tooCoarse: boolean } | null;
  readonly warnings: readonly string[];
  readonly curve: readonly CurvePoint[];
  readonly report: ReportFile;
}

/** A report as a file. */
export interface ReportFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a search came to, and how far it can be believed. Fractions, ratios annual. */
export interface SearchFindings {
  readonly name: string;
  readonly symbols: readonly string[];
  readonly synthetic: boolean;
  readonly from: number;
  readonly to: number;
  readonly method: string;
  readonly objectives: readonly string[];
  readonly tried: number;
  readonly failed: number;
  /** Every set of parameters ever tried on this definition and these candles: what luck had to choose from. */
  readonly everTried: number;
  readonly verdict: { readonly trade: boolean; readonly line: string; readonly reasons: readonly string[] };
  readonly winner: { readonly number: number; readonly parameters: Readonly<Record<string, string | number | boolean>>; readonly totalReturn: number; readonly maxDrawdown: number; readonly sharpe: number | null };
  readonly sharpeInterval: Interval | null;
  readonly deflatedSharpe: number | null;
  /** Probability of backtest overfitting. */
  readonly overfitting: number | null;
  /** Of the parts that were not searched, joined. */
  readonly outOfSample: { readonly totalReturn: number | null; readonly sharpe: number | null } | null;
  readonly bounds: Span;
  /** What needs no search: the definition as it is, holding, cash. */
  readonly rules: readonly { readonly name: string; readonly totalReturn: number; readonly sharpe: number | null }[];
  readonly bestRule: string;
  readonly warnings: readonly string[];
  /** What to give `caucus run` or `caucus backtest` to run with the winner's parameters; nothing here does. */
  readonly flags: readonly string[];
  readonly report: ReportFile;
}
