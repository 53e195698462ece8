import { describe, expect, it } from "vitest";
import { createBot } from "../../src/core/bot.ts";
import { seriesFrom } from "../../src/core/candle.ts";
import type { Fees } from "../../src/core/fill-model.ts";
import { notionalUnits, quantityOf, ticksNearest } from "../../src/core/instrument.ts";
import type { Order } from "../../src/core/order.ts";
import { type BotEvent, type Output, step } from "../../src/core/step.ts";
import type { TradingLimits } from "../../src/core/trading-limits.ts";
import { strategies } from "../../strategies/index.ts";
import { instrument } from "../plan.ts";

const MINUTE = 60_000;
const FILTERS = { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 };
const FEES: Fees = { maker: 0, taker: 0, currency: "quote", slippage: 0 };

/** A bot without a council over symbols of prices that the test gives, whose orders are filled when the test says so. */
function bench(names: readonly string[], params: Record<string, unknown>, options: { readonly limits?: TradingLimits; readonly others?: Readonly<Record<string, unknown>> } = {}) {
  const instruments = new Map(names.map((name) => [`${name}/USD`, instrument(`${name}/USD`, FILTERS)]));
  const chosen = { rebalance: params, ...options.others };
  const bot = createBot({
    capitalUnits: 10_000 * [...instruments.values()][0]!.quoteScale,
    fees: FEES,
    symbols: [...instruments.values()].map((one) => ({ instrument: one, bars: seriesFrom([], MINUTE) })),
    agents: [],
    coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 1 },
    profile: null,
    ...(options.limits ? { limits: options.limits } : {}),
    strategies: Object.entries(chosen).map(([name, own]) => ({ entry: strategies.find((entry) => entry.name === name)!, params: own })),
  });
  const prices = new Map<string, number>();
  const open: Order[] = [];
  let fills = 0;
  let time = 0;
  const textOf = ({ desired, steps, sleeve }: Order): string => `${desired.side} ${quantityOf(instruments.get(sleeve.symbol)!, steps)} ${sleeve.symbol.split("/")[0]}`;

  /** What one event leads to: `buy 5 A`, `cancel buy 5 A`, `refused A`. */
  function give(event: BotEvent): string[] {
    const output: Output = step(bot, event);
    for (const { type, order } of output.requests) if (type === "submit") open.push(order);
    return [...output.requests.map(({ type, order }) => (type === "cancel" ? `cancel ${textOf(order)}` : textOf(order))), ...output.notices.map(({ type, symbol }) => `${type} ${symbol.split("/")[0]}`)];
  }

  return {
    bot, open, give,
    /** The next minute begins. */
    tick: (): void => void (time += MINUTE),
    candle(name: string, close: number, at = time): string[] {
      const symbol = `${name}/USD`;
      prices.set(symbol, close);
      give({ type: "bars", symbol, time: at, candles: [{ time: at - MINUTE, open: close, high: close, low: close, close, volume: 1_000_000 }], reveal: false });
      return give({ type: "candle", symbol, time: at, close });
    },
    begin: (name: string, close: number): string[] => give({ type: "begin", symbol: `${name}/USD`, time, close }),
    command: (command: "run" | "pause" | "cancel" | "flatten"): string[] => give({ type: "command", command, time }),
    /** Fills so much of the oldest open order of a symbol at its last price, all of it unless told. */
    fill(name: string, part = 1): string[] {
      const symbol = `${name}/USD`;
      const order = open.find(({ sleeve }) => sleeve.symbol === symbol)!;
      const own = instruments.get(symbol)!;
      const steps = Math.round((order.steps - order.filled) * part);
      const complete = steps === order.steps - order.filled;
      if (complete) open.splice(open.indexOf(order), 1);
      fills += 1;
      const ticks = ticksNearest(own, prices.get(symbol)!);
      expect(notionalUnits(own, ticks, steps)).toBeGreaterThan(0);
      return give({
        type: "fill",
        fill: { id: fills, orderId: order.id, symbol, strategy: order.sleeve.strategy, key: order.desired.key, side: order.desired.side, time, ticks, steps, liquidity: "taker", feeUnits: 0, feeCurrency: "quote", complete },
      });
    },
    /** The venue confirms that the oldest open order of a symbol is canceled. */
    canceled(name: string): string[] {
      const order = open.find(({ sleeve }) => sleeve.symbol === `${name}/USD`)!;
      open.splice(open.indexOf(order), 1);
      return give({ type: "order", order, status: "canceled", time });
    },
  };
}

