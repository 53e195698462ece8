import { type Bot, type SymbolState, createBot } from "../../core/bot.ts";
import type { Order } from "../../core/order.ts";
import type { OutsideItem } from "../../core/outside.ts";
import { type Market, remove, rest, setWatch } from "../../core/simulator/market.ts";
import { type Execution, type FeeSchedule, type MarketEvents, feeSchedule } from "../../core/simulator/execute.ts";
import { walkPrices } from "../../core/simulator/walk.ts";
import { type BotEvent, step } from "../../core/step.ts";
import { equityOf } from "../../core/valuation.ts";
import { EquityMarker } from "./equity-marker.ts";
import { type Lane, barEnd, createLane, hitTime, moveTo, priceBefore } from "./lane.ts";
import type { BacktestPlan } from "./plan.ts";
import { leavesClosesToStrategies } from "../../core/unheard.ts";
import { Recorder, type RunRecord } from "./record.ts";
import { type Stock, inventoryAt, takeStock } from "./stock.ts";
import { heardTime, nextDecisionTime, passUnheard } from "./unheard.ts";

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

type MarketEvent = Exclude<BotEvent, { readonly type: "command" | "start" | "outside" | "profile" }>;

/** Bars between two reports of progress. */
const PROGRESS_EVERY = 256;

class Backtest implements MarketEvents {
  readonly #plan: BacktestPlan;
  readonly #bot: Bot;
  readonly #lanes: Lane[];
  readonly #fees: FeeSchedule;
  readonly #marker: EquityMarker;
  readonly #queue: MarketEvent[] = [];
  readonly #recorder: Recorder;
  /** Whether bars may be passed whose closes no strategy wants to hear. */
  readonly #maySkip: boolean;
  #busy = false;
  /** Items of `outside` that were told. */
  #heard = 0;
  /** As of the last stocktaking; null when something was filled since. */
  #stock: Stock | null = null;

