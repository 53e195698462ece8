import type { Run } from "../../../src/adapters/report/run.ts";
import type { BacktestOutput } from "../../../src/app/result.ts";
import { type CandleSeries, allocateSeries } from "../../../src/core/candle.ts";

/** What a fixture run should look like. */
export interface FixtureShape {
  readonly symbols?: readonly string[];
  readonly candles?: number;
  /** Milliseconds. */
  readonly timeframe?: number;
  /** Candles between two decisions. */
  readonly decideEvery?: number;
  readonly agents?: readonly string[];
  readonly synthetic?: boolean;
  /** Put into every text that a report shows. */
  readonly text?: string;
  readonly name?: string;
}

/** A run and its candles. */
export interface Fixture {
  readonly output: Run;
  readonly series: ReadonlyMap<string, CandleSeries>;
}

const START = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;
const CAPITAL = 10_000;

/** Uniform numbers from 0 to 1 of a 32-bit linear congruential generator (Numerical Recipes' constants). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A random walk that swings around a slow wave, so that it has something to grid. */
export function randomWalk(length: number, timeframe: number, seed: number, from = 42_000): CandleSeries {
  const random = randomFrom(seed);
  const series = allocateSeries(length, timeframe);
  let price = from;
  for (let index = 0; index < length; index += 1) {
    const drift = 0.16 * Math.sin((index / length) * 9) / length * 8;
    const move = (random() + random() + random() - 1.5) * 0.9 * Math.sqrt(timeframe / 86_400_000) * 0.05 + drift;
    const close = price * (1 + move);
    series.time[index] = START + index * timeframe;
    series.open[index] = price;
    series.high[index] = Math.max(price, close) * (1 + Math.abs(move) * random());
    series.low[index] = Math.min(price, close) * (1 - Math.abs(move) * random());
    series.close[index] = Math.round(close * 100) / 100;
    series.volume[index] = 1 + random();
    price = close;
  }
  return series;
}

/** A made-up run with every list filled: its figures are plausible and consistent, not computed by the engine. */
export function fixture(shape: FixtureShape = {}): Fixture {
  const symbols = shape.symbols ?? ["BTC/USDT"];
  const candles = shape.candles ?? 24 * 90;
  const timeframe = shape.timeframe ?? HOUR;
  const series = new Map(symbols.map((symbol, index) => [symbol, randomWalk(candles, timeframe, 7 + index)]));
  const lists = { fills: [], votes: [], decisions: [], equity: [], roundTrips: [], ladders: [] };
  const output: Run = { ...frame(shape, symbols, candles, timeframe), ...lists };
  for (const symbol of symbols) addMarket(output, shape, symbol, series.get(symbol)!, CAPITAL / symbols.length);
  addEquity(output, series, shape.decideEvery ?? 4);
  return { output, series };
}

function addMarket(output: Run, shape: FixtureShape, symbol: string, series: CandleSeries, capital: number): void {
  const random = randomFrom(99);
  const text = shape.text ?? "";
  const agents = shape.agents ?? ["momentum", "regime", "risk-profile", "support-resistance"];
  const every = shape.decideEvery ?? 4;
  const lots: { price: number; quantity: number; time: number; cell: number }[] = [];
  let centre = 0;
  const stanceOf = (mood: number): "range" | "accumulate" | "reduce" | "halt" | "hold" =>
    mood > 0.75 ? "accumulate" : mood < -0.85 ? "halt" : mood < -0.6 ? "reduce" : mood < -0.45 ? "hold" : "range";
  for (let index = every; index < series.length; index += every) {
    const time = series.time[index]!;
    const close = series.close[index]!;
    const mood = Math.sin((index / series.length) * 21) * 0.9 + (random() - 0.5) * 0.1;
    for (const [place, agent] of agents.entries()) {
      const score = Math.max(-1, Math.min(1, mood * (1 - place * 0.35) + (random() - 0.5) * 0.5));
      output.votes.push({
        time,
        expires: time + every * series.timeframe,
        symbol,
        agent: `${agent}${text}`,
        score,
        confidence: 0.4 + random() * 0.5,
        reason: `The close of ${close.toFixed(2)} lies ${(score * 4).toFixed(1)} % from its average of 48 bars, and the range is ${(random() * 3).toFixed(2)} %.${text}`,
        evidence: { close, score },
      });
    }
    const stance = stanceOf(mood);
    const vetoes = stance === "halt" ? [{ agent: "risk-profile", maxExposure: 0, limit: `drawdown of 12 % reached${text}` }] : [];
    output.decisions.push({
      time,
      symbol,
      stance,
      conviction: mood,
      exposure: stance === "halt" ? 0 : 0.6,
      shares: { grid: 0.7, dca: 0.3 },
      levels: [-2, -1, 1, 2].map((step) => ({
        kind: step < 0 ? ("support" as const) : ("resistance" as const),
        price: (Math.round(close / 2_200) + step) * 2_200,
        strength: 1 - Math.abs(step) * 0.25,
        touches: 3,
      })),
      vetoes,
      reason: `${agents.length} agents voted; the pooled score is ${mood.toFixed(2)}: ${stance}.${text}`,
    });
    output.result.stances[stance] = (output.result.stances[stance] ?? 0) + 1;
    if (Math.abs(close / centre - 1) > 0.06) {
      centre = close;
      const prices = Array.from({ length: 12 }, (_, step) => centre * (1 + (step - 5.5) * 0.01));
      output.ladders.push({ time, symbol, strategy: "grid", prices });
    }
    trade(output, shape, symbol, series, index, capital, lots, random);
  }
}

