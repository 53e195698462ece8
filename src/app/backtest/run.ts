import { type Bot, type SymbolState, createBot } from "../../core/bot.ts";
import type { Order } from "../../core/order.ts";
import type { OutsideItem } from "../../core/outside.ts";
import { type Market, remove, setWatch } from "../../core/simulator/market.ts";
import type { Execution, MarketEvents } from "../../core/simulator/execute.ts";
import { walkPrices } from "../../core/simulator/walk.ts";
import { step } from "../../core/step.ts";
import { equityOf } from "../../core/valuation.ts";
import { Calendar } from "./calendar.ts";
import { EquityMarker } from "./equity-marker.ts";
import { type Lane, barEnd, createLane, hitTime, moveTo, priceBefore, restIn } from "./lane.ts";
import { spanOf } from "./listing.ts";
import { type MarketEvent, symbolOf, timeOf } from "./market-event.ts";
import type { BacktestPlan } from "./plan.ts";
import { leavesClosesToStrategies } from "../../core/unheard.ts";
import { Recorder, type RunRecord } from "./record.ts";
import { type Stock, addExposures, inventoryAt, takeStock } from "./stock.ts";
import { nextDecisionTime, heardTime, passUnheard } from "./unheard.ts";

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

/** Bars between two reports of progress. */
const PROGRESS_EVERY = 256;

class Backtest implements MarketEvents {
  readonly #plan: BacktestPlan;
  readonly #bot: Bot;
  readonly #lanes: Lane[];
  readonly #lanesBySymbol: ReadonlyMap<string, Lane>;
  /** The lane that was asked for last. */
  #lane: Lane | null = null;
  readonly #calendar: Calendar;
  readonly #marker: EquityMarker;
  readonly #queue: MarketEvent[] = [];
  readonly #recorder: Recorder;
  /** Whether bars may be passed whose closes no strategy wants to hear. */
  readonly #maySkip: boolean;
  #busy = false;
  /** The symbol whose candle before the cursor is being walked. */
  #walked: Lane | null = null;
  /** Items of `outside` that were told. */
  #heard = 0;
  /** As of the last stocktaking; null when something was filled since. */
  #stock: Stock | null = null;