  constructor(plan: BacktestPlan) {
    this.#plan = plan;
    this.#recorder = new Recorder(plan.keeps);
    this.#bot = createBot({ ...plan.bot, isUnread: plan.keeps === "figures", symbols: plan.markets.map(({ instrument, bars }) => ({ instrument, bars })) });
    this.#maySkip = leavesClosesToStrategies(this.#bot) && plan.outside === undefined;
    this.#fees = feeSchedule(plan.bot.fees);
    this.#lanes = plan.markets.map((data) => createLane(data, plan.fillModel, symbolIn(this.#bot, data.instrument.symbol)));
    this.#marker = new EquityMarker(
      this.#bot,
      plan.markets.map((data) => ({ symbol: data.instrument.symbol, series: data.series, from: data.from, to: data.series.length })),
      this.startTime,
    );
  }

  get #pause(): number {
    return PROGRESS_EVERY * (this.#plan.markets[0]?.bars.timeframe ?? 0);
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
    let told = startTime;
    for (;;) {
      const time = this.#advance();
      if (time === Number.POSITIVE_INFINITY) break;
      this.#decide(time);
      if (time - told < this.#pause) continue;
      told = time;
      yield (time - startTime) / (endTime - startTime);
    }
    this.#marker.finish(endTime);
    for (const lane of this.#lanes) lane.state.price = priceBefore(lane);
    this.#sample(endTime);
    this.#recorder.finish(this.#bot);
    return {
      bot: this.#bot,
      fills: this.#recorder.fills,
      decisions: this.#recorder.decisions,
      counts: this.#recorder.counts,
      samples: this.#recorder.samples,
      exposure: this.#recorder.meanExposure,
      ladders: this.#recorder.ladders,
      refused: this.#recorder.refused,
      warnings: [...this.#recorder.warnings],
      marker: this.#marker,
      worstOpenLoss: this.#recorder.worstOpenLoss,
      startTime,
      endTime,
    };
  }

  /** What the bot makes of the bars that close at a time up to which everything has happened. */
  #decide(time: number): void {
    this.#hear(time);
    this.#sample(time);
    for (const lane of this.#lanes) {
      if (barEnd(lane) !== time) continue;
      const close = lane.data.bars.close[lane.bar] as number;
      lane.bar += 1;
      this.#dispatch({ type: "candle", symbol: lane.symbol, time, close });
    }
  }

  /** What was published outside and is known by now is told before anything is decided on it. */
  #hear(time: number): void {
    const { outside } = this.#plan;
    if (outside === undefined) return;
    const from = this.#heard;
    while (this.#heard < outside.length && (outside[this.#heard] as OutsideItem).known <= time) this.#heard += 1;
    if (this.#heard > from) step(this.#bot, { type: "outside", items: outside.slice(from, this.#heard), time });
  }

  /** Bars that closed before trading begins are shown to the agents without a vote. */
  #warmUp(startTime: number): void {
    for (const lane of this.#lanes) this.#passBars(lane, startTime);
  }

  /** Shows the bars that have closed by `time` without an event. */
  #passBars(lane: Lane, time: number): void {
    while (barEnd(lane) <= time && barEnd(lane) < Number.POSITIVE_INFINITY) lane.bar += 1;
    lane.state.candles.reveal(lane.bar);
    lane.state.indicators.reveal(lane.bar);
  }

  /** Without a council the strategies start at the close of the first candle. */
  #begin(): void {
    for (const lane of this.#lanes) {
      const { series, from } = lane.data;
      lane.cursor = from + 1;
      const time = (series.time[from] as number) + series.timeframe;
      this.#advance(time);
      this.#passBars(lane, time);
      this.#dispatch({ type: "begin", symbol: lane.symbol, time, close: series.close[from] as number });
    }
  }

  /** Walks every candle in which something happens before the next close that is told, or before `until`, in the order of time; gives that time. */
  #advance(until?: number): number {
    const maySkip = this.#maySkip && until === undefined;
    for (;;) {
      const closes = nextDecisionTime(this.#lanes);
      const heard = until ?? (maySkip ? heardTime(this.#lanes) : closes);
      let next: Lane | null = null;
      let nextTime = heard;
      for (const lane of this.#lanes) {
        const found = hitTime(lane, nextTime);
        if (found < nextTime) {
          next = lane;
          nextTime = found;
        }
      }
      if (maySkip && closes <= nextTime && closes < heard) {
        this.#stock ??= takeStock(this.#bot, this.#lanes);
        passUnheard(this.#lanes, this.#stock, this.#recorder, nextTime, heard);
      }
      if (next === null) {
        for (const lane of this.#lanes) moveTo(lane, heard);
        return heard;
      }
      const bar = next.quiet;
      const { series } = next.data;
      // What is held changes in there: the closes before it are valued by what is held until then.
      this.#marker.advance(nextTime);
      next.cursor = bar + 1;
      next.market.nextBar = bar + 1;
      walkPrices(next.market, this.#fees, bar, nextTime, series.open[bar] as number, series.high[bar] as number, series.low[bar] as number, series.close[bar] as number, series.volume[bar] as number, this);
    }
  }

  /** Samples the account at the closes of now. The bot goes by what it has heard of: its own fills and the bars it decides on, as live. */
  #sample(time: number): void {
    this.#stock ??= takeStock(this.#bot, this.#lanes);
    this.#recorder.sample(time, this.#stock.cash, inventoryAt(this.#lanes, time), this.#stock.cost);
  }

  /** Gives one event to the bot and carries out what it asks for; what that gives birth to is handled in turn. */
  #dispatch(event: MarketEvent): void {
    if (this.#busy) {
      this.#queue.push(event);
      return;
    }
    this.#busy = true;
    this.#handle(event);
    while (this.#queue.length > 0) this.#handle(this.#queue.shift() as MarketEvent);
    this.#busy = false;
  }

  #handle(event: MarketEvent): void {
    const output = step(this.#bot, event);
    this.#recorder.keep(output);
    for (const request of output.requests) {
      const { order } = request;
      const { market } = this.#laneOf(order.sleeve.symbol);
      if (request.type === "submit") rest(market, order);
      else if (remove(market, order)) this.#queue.push({ type: "order", order, status: "canceled", time: timeOf(event) });
    }
    this.#watch(symbolOf(event), timeOf(event));
  }

  /** Passes on the levels that strategies watch, and keeps their ladders for the report. */
  #watch(symbol: string, time: number): void {
    const { market, sleeves } = this.#laneOf(symbol);
    for (const seen of sleeves) {
      const { strategy, account } = seen.sleeve;
      const watch = strategy.watch();
      setWatch(market, account.strategy, watch?.below, watch?.above);
      const ladder = strategy.ladder();
      if (ladder === seen.ladder) continue;
      seen.ladder = ladder;
      this.#recorder.ladder(seen.sleeve, ladder, time);
    }
  }

  #laneOf(symbol: string): Lane {
    for (const lane of this.#lanes) if (lane.symbol === symbol) return lane;
    throw new Error(`no market for ${symbol}`);
  }

  filled(market: Market, execution: Execution): void {
    const { order } = execution;
    this.#stock = null;
    const fill = {
      id: this.#recorder.nextFillId,
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
    this.#recorder.fill(fill);
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

function symbolIn(bot: Bot, symbol: string): SymbolState {
  const state = bot.symbols.get(symbol);
  if (!state) throw new Error(`no symbol ${symbol} in this bot`);
  return state;
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
