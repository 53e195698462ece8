import { endBefore } from "../../core/candle.ts";
import { type Bot, createBot } from "../../core/bot.ts";
import type { Order } from "../../core/order.ts";
import { type Market, createMarket, remove, rest, setWatch } from "../../core/simulator/market.ts";
import { type Execution, type FeeSchedule, type MarketEvents, feeSchedule } from "../../core/simulator/execute.ts";
import { nextHit, walkBar } from "../../core/simulator/walk.ts";
import { type BotEvent, step } from "../../core/step.ts";
import { equityOf } from "../../core/valuation.ts";
import { EquityMarker } from "./equity-marker.ts";
import type { BacktestMarket, BacktestPlan } from "./plan.ts";
import { Recorder, type RunRecord } from "./record.ts";

/**
 * Runs the bot over the candles as a generator that yields the share done (0..1) now and then, so that whoever
 * drives it can show progress, let other work in, or stop: nothing is kept of a run that is not driven to its end.
 */
export function backtestSteps(plan: BacktestPlan): Generator<number, RunRecord> {
  return new Backtest(plan).run();
}

/** Runs the bot over the candles in one go. */
export function runBacktest(plan: BacktestPlan): RunRecord {
  const steps = backtestSteps(plan);
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}

type MarketEvent = Exclude<BotEvent, { readonly type: "command" | "start" }>;

interface Lane {
  readonly market: Market;
  readonly data: BacktestMarket;
  /** Next fill candle. */
  cursor: number;
  /** Next decision bar. */
  bar: number;
  /** The first bar at or after the cursor in which something can happen, when known. */
  hit: number;
}

const PROGRESS_EVERY = 256;

class Backtest implements MarketEvents {
  readonly #plan: BacktestPlan;
  readonly #bot: Bot;
  readonly #lanes: Lane[];
  readonly #fees: FeeSchedule;
  readonly #marker: EquityMarker;
  readonly #queue: MarketEvent[] = [];
  readonly #recorder: Recorder;
  #busy = false;