  constructor(plan: BacktestPlan) {
    this.#plan = plan;
    this.#recorder = new Recorder(plan);
    this.#bot = createBot({ ...plan.bot, isUnread: plan.keeps === "figures", symbols: plan.markets.map(({ instrument, bars }) => ({ instrument, bars })) });
    this.#maySkip = leavesClosesToStrategies(this.#bot) && plan.outside === undefined;
    this.#lanes = plan.markets.map((data) => createLane(data, plan.fillModel, plan.bot.fees, symbolIn(this.#bot, data.instrument.symbol)));
    this.#calendar = new Calendar(this.#lanes, plan.bot.profile !== null);
    this.#lanesBySymbol = new Map(this.#lanes.map((lane) => [lane.symbol, lane]));
    this.#marker = new EquityMarker(
      this.#bot,
      plan.markets.map(({ instrument, series, from, delisted }) => ({
        symbol: instrument.symbol, series, from, to: series.length,
        ...(delisted !== undefined && plan.delisting === "worthless" ? { worthlessFrom: delisted } : {}),
      })),
      spanOf(plan.markets).startTime,
    );
  }

  *run(): Generator<number, RunRecord> {
    const { startTime, endTime } = spanOf(this.#plan.markets);
    this.#warmUp(startTime);
    this.#bot.sharers = 0;
    const pause = PROGRESS_EVERY * (this.#plan.markets[0]?.bars.timeframe ?? 0);
    let told = startTime;
    for (;;) {
      const stop = this.#calendar.next;
      const time = this.#advance(stop > endTime ? Number.POSITIVE_INFINITY : stop);
      if (time === Number.POSITIVE_INFINITY) break;
      for (const lane of this.#calendar.begunBy(time)) this.#begin(lane, time);
      if (time === nextDecisionTime(this.#lanes)) this.#decide(time);
      for (const lane of this.#calendar.goneBy(time)) this.#end(lane, time);
      if (time - told < pause) continue;
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
      exposures: new Map(this.#lanes.map(({ symbol, exposures }) => [symbol, this.#recorder.meanOf(exposures)])),
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
      this.#lane = lane;
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

  /** A symbol is there from now on. Without a council its strategies start now, at the close of its first candle. */
  #begin(lane: Lane, time: number): void {
    this.#bot.sharers += 1;
    if (this.#plan.bot.profile !== null) return;
    this.#passBars(lane, time);
    this.#dispatch({ type: "begin", symbol: lane.symbol, time, close: lane.data.series.close[lane.data.from] as number });
  }

  /** A symbol is gone: its exchange gives the orders back, and what is held of it cannot be sold any more. */
  #end(lane: Lane, time: number): void {
    this.#bot.sharers = Math.max(1, this.#bot.sharers - 1);
    this.#dispatch({ type: "suspend", symbol: lane.symbol, time });
    if (this.#plan.delisting !== "worthless") return;
    lane.isWorthless = true;
    this.#dispatch({ type: "price", symbol: lane.symbol, price: 0, time });
  }

  /** Walks every candle in which something happens before the next close that is told, or before `stop`, in the order of time; gives that time. */
  #advance(stop: number): number {
    const lanes = this.#lanes;
    let closes = nextDecisionTime(lanes);
    for (;;) {
      // What happens in a candle changes what strategies want to hear.
      if (this.#maySkip) closes = nextDecisionTime(lanes);
      const heard = Math.min(stop, this.#maySkip ? heardTime(lanes) : closes);
      let now = heard;
      for (const lane of lanes) now = Math.min(now, hitTime(lane, now));
      if (closes <= now && closes < heard) {
        this.#stock ??= takeStock(this.#bot, lanes);
        passUnheard(lanes, this.#stock, this.#recorder, now, heard);
      }
      if (now === heard) {
        for (const lane of lanes) moveTo(lane, heard);
        return heard;
      }
      // Candles that open together, in the order of the definition: one search for all of them.
      for (const lane of lanes) if (lanes.length === 1 || hitTime(lane, heard) === now) this.#walk(lane, now);
    }
  }

  #walk(lane: Lane, time: number): void {
    const bar = lane.quiet;
    const { series } = lane.data;
    // What is held changes in there: the closes before it are valued by what is held until then.
    this.#marker.advance(time);
    lane.cursor = bar + 1;
    lane.market.nextBar = bar + 1;
    this.#walked = lane;
    walkPrices(lane.market, lane.fees, bar, time, series.open[bar] as number, series.high[bar] as number, series.low[bar] as number, series.close[bar] as number, series.volume[bar] as number, this);
    this.#walked = null;
  }

  /** Samples the account at the closes of now. The bot goes by what it has heard of: its own fills and the bars it decides on, as live. */
  #sample(time: number): void {
    this.#stock ??= takeStock(this.#bot, this.#lanes);
    const { cash, cost } = this.#stock;
    const inventory = inventoryAt(this.#lanes, time);
    this.#recorder.sample(time, cash, inventory, cost);
    addExposures(this.#lanes, cash + inventory);
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
    const lane = this.#laneOf(symbolOf(event));
    this.#recorder.keep(output, lane);
    for (const request of output.requests) {
      const { order } = request;
      const its = this.#laneOf(order.sleeve.symbol);
      if (request.type === "submit") restIn(its, order, this.#walked);
      else if (remove(its.market, order)) this.#queue.push({ type: "order", order, status: "canceled", time: timeOf(event) });
    }
    this.#watch(lane, timeOf(event));
  }

  /** Passes on the levels that strategies watch, and keeps their ladders for the report. */
  #watch({ market, sleeves }: Lane, time: number): void {
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
    // What happens next is mostly of the same symbol.
    if (this.#lane?.symbol === symbol) return this.#lane;
    const lane = this.#lanesBySymbol.get(symbol);
    if (!lane) throw new Error(`no market for ${symbol}`);
    this.#lane = lane;
    return lane;
  }

  filled(market: Market, execution: Execution): void {
    const { order, time, ticks, steps, liquidity, feeUnits, feeCurrency, complete } = execution;
    const { key, side, reason } = order.desired;
    this.#stock = null;
    const fill = {
      id: this.#recorder.nextFillId, orderId: order.id, symbol: market.instrument.symbol, strategy: order.sleeve.strategy, key, side,
      time, ticks, steps, liquidity, feeUnits, feeCurrency, complete, reason,
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

/** Equity of a finished run, quote: inventory at the last close. */
export function finalEquity(record: RunRecord): number {
  return equityOf(record.bot);
}
