import type { Receipt } from "../core/receipts/receipt.ts";
import type { Hold } from "../core/bot.ts";
import type { Stance } from "../core/decision.ts";
import type { RiskProfile, RiskProfileName } from "../core/risk-profiles.ts";
import type { BalanceRow, ClosedTrip, OpenOrder, Page, PerformanceView, Position, ProfitView, ReceiptView, StatusView, TradeRow } from "./operator-account.ts";
import type { BarsView, DcaView, ExtremesView, GridView, HealthView, LevelRow, LogRow, RiskView, SignalRow, VotesView, WhyView } from "./operator-market.ts";
import type { OperatorOrders } from "./operator-orders.ts";

export type * from "./operator-account.ts";
export type * from "./operator-market.ts";
export type * from "./operator-orders.ts";

/** What selling everything at the market would come to, about. Money in quote; shares as fractions of equity. */
export interface FlattenPreview {
  readonly quote: string;
  readonly cancels: number;
  readonly sells: readonly {
    readonly symbol: string;
    readonly base: string;
    readonly quantity: number;
    readonly price: number;
    readonly worth: number;
    readonly fee: number;
    /** Against what was paid, after the fee. */
    readonly profit: number;
  }[];
  /** Held, and less than the venue takes: it stays. */
  readonly rest: readonly { readonly base: string; readonly quantity: number; readonly worth: number }[];
  readonly worth: number;
  readonly fee: number;
  readonly exposureBefore: number;
  readonly exposureAfter: number;
}

/** What taking all orders back would come to. Money in quote. */
export interface CancelPreview {
  readonly quote: string;
  readonly orders: readonly OpenOrder[];
  /** Quote that open buys have set aside. */
  readonly freed: number;
  /** Of what stays held, without an order that would sell it. */
  readonly held: number;
  readonly exposure: number;
}

/** What letting the bot trade again would come to. Money in quote. */
export interface ResumePreview {
  readonly quote: string;
  readonly hold: Hold;
  readonly exposure: number;
  /** The most that it may have in the market: share of equity, null without a profile. */
  readonly maxExposure: number | null;
  readonly cash: number;
  readonly equity: number;
  readonly troubles: readonly string[];
  /** What limits it re-arms, sentences. */
  readonly rearms: readonly string[];
  readonly stances: readonly { readonly symbol: string; readonly stance: Stance | null }[];
}

/** Everything that an operator can see of a running bot and do to it. Reading never waits on the venue. */
export interface Operator extends OperatorOrders {
  readonly symbols: readonly string[];
  status(): StatusView;
  balances(): readonly BalanceRow[];
  portfolio(): readonly Position[];
  profit(from: number, to: number): ProfitView;
  performance(): PerformanceView;
  /** Worth of the account at the close of the last bars, quote, oldest first. */
  equity(bars: number): readonly { readonly time: number; readonly equity: number }[];
  trades(page: number, size: number): Page<TradeRow>;
  /** Lots that closed from a time (inclusive) to another (exclusive), oldest first. */
  closed(from: number, to: number): readonly ClosedTrip[];
  /** What was executed since a time, epoch milliseconds. */
  receipt(from: number): ReceiptView;
  /** The signed receipt of a fill by its number, from 1; null when there is none. A long journal is read a little at a time. */
  signedReceipt(number: number): Promise<Receipt | null>;
  orders(page: number, size: number): Page<OpenOrder>;
  grids(): readonly GridView[];
  dcas(): readonly DcaView[];
  /** Null before the first decision; so are the next two. */
  votes(symbol: string): VotesView | null;
  why(symbol: string): WhyView | null;
  levels(symbol: string): readonly LevelRow[];
  bars(symbol: string, count: number): BarsView;
  /** How far the price went at or after a time of the venue, epoch milliseconds. */
  extremes(symbol: string, since: number): ExtremesView;
  /** Strongest conviction first. */
  signals(): readonly SignalRow[];
  risk(): RiskView;
  /** What would be other limits under another profile. */
  profile(name: RiskProfileName): RiskProfile;
  /** The definition in YAML or JSON text; without secrets. */
  config(): string;
  health(): HealthView;
  version(): { readonly version: string; readonly node: string };
  log(page: number, size: number): Page<LogRow>;
  previewFlatten(): FlattenPreview;
  previewCancel(): CancelPreview;
  previewResume(): ResumePreview;
  /** Turns the owner's switch, durably. `by` says who, for the journal. */
  command(command: Hold, by: string): void;
  /** Asks the process to end the run as the definition's `onStop` says. */
  stop(by: string): void;
}
