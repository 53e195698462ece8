import { describe, expect, it } from "vitest";
import { runBacktest } from "../../src/app/backtest/run.ts";
import type { RunRecord } from "../../src/app/backtest/record.ts";
import type { Opinion, RunningAgent } from "../../src/core/agent.ts";
import { type CandleSeries, seriesFrom } from "../../src/core/candle.ts";
import { priceOf, quantityOf } from "../../src/core/instrument.ts";
import { RISK_PROFILES, type RiskProfile } from "../../src/core/risk-profiles.ts";
import { equityOf } from "../../src/core/valuation.ts";
import { instrument, plan } from "../plan.ts";

const MINUTE = 60_000;
const FINE = { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 };

interface Options {
  readonly strategies?: Readonly<Record<string, unknown>>;
  readonly agents?: readonly RunningAgent[];
  readonly profile?: RiskProfile;
  readonly fees?: { readonly maker: number; readonly taker: number };
  /** Base a candle. */
  readonly volume?: number;
  readonly volumeShare?: number;
  readonly timeframe?: number;
  readonly begin?: number;
}

/** A market that closes at these prices, a candle each, which opens where the one before closed; null where it has no candle. */
function market(closes: readonly (number | null)[], { timeframe = MINUTE, volume = 1_000_000, begin = 0 }: Options): CandleSeries {
  let open = closes.find((close) => close !== null) ?? 0;
  const rows = closes.flatMap((close, i) => {
    if (close === null) return [];
    const candle = { time: begin + i * timeframe, open, high: Math.max(open, close), low: Math.min(open, close), close, volume };
    open = close;
    return [candle];
  });
  return seriesFrom(rows, timeframe);
}

/** Trades markets that share one account; decisions at every candle. */
function trade(closes: Readonly<Record<string, readonly (number | null)[]>>, params: Record<string, unknown>, options: Options = {}): RunRecord {
  return runBacktest(
    plan({
      markets: Object.entries(closes).map(([base, prices]) => {
        const series = market(prices, options);
        return { instrument: instrument(`${base}/USD`, FINE), series, bars: series };
      }),
      strategies: options.strategies ?? { rebalance: params },
      fees: options.fees ?? { maker: 0, taker: 0 },
      fillModel: { volumeShare: options.volumeShare ?? 1 },
      ...(options.agents ? { agents: options.agents, profile: options.profile ?? OPEN } : {}),
    }),
  );
}

/** Limits that bind nothing. */
const OPEN: RiskProfile = { ...RISK_PROFILES["high-risk-high-reward"], maxExposure: 1, maxSymbolShare: 1, maxOrderShare: 1, reserve: 0 };

/** Fills as `12 B A 5@100`: minute, side, symbol, quantity, price. */
function told({ fills, bot }: RunRecord): string[] {
  return fills.map(({ time, symbol, side, ticks, steps }) => {
    const { instrument: own } = bot.symbols.get(symbol)!;
    return `${time / MINUTE} ${side === "buy" ? "B" : "S"} ${own.base} ${Number(quantityOf(own, steps).toFixed(3))}@${priceOf(own, ticks)}`;
  });
}

function shares(record: RunRecord): number[] {
  const equity = equityOf(record.bot);
  return [...record.bot.symbols.values()].map(({ sleeves, price, instrument: own }) => (sleeves.reduce((sum, { account }) => sum + account.baseFree + account.baseReserved, 0) / own.baseScale) * price / equity);
}

const flat = (price: number, count: number): number[] => new Array<number>(count).fill(price);
const HALVES = { weights: { "A/USD": 0.5, "B/USD": 0.3 } };