function trade(
  output: Run,
  shape: FixtureShape,
  symbol: string,
  series: CandleSeries,
  index: number,
  capital: number,
  lots: { price: number; quantity: number; time: number; cell: number }[],
  random: () => number,
): void {
  const close = series.close[index]!;
  const time = series.time[index]!;
  const text = shape.text ?? "";
  const fill = (side: "buy" | "sell", price: number, quantity: number, cell: number): void => {
    const notional = price * quantity;
    const id = output.fills.length + 1;
    const strategy = `${cell % 5 === 0 ? "dca" : "grid"}${text}`;
    output.fills.push({ id, time, symbol, strategy, key: `${cell}/${id}`, side, price, quantity, notional, fee: notional * 0.001, feeCurrency: "USDT", liquidity: "maker", reason: `cell ${cell}${text}` });
    output.result.feesPaid += notional * 0.001;
  };
  const ready = lots.findIndex((lot) => close > lot.price * 1.012);
  const lot = lots[ready];
  if (lot !== undefined) {
    lots.splice(ready, 1);
    fill("sell", close, lot.quantity, lot.cell);
    const fees = (close + lot.price) * lot.quantity * 0.001;
    const profit = (close - lot.price) * lot.quantity - fees;
    output.roundTrips.push({ symbol, strategy: `${lot.cell % 5 === 0 ? "dca" : "grid"}${text}`, lot: `cell-${lot.cell}${text}`, openTime: lot.time, closeTime: time, quantity: lot.quantity, entryPrice: lot.price, exitPrice: close, fees, profit, return: profit / (lot.price * lot.quantity) });
    output.result.closedProfit += profit;
  } else if (lots.length < 12 && random() < 0.4) {
    const quantity = Math.round((capital / 20 / close) * 1e5) / 1e5;
    const cell = output.fills.length;
    lots.push({ price: close, quantity, time, cell });
    fill("buy", close, quantity, cell);
  }
}

function addEquity(output: Run, series: ReadonlyMap<string, CandleSeries>, every: number): void {
  const [first] = series.values();
  const held = new Map<string, number>();
  let cash = CAPITAL;
  let next = 0;
  let exposure = 0;
  const fills = output.fills.sort((a, b) => a.time - b.time);
  for (let index = every; index < first!.length; index += every) {
    const time = first!.time[index]!;
    for (; next < fills.length && fills[next]!.time <= time; next += 1) {
      const { side, symbol, quantity, notional, fee } = fills[next]!;
      const sign = side === "buy" ? 1 : -1;
      cash -= sign * notional + fee;
      held.set(symbol, (held.get(symbol) ?? 0) + sign * quantity);
    }
    const base = [...held].reduce((sum, [symbol, amount]) => sum + amount * series.get(symbol)!.close[index]!, 0);
    output.equity.push({ time: time + first!.timeframe, equity: cash + base, cash, exposure: base / (cash + base) });
    exposure += base / (cash + base);
  }
  finish(output, series, held, exposure / Math.max(1, output.equity.length));
}

