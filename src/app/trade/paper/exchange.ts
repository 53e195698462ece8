import type { Candle } from "../../../core/candle.ts";
import { type FillModel, type Fees, feesOf } from "../../../core/fill-model.ts";
import { type Instrument, feeUnits, notionalUnits, parseRate, quantityOf, ticksNearest } from "../../../core/instrument.ts";
import type { Order } from "../../../core/order.ts";
import { MARKET_MARGIN, reservedFeeRate } from "../../../core/risk.ts";
import { feeSchedule } from "../../../core/simulator/execute.ts";
import type { Answer, RejectionReason, VenueBalance, VenueFailure, VenueOrder, VenueSubmit, VenueTrade } from "../../../ports/venue.ts";
import { priceText, quantityText, stepsOf, ticksOf, unitsOf, unitsText } from "../exact.ts";
import { PaperAccount, lackOf } from "./account.ts";
import { type PaperEvent, type PaperLevel, PaperMarket } from "./market.ts";
import type { PaperChange, PaperRecord } from "./record.ts";

/** What a pretended exchange is made of. */
export interface PaperPlan {
  readonly instruments: readonly Instrument[];
  readonly fillModel: FillModel;
  readonly fees: Fees;
  /** Decimals by asset. */
  readonly balances: Readonly<Record<string, string>>;
  /** Length of the candles that fill orders, milliseconds: candle n opens at n times this. */
  readonly timeframe: number;
}

/** What happened to an order, as a venue tells it; or a level that the price has reached, in quote. */
export type PaperNews =
  | { readonly type: "trade"; readonly trade: VenueTrade }
  | { readonly type: "order"; readonly order: VenueOrder }
  | { readonly type: "touch"; readonly symbol: string; readonly price: number; readonly time: number };

interface PaperOrder {
  readonly venueOrderId: string;
  readonly submit: VenueSubmit;
  readonly order: Order;
  status: VenueOrder["status"];
  time: number;
}

/** An exchange of one account whose orders the backtest's simulator fills: a function of its plan and its changes. */
export class PaperExchange {
  readonly #plan: PaperPlan;
  readonly #record: PaperRecord;
  readonly #account: PaperAccount;
  readonly #markets: ReadonlyMap<string, PaperMarket>;
  readonly #orders = new Map<string, PaperOrder>();
  readonly #trades: VenueTrade[] = [];