describe("rebalancing one cash account over several symbols", () => {
  it("buys its weights at the first bar that all symbols have closed, and rests while they stay inside their bands", () => {
    const record = trade({ A: flat(100, 10), B: flat(50, 10) }, HALVES);
    expect(told(record)).toEqual(["2 B A 50@100", "2 B B 60@50"]);
    expect(shares(record)).toEqual([0.5, 0.3]);
  });

  it("sells what has run ahead first, and buys what has fallen behind in the candle after the cash is there", () => {
    // A doubles: 12,000 of 16,000 in A, 3,800 in B, 200 cash. Targets 9,600 and 6,080.
    const record = trade({ A: [...flat(100, 4), ...flat(200, 8)], B: flat(50, 12) }, { weights: { "A/USD": 0.6, "B/USD": 0.38 } });
    expect(told(record)).toEqual(["2 B A 60@100", "2 B B 76@50", "5 S A 12@200", "6 B B 45.6@50"]);
    expect(shares(record)).toEqual([0.6, 0.38]);
  });

  it("buys at once what the cash is there for", () => {
    // A doubles: 10,000 of 15,000 in A, 2,000 in B, 3,000 cash. Targets 7,500 and 3,000, and B is just outside its band.
    const record = trade({ A: [...flat(100, 4), ...flat(200, 8)], B: flat(50, 12) }, { weights: { "A/USD": 0.5, "B/USD": 0.2 } });
    expect(told(record).slice(2)).toEqual(["5 S A 12.5@200", "5 B B 20@50"]);
  });

  it("goes to the nearest edge of the band when it is told to", () => {
    const record = trade({ A: [...flat(100, 4), ...flat(300, 8)] }, { weights: { "A/USD": 0.5 }, band: { points: 0.1 }, to: "edge" });
    // To 40 % at first; then 12,000 of 18,000 are in A, and 60 % are allowed.
    expect(told(record)).toEqual(["2 B A 40@100", "5 S A 4@300"]);
  });

  it("has the same share of every symbol and of the cash when no weights are given", () => {
    expect(shares(trade({ A: flat(100, 6), B: flat(50, 6), C: flat(10, 6) }, {}))).toEqual([0.25, 0.25, 0.25]);
  });

  it("keeps what has no weight out of the account, and trades the rest", () => {
    expect(told(trade({ A: flat(100, 6), B: flat(50, 6) }, { weights: { "B/USD": 0.5 } }))).toEqual(["2 B B 100@50"]);
    expect(trade({ A: flat(100, 6), B: flat(50, 6) }, { weights: { "A/USD": 0 } }).fills).toEqual([]);
  });

  it("puts everything into one symbol, but for what an order must set aside and what is not worth another", () => {
    const record = trade({ A: flat(100, 12) }, { weights: { "A/USD": 1 }, band: { points: 0.01 } }, { fees: { maker: 0.001, taker: 0.001 } });
    expect(record.refused.size).toBe(0);
    expect(shares(record)[0]).toBeGreaterThan(0.99);
    expect(record.fills.length).toBeLessThan(4);
  });

  it("looks at the portfolio only at the first bar of a week when it is told so", () => {
    const HOUR = 3_600_000;
    // Monday, 1 January 2024; the price doubles on Wednesday.
    const prices = [...flat(100, 50), ...flat(200, 24 * 7)];
    const record = trade({ A: prices }, { weights: { "A/USD": 0.5 }, calendar: "weekly" }, { timeframe: HOUR, begin: Date.UTC(2024, 0, 1) });
    expect(record.fills.map(({ side, time }) => `${side} ${new Date(time).toISOString()}`)).toEqual(["buy 2024-01-01T02:00:00.000Z", "sell 2024-01-08T00:00:00.000Z"]);
  });

  it("takes no more of a book at a time than its share of the median bar, and spreads the rest over bars", () => {
    const record = trade({ A: flat(100, 20) }, { weights: { "A/USD": 0.5 }, maxOrderShareOfVolume: 0.1 }, { volume: 120 });
    // 50 to buy, 12 at a time: five parts of 10.
    expect(told(record)).toEqual([2, 3, 4, 5, 6].map((minute) => `${minute} B A 10@100`));
  });

  it("trades nothing in a book that is too thin for the smallest order, and says so", () => {
    const record = trade({ A: flat(100, 20), B: flat(50, 20) }, { weights: { "A/USD": 0.5, "B/USD": 0.2 } }, { volume: 0.5 });
    expect(record.fills).toEqual([]);
    expect(record.warnings).toEqual([expect.stringMatching(/^rebalance on A\/USD: its book is too thin/), expect.stringMatching(/^rebalance on B\/USD: its book is too thin/)]);
  });

  it("waits for an order that a thin market fills over several bars, without another beside it", () => {
    const record = trade({ A: flat(100, 20) }, { weights: { "A/USD": 0.5 }, maxOrderShareOfVolume: 1 }, { volume: 60, volumeShare: 0.4 });
    expect(told(record)).toEqual(["2 B A 24@100", "3 B A 24@100", "4 B A 2@100"]);
    expect(new Set(record.fills.map(({ key }) => key)).size).toBe(1);
  });

  it("makes no order that is smaller than its owner wants, and warns of a target that is", () => {
    const record = trade({ A: flat(100, 8), B: flat(50, 8) }, { weights: { "A/USD": 0.5, "B/USD": 0.001 }, minOrder: 20 });
    expect(told(record)).toEqual(["2 B A 50@100"]);
    expect(record.warnings).toEqual([expect.stringMatching(/^rebalance on B\/USD: its target is worth 10, under the smallest order \(20\)/)]);
  });

  it("does not turn back and forth while prices stand still after a jump, with fees and slippage", () => {
    const prices = { A: [...flat(100, 5), ...flat(170, 40)], B: [...flat(50, 5), ...flat(31, 40)], C: flat(7, 45) };
    const record = trade(prices, { weights: { "A/USD": 0.4, "B/USD": 0.3, "C/USD": 0.2 } }, { fees: { maker: 0.001, taker: 0.001 } });
    const late = record.fills.filter(({ time }) => time > 8 * MINUTE);
    expect(late).toEqual([]);
    expect(new Set(record.fills.map(({ symbol, side, time }) => `${symbol} ${side} ${time > 4 * MINUTE}`)).size).toBe(record.fills.length);
  });
});