function finish(output: Run, series: ReadonlyMap<string, CandleSeries>, held: ReadonlyMap<string, number>, exposure: number): void {
  const { result } = output;
  const growth = [...series.values()].reduce((sum, one) => sum + one.close[one.length - 1]! / one.close[0]!, 0) / series.size;
  let peak = 0;
  for (const { equity } of output.equity) {
    peak = Math.max(peak, equity);
    result.maxDrawdown = Math.min(result.maxDrawdown, equity / peak - 1);
  }
  result.finalEquity = output.equity.at(-1)?.equity ?? CAPITAL;
  result.liquidationEquity = result.finalEquity - 4.2;
  result.totalReturn = result.finalEquity / CAPITAL - 1;
  result.unrealisedProfit = result.finalEquity - CAPITAL - result.closedProfit;
  result.buyAndHold = { totalReturn: growth * 0.999 - 1, equalExposureReturn: (growth - 1) * exposure, cashReturn: 0, maxDrawdown: -0.21 };
  result.exposure = exposure;
  result.fills = output.fills.length;
  result.roundTrips = output.roundTrips.length;
  result.turnover = output.fills.reduce((sum, { notional }) => sum + notional, 0) / CAPITAL;
  result.decisions = output.decisions.length;
  result.votes = output.votes.length;
  result.winRate = output.roundTrips.filter(({ profit }) => profit > 0).length / Math.max(1, output.roundTrips.length);
  result.holdings = Object.fromEntries(held);
  for (const symbol of series.keys()) {
    result.strategies.push({ symbol, strategy: "grid", fills: result.fills, roundTrips: result.roundTrips, closedProfit: result.closedProfit, unrealisedProfit: result.unrealisedProfit, baseHeld: held.get(symbol) ?? 0, feesPaid: result.feesPaid });
  }
}

function frame(shape: FixtureShape, symbols: readonly string[], candles: number, timeframe: number): BacktestOutput {
  const text = shape.text ?? "";
  const from = new Date(START).toISOString();
  const to = new Date(START + candles * timeframe).toISOString();
  const synthetic = shape.synthetic ?? true;
  const source = `${synthetic ? "synthetic:mix?seed=1" : "BTCUSDT-1h.csv"}${text}`;
  const hash = "3fa9c1d20b7e5a61c08e4f7d92b6a3e15c7d08f94b2a6e1d3c5f7091a8b4d2e6";
  const name = timeframe === HOUR ? "1h" : "1m";
  return {
    version: 1,
    definition: { name: shape.name ?? `default${text}`, symbols, capital: CAPITAL, seed: 1, fees: { maker: 0.001, taker: 0.001 }, strategies: { grid: { levels: 12, note: text }, dca: {} } },
    data: {
      hash,
      candles: candles * symbols.length,
      from,
      to,
      synthetic,
      symbols: symbols.map((symbol) => ({ symbol, source, hash, candles, from, to, timeframe: name, gaps: 0, missing: 0, synthetic })),
    },
    result: {
      startEquity: CAPITAL, finalEquity: CAPITAL, liquidationEquity: CAPITAL, totalReturn: 0, cagr: 0.18,
      buyAndHold: { totalReturn: 0, equalExposureReturn: 0, cashReturn: 0, maxDrawdown: 0 },
      maxDrawdown: 0, maxDrawdownDays: 21.5, sharpe: 1.31, sortino: 1.92, calmar: 1.76, omega: 1.24, ulcer: 0.0312,
      profitFactor: null, expectancy: 4.12, sqn: 2.2, winRate: null, payoff: null, exposure: 0, turnover: 0, feesPaid: 0,
      fills: 0, roundTrips: 0, closedProfit: 0, unrealisedProfit: 0, worstOpenLoss: -612.4, dust: 0.03, baseHeld: 0,
      holdings: {}, refused: { [`below the least notional${text}`]: 12, "request budget used up": 3 }, decisions: 0, votes: 0, stances: {}, switchesPerMonth: null, malformed: {}, symbols: [], strategies: [],
    },
    council: null,
    warnings: [`The first 48 bars warmed the agents up and were not traded.${text}`],
  };
}
