import { type CandleSeries, candleAt, seriesFrom } from "../../../src/core/candle.ts";
import { type Instrument, priceOf, quantityOf } from "../../../src/core/instrument.ts";
import type { Order } from "../../../src/core/order.ts";
import { type Market, createMarket, remove, rest, setWatch } from "../../../src/core/simulator/market.ts";
import type { Execution, FeeSchedule, MarketEvents } from "../../../src/core/simulator/execute.ts";
import { nextHit, walkCandle } from "../../../src/core/simulator/walk.ts";
import { costOf } from "./money.ts";
import type { Driver, OracleCandle, OracleEvent, OracleModel, OracleOrder, Venue } from "./types.ts";

const MINUTE = 60_000;

/** The product's candles for the oracle's. */
export function seriesOf(instrument: Instrument, candles: readonly OracleCandle[]): CandleSeries {
  const price = (ticks: number): number => priceOf(instrument, ticks);
  return seriesFrom(
    candles.map((c, i) => ({
      time: i * MINUTE,
      open: price(c.open),
      high: price(c.high),
      low: price(c.low),
      close: price(c.close),
      volume: quantityOf(instrument, c.volume),
    })),
    MINUTE,
  );
}

/** The product's simulator behind the oracle's interface. */
export class ProductVenue implements Venue, MarketEvents {
  readonly events: OracleEvent[] = [];
  readonly #model: OracleModel;
  readonly #driver: Driver;
  readonly #instrument: Instrument;
  readonly #market: Market;
  readonly #fees: FeeSchedule;
  readonly #orders = new Map<number, Order>();
  #nextId = 1;

  constructor(instrument: Instrument, model: OracleModel, driver: Driver) {
    this.#model = model;
    this.#driver = driver;
    this.#instrument = instrument;
    const { path, limitTest, counter, gap, share } = model;
    this.#market = createMarket(instrument, { path, limitTest, counter, gap, volumeShare: share.over / share.under });
    this.#fees = {
      makerRate: model.makerRate,
      takerRate: model.takerRate,
      inQuote: model.feeCurrency === "quote",
      slippage: model.slippage.over / model.slippage.under,
    };
  }

  /** Says which candle comes next: what is placed now arrives with its open. */
  before(bar: number): void {
    this.#market.nextBar = bar;
  }

  /** Walks the candle unless the product holds that nothing can happen in it. */
  walk(bar: number, series: CandleSeries): void {
    if (nextHit(this.#market, series, bar, bar + 1) === bar) walkCandle(this.#market, this.#fees, bar, candleAt(series, bar), this);
  }

  place(wish: Omit<OracleOrder, "id">): number {
    const id = this.#nextId++;
    const { side, type, ticks, steps, postOnly, funds } = wish;
    const order: Order = {
      desired: { key: String(id), side, type, quantity: quantityOf(this.#instrument, steps), lots: [], postOnly, reason: "test" },
      ticks, steps, id, sleeve: { symbol: this.#instrument.symbol, strategy: "test" }, attempt: 0, status: "pending",
      filled: 0, filledBefore: 0, round: 0, reserved: funds,
    };
    this.#orders.set(id, order);
    rest(this.#market, order);
    return id;
  }

  cancel(id: number): boolean {
    const order = this.#orders.get(id);
    return order !== undefined && remove(this.#market, order);
  }

  watch(below: number | null, above: number | null): void {
    const price = (ticks: number | null): number | undefined => (ticks === null ? undefined : priceOf(this.#instrument, ticks));
    setWatch(this.#market, "test", price(below), price(above));
  }

  filled(_market: Market, { order, time, ticks, steps, liquidity, feeUnits, feeCurrency, complete }: Execution): void {
    order.filled += steps;
    const { side, type } = order.desired;
    if (type === "market" && side === "buy") order.reserved -= Number(costOf(this.#model, ticks, steps, liquidity));
    this.#tell({ type: "fill", bar: time / MINUTE, id: order.id, side, ticks, steps, liquidity, fee: feeUnits, feeCurrency, complete });
  }

  rejected(_market: Market, order: Order, time: number, reason: string): void {
    this.#tell({ type: "rejected", bar: time / MINUTE, id: order.id, reason });
  }

  canceled(_market: Market, order: Order, time: number, reason: string): void {
    this.#tell({ type: "canceled", bar: time / MINUTE, id: order.id, reason });
  }

  touched(_market: Market, _strategy: string, direction: "below" | "above", price: number, time: number): void {
    const ticks = Math.round((price * this.#instrument.price.scale) / this.#instrument.price.multiple);
    this.#tell({ type: "touched", bar: time / MINUTE, direction, ticks });
  }

  #tell(event: OracleEvent): void {
    this.events.push(event);
    this.#driver(event, this);
  }
}