const HALVES = { weights: { "A/USD": 0.5, "B/USD": 0.4 } };

/** A bot that has begun, with prices that the first bars will correct. */
function started(...given: Parameters<typeof bench>) {
  const one = bench(...given);
  for (const name of given[0]) expect(one.begin(name, 100)).toEqual([]);
  one.tick();
  return one;
}

/** A bot that holds 50 A at 100 and 40 B at 100, a tenth in cash. */
function invested(params: Record<string, unknown> = HALVES, options = {}) {
  const one = started(["A", "B"], params, options);
  one.candle("A", 100);
  one.candle("B", 100);
  one.fill("A");
  one.fill("B");
  expect(one.open).toEqual([]);
  return one;
}

describe("the symbols of a portfolio", () => {
  it("are planned together, with the bar that is the last of its time, in whichever order they come", () => {
    const first = started(["A", "B"], HALVES);
    expect(first.candle("A", 100)).toEqual([]);
    expect(first.candle("B", 50)).toEqual(["buy 50 A", "buy 80 B"]);
    const second = started(["A", "B"], HALVES);
    expect(second.candle("B", 50)).toEqual([]);
    expect(second.candle("A", 100)).toEqual(["buy 50 A", "buy 80 B"]);
  });

  it("wait one bar for a symbol that is silent, and no longer", () => {
    const one = invested();
    one.tick();
    // A has run ahead, yet B may still come.
    expect(one.candle("A", 150)).toEqual([]);
    one.tick();
    // 7,500 of 12,500 in A, which wants 6,250; B has no bar and is left alone.
    expect(one.candle("A", 150)).toEqual(["sell 8.333 A"]);
    one.fill("A");
    one.tick();
    // B is back, at half its price, after everybody else was told: the next bar counts.
    expect([...one.candle("A", 150), ...one.candle("B", 50)]).toEqual([]);
    one.tick();
    expect(one.candle("B", 50)).toEqual([]);
    expect(one.candle("A", 150)).toEqual(expect.arrayContaining([expect.stringMatching(/^buy .* B$/)]));
  });

  it("are not planned with a bar that comes after one of a later time, but with the next", () => {
    const one = invested();
    one.tick();
    one.tick();
    one.candle("A", 150);
    expect(one.candle("B", 100, 2 * MINUTE)).toEqual([]);
    expect(one.candle("B", 100)).toEqual(["sell 8.333 A"]);
  });
});

describe("a buy that waits for cash", () => {
  /** A has doubled and B stands at 80 of 100: 10,000 and 3,200 of 14,200; targets 7,100 and 5,680; 1,000 in cash. */
  function unbalanced() {
    const one = invested();
    one.tick();
    one.candle("A", 200);
    return { one, first: one.candle("B", 80) };
  }

  it("is sent in the very step that books the sale, for which the cash suffices then", () => {
    const { one, first } = unbalanced();
    expect(first).toEqual(["sell 14.5 A"]);
    expect(one.fill("A", 0.5)).toEqual([]);
    expect(one.fill("A")).toEqual(["buy 31 B"]);
    expect(one.fill("B")).toEqual([]);
    one.tick();
    expect([...one.candle("A", 200), ...one.candle("B", 80)]).toEqual([]);
  });

  it("waits for the second of two sales when the first is not enough", () => {
    const one = started(["A", "B", "C"], { weights: { "A/USD": 0.3, "B/USD": 0.3, "C/USD": 0.36 } });
    for (const name of ["A", "B", "C"]) one.candle(name, 100);
    for (const name of ["A", "B", "C"]) one.fill(name);
    one.tick();
    one.candle("A", 150);
    one.candle("B", 150);
    // 4,500, 4,500 and 1,800 of 11,200: targets 3,360 twice, and 4,032; 400 in cash.
    expect(one.candle("C", 50)).toEqual(["sell 7.6 A", "sell 7.6 B"]);
    expect(one.fill("B")).toEqual([]);
    expect(one.fill("A")).toEqual(["buy 44.64 C"]);
  });

  it("is planned anew when the sale has not been filled for three bars more", () => {
    const { one } = unbalanced();
    for (let bar = 0; bar < 2; bar++) {
      one.tick();
      expect([...one.candle("A", 200), ...one.candle("B", 80)]).toEqual([]);
    }
    one.tick();
    // The market has turned: A is worth little more than it should be, and B is bought with the cash that there is.
    expect([...one.candle("A", 110), ...one.candle("B", 80)]).toEqual([]);
    one.tick();
    expect([...one.candle("A", 110), ...one.candle("B", 80)]).toEqual(["cancel sell 14.5 A", "buy 8.5 B"]);
    expect(one.canceled("A")).toEqual([]);
  });
});

