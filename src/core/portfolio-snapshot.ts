import type { CandleView } from "./candle-view.ts";
import { type Instrument, quantityOf } from "./instrument.ts";
import { type Ledger, type SleeveAccount, baseUnitsOf } from "./ledger.ts";
import type { PortfolioAsset, PortfolioView } from "./portfolio-view.ts";
import type { OrderBook } from "./reconcile.ts";
import { dearerFee } from "./risk.ts";
import { median } from "./statistics/moments.ts";
import type { StrategyView } from "./strategy.ts";
import { type Treasury, floorOf } from "./treasury.ts";

/** Bars whose volumes make the median. */
const VOLUME_BARS = 30;

/** Which bars of the symbols have come. Times are closes, epoch milliseconds. */
export interface Round {
  /** Of the newest bar of any symbol, and of the one before. */
  time: number;
  previous: number;
  /** Whether the strategies over the whole account have been told of the newest. */
  isTold: boolean;
  /** While they are told: what they see, by strategy, the same for each of its sleeves. */
  seen: Map<string, PortfolioView> | null;
}

/** A round before the first bar. */
export function createRound(): Round {
  return { time: Number.NEGATIVE_INFINITY, previous: Number.NEGATIVE_INFINITY, isTold: false, seen: null };
}

/** What a look at the account reads of a symbol. */
interface Holder {
  readonly symbol: string;
  readonly instrument: Instrument;
  readonly suspended: boolean;
  readonly price: number;
  readonly barTime: number;
  readonly candles: CandleView;
  readonly sleeves: readonly { readonly account: SleeveAccount; readonly view: Pick<StrategyView, "mode" | "decision" | "limits" | "makerFee" | "takerFee">; readonly orders: OrderBook }[];
}

/** What a look at the account reads. */
export interface AccountParts {
  readonly ledger: Ledger;
  readonly symbols: ReadonlyMap<string, Holder>;
  readonly round: Round;
  readonly treasury: Treasury | undefined;
}

/** The whole account as a strategy sees it now. */
export function portfolioOf(parts: AccountParts, strategy: string): PortfolioView {
  const known = parts.round.seen?.get(strategy);
  if (known) return known;
  const view = look(parts, strategy);
  parts.round.seen?.set(strategy, view);
  return view;
}

function look({ ledger, symbols, round, treasury }: AccountParts, strategy: string): PortfolioView {
  const assets: PortfolioAsset[] = [];
  let scale = 1;
  let share = 0;
  let worth = 0;
  for (const symbol of symbols.values()) {
    const asset = assetOf(symbol, strategy, round);
    assets.push(asset);
    worth += asset.worth;
    scale = symbol.instrument.quoteScale;
    share = symbol.sleeves[0]?.view.limits?.reserve ?? 0;
  }
  const cash = ledger.quoteFree / scale;
  const setAside = ledger.quoteReserved / scale;
  const equity = cash + setAside + worth;
  return { equity, cash, setAside, reserve: floorOf(equity, share, treasury?.reserve), assets };
}

function assetOf({ symbol, instrument, suspended, price, barTime, candles, sleeves }: Holder, strategy: string, round: Round): PortfolioAsset {
  let units = 0;
  let buys = 0;
  let sells = 0;
  let own = NOTHING;
  let mayBuy = false;
  let exposure = 1;
  let fee = 0;
  for (const { account, orders, view } of sleeves) {
    const base = baseUnitsOf(account);
    let ownBuys = 0;
    let ownSells = 0;
    if (orders.live.size > 0) {
      for (const { desired, steps, filled } of orders.live.values()) {
        if (desired.side === "buy") ownBuys += steps - filled;
        else ownSells += steps - filled;
      }
    }
    units += base;
    buys += ownBuys;
    sells += ownSells;
    if (account.strategy !== strategy) continue;
    own = { held: base / instrument.baseScale, openBuys: quantityOf(instrument, ownBuys), openSells: quantityOf(instrument, ownSells) };
    mayBuy = view.mode === "active";
    exposure = view.decision?.exposure ?? 1;
    fee = dearerFee(view);
  }
  const held = units / instrument.baseScale;
  return {
    symbol,
    price,
    filters: instrument.filters,
    fee,
    isLive: price > 0 && !suspended && Number.isFinite(barTime) && barTime === round.time,
    held,
    worth: held === 0 ? 0 : held * price,
    openBuys: quantityOf(instrument, buys),
    openSells: quantityOf(instrument, sells),
    own,
    mayBuy,
    exposure,
    volume: () => medianVolume(candles),
  };
}

const NOTHING: PortfolioAsset["own"] = { held: 0, openBuys: 0, openSells: 0 };

function medianVolume(candles: CandleView): number {
  const count = Math.min(VOLUME_BARS, candles.length);
  const volumes: number[] = [];
  for (let back = 0; back < count; back++) volumes.push(candles.volume(back));
  return median(volumes) ?? Number.NaN;
}
