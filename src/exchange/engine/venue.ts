import { parseRate, quoteDecimals } from "../../core/instrument.ts";
import { UserError } from "../../core/user-error.ts";
import { type Accounts, openAccounts } from "./accounts.ts";
import type { BookRules } from "./book.ts";
import { createAnnouncer, type Announcer } from "./events.ts";
import { type LiveOrder, type Market, openMarket } from "./market.ts";
import type { AccountKey, ExchangePlan } from "./model.ts";

/** All state of an exchange. Rates in parts of RATE_SCALE, time in epoch milliseconds. */
export interface Venue {
  readonly plan: ExchangePlan;
  readonly rules: BookRules;
  readonly makerRate: number;
  readonly takerRate: number;
  readonly markets: readonly Market[];
  readonly accounts: Accounts;
  readonly announcer: Announcer;
  readonly byId: Map<number, LiveOrder>;
  /** By their names; several may open one account. */
  readonly keys: Map<string, AccountKey & { readonly account: number }>;
  readonly revoked: Set<string>;
  readonly end: number;
  now: number;
  orderIds: number;
  tradeIds: number;
}

/** The exchange of a plan at the open of its earliest candle. Throws a UserError that says what is wrong with the plan. */
export function openVenue(plan: ExchangePlan, deep: boolean): Venue {
  checkPlan(plan);
  const markets = plan.markets.map((market) => openMarket(market, plan.accounts.length));
  const assets = [...new Set(plan.markets.flatMap(({ instrument }) => [instrument.base, instrument.quote]))];
  const accounts = openAccounts(plan.accounts, assets);
  let start = Number.POSITIVE_INFINITY;
  let end = Number.NEGATIVE_INFINITY;
  for (const { series } of plan.markets) {
    start = Math.min(start, series.time[0] as number);
    end = Math.max(end, (series.time[series.length - 1] as number) + series.timeframe);
  }
  return {
    plan,
    rules: { deep, seed: plan.seed, volumeShare: plan.volumeShare },
    makerRate: parseRate(plan.fees.maker),
    takerRate: parseRate(plan.fees.taker),
    markets,
    accounts,
    announcer: createAnnouncer(accounts),
    byId: new Map(),
    keys: new Map(plan.accounts.map(({ apiKey, secret }, account) => [apiKey, { apiKey, secret, mayTrade: true, account }])),
    revoked: new Set(),
    end,
    now: start,
    orderIds: 0,
    tradeIds: 0,
  };
}

function checkPlan({ markets, accounts, fees, volumeShare }: ExchangePlan): void {
  if (markets.length === 0) throw new UserError("an exchange needs at least one market");
  const ids = new Set<string>();
  for (const { instrument, series, multiplierUp, multiplierDown, maxOrders } of markets) {
    const id = `${instrument.base}${instrument.quote}`;
    if (ids.has(id)) throw new UserError(`the market ${instrument.symbol} is there twice`);
    ids.add(id);
    if (series.length === 0) throw new UserError(`the market ${instrument.symbol} has no candles`);
    if (!(multiplierUp >= 1) || !(multiplierDown >= 0 && multiplierDown <= 1)) {
      throw new UserError(`the price multipliers of ${instrument.symbol} must be at least 1 (up) and between 0 and 1 (down)`);
    }
    if (!(maxOrders >= 1)) throw new UserError(`maxOrders of ${instrument.symbol} must be at least 1`);
    if (10 ** quoteDecimals([instrument.filters]) > instrument.quoteScale) throw new UserError(`${instrument.symbol} keeps too few decimals of its quote`);
  }
  const keys = new Set(accounts.map(({ apiKey }) => apiKey));
  if (keys.size !== accounts.length) throw new UserError("two accounts have the same API key");
  for (const rate of [fees.maker, fees.taker]) {
    if (!(rate >= 0 && rate < 1)) throw new UserError(`a fee of ${rate} is no fraction from 0 to 1, such as 0.001`);
  }
  if (!(volumeShare > 0 && volumeShare <= 1)) throw new UserError(`a volume share of ${volumeShare} is no fraction from 0 to 1, such as 0.1`);
}

/** The market of a name: the venue's id, "BTCUSDT", or the symbol, "BTC/USDT". */
export function marketOf(venue: Venue, name: string): Market | null {
  return venue.markets.find((market) => market.symbol === name || market.instrument.symbol === name) ?? null;
}