describe("whoever holds the switch", () => {
  it("keeps a paused bot from ordering anything, and gets the orders of the last plan when it goes on", () => {
    const one = started(["A", "B"], HALVES);
    one.command("pause");
    expect([...one.candle("A", 100), ...one.candle("B", 100)]).toEqual([]);
    expect(one.command("run")).toEqual(["buy 50 A", "buy 40 B"]);
  });

  it("sells everything with a flatten, and buys back only after it", () => {
    const one = invested();
    expect(one.command("flatten")).toEqual(["sell 50 A", "sell 40 B"]);
    one.fill("A");
    one.fill("B");
    one.tick();
    expect([...one.candle("A", 100), ...one.candle("B", 100)]).toEqual([]);
    expect(one.command("run")).toEqual([]);
    one.tick();
    expect([...one.candle("A", 100), ...one.candle("B", 100)]).toEqual(["buy 50 A", "buy 40 B"]);
  });

  it("sells what a buy brings that fills while its cancel is on the way", () => {
    const one = started(["A", "B"], HALVES);
    one.candle("A", 100);
    one.candle("B", 100);
    expect(one.command("flatten")).toEqual(["cancel buy 50 A", "cancel buy 40 B"]);
    expect(one.fill("A")).toEqual(["sell 50 A"]);
    expect(one.canceled("B")).toEqual([]);
  });
});

describe("an order of a plan", () => {
  it("keeps its key while it is turned down, so that it is tried less and less often", () => {
    const one = started(["A", "B"], HALVES, { limits: { blacklist: ["A/USD"] } });
    const tries: number[] = [];
    for (let bar = 0; bar < 40; bar++) {
      one.tick();
      if ([...one.candle("A", 100), ...one.candle("B", 100)].includes("refused A")) tries.push(bar);
      if (one.open.length > 0) one.fill("B");
    }
    expect(tries.length).toBeGreaterThan(2);
    expect(tries.length).toBeLessThan(8);
  });

  it("has another key once something of it was filled: what is planned next is another intent", () => {
    const one = started(["A"], { weights: { "A/USD": 0.5 } });
    expect(one.candle("A", 100)).toEqual(["buy 50 A"]);
    expect(one.open.map(({ desired }) => desired.key)).toEqual(["buy/1"]);
    one.fill("A", 0.5);
    // It stays open for three bars more; then it is given up, and what is missing is planned again.
    for (let bar = 0; bar < 3; bar++) {
      one.tick();
      expect(one.candle("A", 100)).toEqual([]);
    }
    one.tick();
    expect(one.candle("A", 100)).toEqual(["cancel buy 50 A"]);
    one.canceled("A");
    one.tick();
    expect(one.candle("A", 100)).toEqual(["buy 25 A"]);
    expect(one.open.map(({ desired }) => desired.key)).toEqual(["buy/2"]);
  });
});

describe("beside other strategies, without a council", () => {
  it("they have equal parts of what the weights leave", () => {
    const one = bench(["A", "B"], HALVES, { others: { grid: { levels: 4 } } });
    one.begin("A", 100);
    one.begin("B", 100);
    const budgets = [...one.bot.symbols.values()].map(({ sleeves }) => sleeves.map(({ account, view }) => `${account.strategy} ${Math.round(view.budget)}`));
    expect(budgets).toEqual([["rebalance 5000", "grid 500"], ["rebalance 4000", "grid 500"]]);
  });
});