const says = (rest: Partial<Opinion>): Opinion => ({ score: 0.8, ranging: 0, confidence: 1, reason: "as told, 1", evidence: {}, ...rest });
/** A council that says of each symbol at each bar what the test wants, and lets it have so much. */
function council(opinion: (symbol: string, bar: number) => Partial<Opinion>, size: (symbol: string, bar: number) => Partial<Opinion> = () => ({ size: 1 })): RunningAgent[] {
  return [
    { name: "leader", warmup: 1, vote: ({ symbol, candles }) => says(opinion(symbol, candles.length)) },
    { name: "owner", warmup: 1, vote: ({ symbol, candles }) => says(size(symbol, candles.length)) },
  ];
}

describe("rebalancing under a council", () => {
  const prices = { A: flat(100, 40), B: flat(50, 40) };

  it("wants of a symbol its weight times the exposure that is allowed", () => {
    const agents = council(() => ({}), (symbol) => ({ size: symbol === "A/USD" ? 0.4 : 1 }));
    expect(shares(trade(prices, HALVES, { agents }))).toEqual([0.2, 0.3]);
  });

  it("sells all of a symbol at a veto, keeps the others, and comes back after it", () => {
    const agents = council(() => ({}), (symbol, bar) => (symbol === "A/USD" && bar >= 10 && bar < 20 ? { size: 0, veto: { maxExposure: 0, limit: "the stop" } } : { size: 1 }));
    expect(told(trade(prices, HALVES, { agents }))).toEqual(["1 B A 50@100", "1 B B 60@50", "10 S A 50@100", "20 B A 50@100"]);
  });

  it("buys no more of what the council leans down on, and sells of it only what is over its share", () => {
    // A falls to half: it is bought again only when the council has turned.
    const fallen = { A: [...flat(100, 12), ...flat(50, 28)], B: flat(50, 40) };
    const down = council((symbol, bar) => ({ score: symbol === "A/USD" && bar >= 3 && bar < 25 ? -0.8 : 0.8 }));
    // 2,500 of 7,500 in A, which wants 3,750.
    expect(told(trade(fallen, HALVES, { agents: down })).filter((line) => line.includes("B A"))).toEqual(["1 B A 50@100", "25 B A 25@50"]);
    const risen = { A: [...flat(100, 12), ...flat(200, 28)], B: flat(50, 40) };
    expect(told(trade(risen, HALVES, { agents: down })).filter((line) => line.includes("S A"))).toEqual(["13 S A 12.5@200"]);
  });

  it("holds its weights while the council has no view", () => {
    expect(shares(trade(prices, HALVES, { agents: council(() => ({ score: 0, ranging: -1 })) }))).toEqual([0.5, 0.3]);
  });

  it("scales its targets down to what the owner's limits allow, with no order refused", () => {
    const profile = { ...RISK_PROFILES.balanced, maxSymbolShare: 0.3, maxExposure: 0.45, maxOrderShare: 0.1 };
    const record = trade(prices, HALVES, { agents: council(() => ({})), profile });
    expect(record.refused.size).toBe(0);
    const [a, b] = shares(record);
    expect(a! + b!).toBeLessThanOrEqual(0.45);
    expect(a! + b!).toBeGreaterThan(0.4);
    expect(Math.max(...record.fills.map(({ ticks, steps }) => (ticks / 100) * (steps / 1_000)))).toBeLessThanOrEqual(1_000);
  });

  it("leaves the reserve of the owner's limits alone", () => {
    const profile = { ...OPEN, reserve: 0.4 };
    const record = trade(prices, { weights: { "A/USD": 0.5, "B/USD": 0.5 } }, { agents: council(() => ({})), profile });
    expect(record.refused.size).toBe(0);
    expect(record.bot.ledger.quoteFree / record.bot.ledger.startUnits).toBeGreaterThanOrEqual(0.4);
    expect(record.bot.ledger.quoteFree / record.bot.ledger.startUnits).toBeLessThan(0.43);
  });

  it("leaves the share of a symbol that has not begun in cash, and buys it when it has", () => {
    const late = { A: flat(100, 40), B: [...new Array<null>(15).fill(null), ...flat(50, 25)] };
    const record = trade(late, HALVES, { agents: council(() => ({})) });
    // The first bar waits for everybody; from the second on nobody waits for who has not come. B's own first bar comes after A's.
    expect(told(record)).toEqual(["2 B A 50@100", "17 B B 60@50"]);
    expect(shares(record)).toEqual([0.5, 0.3]);
  });

  it("keeps what it holds of a symbol whose candles have ended, and goes on with the others", () => {
    const ended = { A: [...flat(100, 20), ...flat(200, 20)], B: flat(50, 10) };
    const record = trade(ended, HALVES, { agents: council(() => ({})) });
    const after = told(record).slice(2);
    expect(after).toEqual(["21 S A 12.5@200"]);
  });

  it("shares the account with other strategies: they have what its weights leave in cash", () => {
    const record = trade(prices, {}, { strategies: { grid: { levels: 4 }, rebalance: HALVES }, agents: council(() => ({ score: 0, ranging: 1 })) });
    const budgets = [...record.bot.symbols.values()].map(({ sleeves }) => Object.fromEntries(sleeves.map(({ account, view }) => [account.strategy, Math.round(view.budget)])));
    // 20 % are left: 10 % for the grid of each symbol.
    expect(budgets).toEqual([{ grid: 1_000, rebalance: 5_000 }, { grid: 1_000, rebalance: 3_000 }]);
  });
});