  constructor(plan: BacktestPlan) {
    this.#plan = plan;
    this.#recorder = new Recorder(plan.keeps);
    this.#bot = createBot({ ...plan.bot, symbols: plan.markets.map(({ instrument, bars }) => ({ instrument, bars })) });
    this.#fees = feeSchedule(plan.bot.fees);
    this.#lanes = plan.markets.map((data) => ({
      market: createMarket(data.instrument, plan.fillModel),
      data,
      cursor: data.from,
      bar: 0,
      hit: -1,
    }));
    this.#marker = new EquityMarker(
      this.#bot,
      plan.markets.map((data) => ({ symbol: data.instrument.symbol, series: data.series, from: data.from, to: data.series.length })),
      this.startTime,
    );
  }

  get startTime(): number {
    return Math.min(...this.#plan.markets.map(({ series, from }) => series.time[from] ?? Number.POSITIVE_INFINITY));
  }

  get endTime(): number {
    return Math.max(...this.#plan.markets.map(({ series }) => (series.time[series.length - 1] ?? 0) + series.timeframe));
  }

  *run(): Generator<number, RunRecord> {
    const { startTime, endTime } = this;
    this.#warmUp(startTime);
    if (this.#plan.bot.profile === null) this.#begin();
    for (let turn = 0; ; turn++) {
      const time = this.#nextDecisionTime();
      if (time === Number.POSITIVE_INFINITY) break;
      this.#advance(time);
      this.#sample(time);
      for (const lane of this.#lanes) {
        const bars = lane.data.bars;
        if (lane.bar < bars.length && (bars.time[lane.bar] as number) + bars.timeframe === time) {
          const close = bars.close[lane.bar] as number;
          lane.bar += 1;
          this.#dispatch({ type: "candle", symbol: lane.market.instrument.symbol, time, close });
        }
      }
      if (turn % PROGRESS_EVERY === PROGRESS_EVERY - 1) yield (time - startTime) / (endTime - startTime);
    }
    this.#advance(Number.POSITIVE_INFINITY);
    this.#marker.finish(endTime);
    for (const symbol of this.#bot.symbols.values()) symbol.price = this.#marker.price(symbol.symbol);
    this.#sample(endTime);
    this.#recorder.finish(this.#bot);
    return {
      bot: this.#bot,
      fills: this.#recorder.fills,
      decisions: this.#recorder.decisions,
      counts: this.#recorder.counts,
      samples: this.#recorder.samples,
      ladders: this.#recorder.ladders,
      refused: this.#recorder.refused,
      warnings: [...this.#recorder.warnings],
      marker: this.#marker,
      worstOpenLoss: this.#recorder.worstOpenLoss,
      startTime,
      endTime,
    };
  }

  /** Bars that closed before trading begins are shown to the agents without a vote. */
  #warmUp(startTime: number): void {
    for (const lane of this.#lanes) this.#passBars(lane, startTime);
  }

  /** Shows the bars that have closed by `time` without an event. */
  #passBars(lane: Lane, time: number): void {
    const { bars } = lane.data;
    while (lane.bar < bars.length && (bars.time[lane.bar] as number) + bars.timeframe <= time) lane.bar += 1;
    const state = this.#bot.symbols.get(lane.market.instrument.symbol);
    state?.candles.reveal(lane.bar);
    state?.indicators.reveal(lane.bar);
  }

  /** Without a council the strategies start at the close of the first candle. */
  #begin(): void {
    for (const lane of this.#lanes) {
      const { series, from } = lane.data;
      lane.cursor = from + 1;
      const time = (series.time[from] as number) + series.timeframe;
      this.#advance(time);
      lane.market.nextBar = lane.cursor;
      this.#passBars(lane, time);
      this.#dispatch({ type: "begin", symbol: lane.market.instrument.symbol, time, close: series.close[from] as number });
    }
  }

  #nextDecisionTime(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { data, bar } of this.#lanes) {
      if (bar < data.bars.length) next = Math.min(next, (data.bars.time[bar] as number) + data.bars.timeframe);
    }
    return next;
  }

  /** Walks every candle that opens before `time` in which something happens, in the order of time. */
  #advance(time: number): void {
    for (;;) {
      let next: Lane | null = null;
      let nextTime = time;
      for (const lane of this.#lanes) {
        const hitTime = this.#hitTime(lane, time);
        if (hitTime < nextTime) {
          next = lane;
          nextTime = hitTime;
        }
      }
      if (next === null) break;
      this.#marker.advance(nextTime);
      const bar = next.hit;
      next.cursor = bar + 1;
      next.hit = -1;
      next.market.nextBar = bar + 1;
      walkBar(next.market, this.#fees, next.data.series, bar, this);
    }
    for (const lane of this.#lanes) {
      lane.hit = -1;
      lane.market.nextBar = lane.cursor;
    }
    this.#marker.advance(time);
  }

  /** Open time of the lane's next eventful candle before `time`, else infinity. Moves its cursor over quiet ones. */
  #hitTime(lane: Lane, time: number): number {
    const { series } = lane.data;
    if (lane.hit < 0) {
      const end = endBefore(series, lane.cursor, time);
      lane.hit = nextHit(lane.market, series, lane.cursor, end);
      if (lane.hit >= end) {
        lane.cursor = end;
        lane.hit = -1;
        return Number.POSITIVE_INFINITY;
      }
    }
    return series.time[lane.hit] as number;
  }

  /** Samples the account at the closes of now. The bot goes by what it has heard of: its own fills and the bars it decides on, as live. */
  #sample(time: number): void {
    this.#recorder.sample(this.#bot, time, (symbol) => this.#marker.price(symbol));
  }

  /** Gives one event to the bot and carries out what it asks for; what that gives birth to is handled in turn. */
  #dispatch(event: MarketEvent): void {
    this.#queue.push(event);
    if (this.#busy) return;
    this.#busy = true;
    for (let at = 0; at < this.#queue.length; at++) this.#handle(this.#queue[at] as MarketEvent);
    this.#queue.length = 0;
    this.#busy = false;
  }

  #handle(event: MarketEvent): void {
    const output = step(this.#bot, event);
    this.#recorder.keep(output);
    for (const request of output.requests) {
      const { order } = request;
      const lane = this.#laneOf(order.sleeve.symbol);
      if (request.type === "submit") rest(lane.market, order);
      else if (remove(lane.market, order)) this.#queue.push({ type: "order", order, status: "canceled", time: timeOf(event) });
      lane.hit = -1;
    }
    this.#watch(symbolOf(event), timeOf(event));
  }

  /** Passes on the levels that strategies watch, and keeps their ladders for the report. */
  #watch(symbol: string, time: number): void {
    const state = this.#bot.symbols.get(symbol);
    const lane = this.#laneOf(symbol);
    for (const sleeve of state?.sleeves ?? []) {
      const { strategy } = sleeve.account;
      const watch = sleeve.strategy.watch();
      setWatch(lane.market, strategy, watch?.below, watch?.above);
      this.#recorder.ladder(sleeve, time);
    }
  }

  #laneOf(symbol: string): Lane {
    for (const lane of this.#lanes) if (lane.market.instrument.symbol === symbol) return lane;
    throw new Error(`no market for ${symbol}`);
  }

  filled(market: Market, execution: Execution): void {
    const { order } = execution;
    const fill = {
      id: this.#recorder.fills.length + 1,
      orderId: order.id,
      symbol: market.instrument.symbol,
      strategy: order.sleeve.strategy,
      key: order.desired.key,
      side: order.desired.side,
      time: execution.time,
      ticks: execution.ticks,
      steps: execution.steps,
      liquidity: execution.liquidity,
      feeUnits: execution.feeUnits,
      feeCurrency: execution.feeCurrency,
      complete: execution.complete,
      reason: order.desired.reason,
    };
    this.#recorder.fills.push(fill);
    this.#dispatch({ type: "fill", fill });
  }

  rejected(_market: Market, order: Order, time: number, reason: string): void {
    this.#dispatch({ type: "order", order, status: "rejected", time, reason });
  }

  canceled(_market: Market, order: Order, time: number, reason: string): void {
    this.#recorder.refuse(reason);
    this.#dispatch({ type: "order", order, status: "canceled", time, reason });
  }

  touched(market: Market, strategy: string, direction: "below" | "above", price: number, time: number): void {
    this.#dispatch({ type: "touch", symbol: market.instrument.symbol, strategy, direction, price, time });
  }
}

function timeOf(event: MarketEvent): number {
  return event.type === "fill" ? event.fill.time : event.time;
}

function symbolOf(event: MarketEvent): string {
  if (event.type === "fill") return event.fill.symbol;
  return event.type === "order" ? event.order.sleeve.symbol : event.symbol;
}

/** Equity of a finished run, quote: inventory at the last close. */
export function finalEquity(record: RunRecord): number {
  return equityOf(record.bot);
}