  constructor(plan: PaperPlan, record: PaperRecord) {
    this.#plan = plan;
    this.#record = record;
    this.#account = new PaperAccount(plan.balances);
    this.#markets = new Map(plan.instruments.map((instrument) => [instrument.symbol, new PaperMarket(instrument, plan.fillModel, feeSchedule(feesOf(plan.fees, instrument.symbol)))]));
    for (const change of record.changes) this.#make(change);
    // The process died in the middle of a candle. As on an exchange, the market did not wait for the bot.
    for (const [symbol, market] of this.#markets) while (market.paused) this.#change({ do: "go", symbol });
  }

  market(symbol: string): PaperMarket {
    const market = this.#markets.get(symbol);
    if (!market) throw new Error(`no paper market ${symbol}`);
    return market;
  }

  /** Places an order that fills from candle `arrival` on, or at once from where an event of a candle waits. */
  submit(submit: VenueSubmit, arrival: number, time: number): Answer<VenueOrder> {
    const refusal = this.#refusalOf(submit);
    if (refusal !== null) return refusal;
    const { instrument, seen } = this.market(submit.symbol);
    const reserved = submit.type === "market" && submit.side === "buy" ? this.#setAside(instrument, stepsOf(instrument, submit.quantity) ?? 0) : 0;
    this.#change({ do: "submit", submit, arrival, seen, reserved, time });
    return this.order(submit.symbol, submit.clientOrderId);
  }

  cancel(symbol: string, clientOrderId: string, time: number): Answer<VenueOrder> {
    const found = this.#orders.get(clientOrderId);
    if (found?.submit.symbol !== symbol || found.status !== "open") return failed({ kind: "not-found", message: "there is no such open order" });
    this.#change({ do: "cancel", symbol, clientOrderId, time });
    return this.order(symbol, clientOrderId);
  }

  order(symbol: string, clientOrderId: string): Answer<VenueOrder> {
    const found = this.#orders.get(clientOrderId);
    return found?.submit.symbol === symbol ? { ok: true, value: this.#shown(found) } : failed({ kind: "not-found", message: "there is no such order" });
  }

  openOrders(symbol: string): readonly VenueOrder[] {
    return [...this.#orders.values()].filter(({ status, submit }) => status === "open" && submit.symbol === symbol).map((order) => this.#shown(order));
  }

  trades(symbol: string, afterId: number, since: number): readonly VenueTrade[] {
    return this.#trades.filter((trade) => trade.symbol === symbol && Number(trade.id) > afterId && trade.time >= since);
  }

  balances(): ReadonlyMap<string, VenueBalance> {
    const resting = [...this.#markets.values()].flatMap((market) => [...market.resting()].map((order) => [market.instrument, order] as const));
    return this.#account.balances(resting);
  }

  watch(symbol: string, level: PaperLevel): void {
    this.#change({ do: "watch", symbol, level });
  }

  /** A closed candle: what happens in it first, or null when nothing (more) does. */
  walk(symbol: string, candle: Candle): PaperNews | null {
    const market = this.market(symbol);
    const bar = Math.floor(candle.time / this.#plan.timeframe);
    if (bar <= market.seen) return null;
    if (!market.isQuiet(candle)) return this.#change({ do: "walk", symbol, seen: market.seen, candle });
    market.pass(bar, candle.close);
    return null;
  }

  /** What happens next in the candle, after the last event has been answered. */
  goOn(symbol: string): PaperNews | null {
    return this.#change({ do: "go", symbol });
  }

  #change(change: PaperChange): PaperNews | null {
    this.#record.append(change);
    return this.#make(change);
  }

  #make(change: PaperChange): PaperNews | null {
    switch (change.do) {
      case "submit":
        this.#place(change);
        return null;
      case "cancel":
        return this.#end(this.#orders.get(change.clientOrderId), "canceled", change.time);
      case "watch":
        this.market(change.symbol).watch(change.level);
        return null;
      case "walk": {
        const market = this.market(change.symbol);
        market.pass(change.seen);
        const event = market.walk(Math.floor(change.candle.time / this.#plan.timeframe), change.candle);
        return event && this.#news(market, event);
      }
      case "go": {
        const market = this.market(change.symbol);
        const event = market.goOn();
        return event && this.#news(market, event);
      }
    }
  }

  #place({ submit, arrival, seen, reserved, time }: Extract<PaperChange, { do: "submit" }>): void {
    const market = this.market(submit.symbol);
    const order = { ...this.#orderOf(market.instrument, submit, this.#orders.size + 1), reserved };
    this.#orders.set(submit.clientOrderId, { venueOrderId: String(order.id), submit, order, status: "open", time });
    market.pass(seen);
    market.rest(order, arrival);
  }

  #orderOf(instrument: Instrument, submit: VenueSubmit, id: number): Order {
    const steps = stepsOf(instrument, submit.quantity) ?? 0;
    const ticks = submit.type === "limit" ? (ticksOf(instrument, submit.price ?? "") ?? 0) : 0;
    const { side, type, postOnly, clientOrderId: key } = submit;
    const desired = { key, side, type, quantity: quantityOf(instrument, steps), lots: [], postOnly, reason: "" };
    return { desired, ticks, steps, id, sleeve: { symbol: instrument.symbol, strategy: "" }, attempt: 0, status: "pending", filled: 0, filledBefore: 0, round: 0, reserved: 0 };
  }

  /** As much as the bot's own gate sets aside for a market buy at the last price, and no more than is there: quote units. */
  #setAside(instrument: Instrument, steps: number): number {
    const { maker, taker, currency } = feesOf(this.#plan.fees, instrument.symbol);
    const free = Math.max(0, unitsOf(instrument, "quote", this.balances().get(instrument.quote)?.free ?? "0") ?? 0);
    const { price } = this.market(instrument.symbol);
    if (!Number.isFinite(price)) return free;
    const wanted = Math.ceil(notionalUnits(instrument, Math.max(1, ticksNearest(instrument, price)), steps) * (1 + MARKET_MARGIN));
    const rate = reservedFeeRate(parseRate(maker), parseRate(taker), currency === "quote");
    return Math.min(free, wanted + (rate > 0 ? feeUnits(wanted, rate) : 0));
  }

  #refusalOf(submit: VenueSubmit): Answer<never> | null {
    const refuse = (reason: RejectionReason, message: string): Answer<never> => failed({ kind: "rejected", reason, message });
    const market = this.#markets.get(submit.symbol);
    if (!market) return refuse("other", `${submit.symbol} is not traded here`);
    if (this.#orders.has(submit.clientOrderId)) return refuse("duplicate-client-order-id", "there is an order of that id");
    const { instrument } = market;
    const steps = stepsOf(instrument, submit.quantity);
    const ticks = submit.type === "limit" ? ticksOf(instrument, submit.price ?? "") : 1;
    if (steps === null || ticks === null || ticks <= 0) return refuse("filter", "price or quantity is on no step");
    if (steps < instrument.minSteps) return refuse("filter", "under the smallest quantity");
    if (submit.type === "limit" && notionalUnits(instrument, ticks, steps) < instrument.minNotionalUnits) return refuse("filter", "under the smallest notional");
    const lack = lackOf(instrument, this.#orderOf(instrument, submit, 0), this.balances());
    return lack === null ? null : refuse("insufficient-funds", lack);
  }

  #news(market: PaperMarket, event: PaperEvent): PaperNews | null {
    const { symbol } = market.instrument;
    if (event.type === "touched") return { type: "touch", symbol, price: event.price, time: event.time };
    const { order } = event.type === "filled" ? event.execution : event;
    const known = this.#orders.get(order.desired.key);
    if (!known) throw new Error(`an event of the unknown order ${order.desired.key}`);
    if (event.type !== "filled") {
      this.#end(known, event.type, event.time);
      return { type: "order", order: this.#shown(known) };
    }
    const { execution } = event;
    const { instrument } = market;
    this.#account.execute(instrument, execution);
    known.time = execution.time;
    if (execution.complete) known.status = "filled";
    const currency = execution.feeCurrency;
    const trade: VenueTrade = {
      id: String(this.#trades.length + 1),
      venueOrderId: known.venueOrderId,
      symbol,
      side: known.submit.side,
      price: priceText(instrument, execution.ticks),
      quantity: quantityText(instrument, execution.steps),
      liquidity: execution.liquidity,
      fee: { currency: currency === "base" ? instrument.base : instrument.quote, amount: unitsText(instrument, currency, execution.feeUnits) },
      time: execution.time,
    };
    this.#trades.push(trade);
    return { type: "trade", trade };
  }

  #end(known: PaperOrder | undefined, status: "canceled" | "rejected", time: number): null {
    if (!known) throw new Error("an end of an unknown order");
    this.market(known.submit.symbol).remove(known.order);
    known.status = status;
    known.time = time;
    return null;
  }

  #shown({ venueOrderId, submit, order, status, time }: PaperOrder): VenueOrder {
    const { clientOrderId, symbol, side, quantity, price } = submit;
    const { instrument } = this.market(symbol);
    return { venueOrderId, clientOrderId, symbol, side, status, filled: quantityText(instrument, order.filled), quantity, ...(price === undefined ? {} : { price }), time };
  }
}

function failed(failure: VenueFailure): { readonly ok: false; readonly failure: VenueFailure } {
  return { ok: false, failure };
}
