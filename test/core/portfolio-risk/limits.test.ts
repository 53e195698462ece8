import { describe, expect, it } from "vitest";
import { createBot } from "../../../src/core/bot.ts";
import { seriesFrom } from "../../../src/core/candle.ts";
import { foreseeOrder } from "../../../src/core/foresee.ts";
import type { DesiredOrder } from "../../../src/core/order.ts";
import { RISK_PROFILES, type RiskProfile } from "../../../src/core/risk-profiles.ts";
import { step } from "../../../src/core/step.ts";
import type { StrategyEntry } from "../../../src/core/strategy-entry.ts";
import type { Treasury } from "../../../src/core/treasury.ts";
import { strategies } from "../../../strategies/index.ts";
import { instrument } from "../../plan.ts";

const DAY = 86_400_000;
const NAMES = ["AAA/USD", "BBB/USD"] as const;
type Name = (typeof NAMES)[number];
const FILTERS = { priceStep: 0.01, quantityStep: 0.001, minQuantity: 0.001, minNotional: 1 };
/** Nothing is limited but what a test limits. */
const OPEN: RiskProfile = { ...RISK_PROFILES["high-risk-high-reward"], maxExposure: 1, maxSymbolShare: 1, maxOrderShare: 1 };

interface Options {
  /** What each symbol gains and loses by turns. */
  readonly moves?: readonly [number, number];
  readonly days?: number;
  readonly treasury?: Treasury;
}

/** Two symbols at 100, a thousand dollars, and a strategy that buys what it is told to and lets it rest. */
function bench(profile: Partial<RiskProfile>, { moves = [0.02, 0.02], days = 101, treasury }: Options = {}) {
  const wishes = new Map<string, DesiredOrder[]>(NAMES.map((symbol) => [symbol, []]));
  const entry: StrategyEntry = {
    name: "puppet", title: "does as it is told", params: strategies[0]!.params, suits: {},
    start: (_, { symbol }) => ({ name: "puppet", suits: {}, evolve: () => true, desired: () => [...wishes.get(symbol)!], watch: () => null, ladder: () => [], warnings: () => [] }),
  };
  const closes = (move: number): number[] => Array.from({ length: days }, (_, i) => (i % 2 === 0 ? 100 : 100 * (1 + move)));
  const bot = createBot({
    capitalUnits: 1_000 * instrument("AAA/USD", FILTERS).quoteScale,
    fees: { maker: 0, taker: 0, currency: "quote", slippage: 0 },
    symbols: NAMES.map((symbol, at) => ({ instrument: instrument(symbol, FILTERS), bars: seriesFrom(closes(moves[at]!).map((close, i) => ({ time: i * DAY, open: close, high: close, low: close, close, volume: 1 })), DAY) })),
    agents: [], coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 1 },
    profile: { ...OPEN, ...profile },
    ...(treasury ? { treasury } : {}),
    strategies: [{ entry, params: {} }],
  });
  for (const state of bot.symbols.values()) state.candles.reveal(days);
  let key = 0;
  const wish = (worth: number): DesiredOrder => ({ key: `k${(key += 1)}`, side: "buy", type: "limit", price: 100, quantity: worth / 100, lots: [{ lot: "a", quantity: worth / 100 }], reason: "test" });
  return {
    bot,
    buy: (symbol: Name, worth: number): string => {
      wishes.get(symbol)!.push(wish(worth));
      const { notices } = step(bot, { type: "begin", symbol, time: days * DAY, close: 100 });
      if (notices.length === 0) return "approved";
      wishes.get(symbol)!.pop();
      return `${notices[0]!.reason}: ${notices[0]!.detail}`;
    },
    foresee: (symbol: Name, worth: number): string | null => {
      const state = bot.symbols.get(symbol)!;
      return foreseeOrder(bot, state, state.sleeves[0]!, wish(worth), 100, days * DAY).refusal;
    },
  };
}

describe("the limits of the whole portfolio", () => {
  it("refuse what would put too much into one symbol, open buys of it included, and not what goes into another", () => {
    const { buy } = bench({ maxSymbolShare: 0.3 });
    expect(buy("AAA/USD", 300)).toBe("approved");
    expect(buy("AAA/USD", 50)).toBe("symbol-limit: would put 35 % of equity into AAA/USD; the limit is 30 %");
    expect(buy("BBB/USD", 300)).toBe("approved");
  });

  it("refuse what would put too much into a group", () => {
    const { buy } = bench({ groups: [{ name: "both", symbols: [...NAMES], most: 0.5 }] });
    expect(buy("AAA/USD", 300)).toBe("approved");
    expect(buy("BBB/USD", 250)).toBe("group-limit: would put 55 % of equity into both (AAA/USD, BBB/USD); the limit is 50 %");
    expect(buy("BBB/USD", 200)).toBe("approved");
  });

  it("refuse what a bad day would lose too much of, by the closed form", () => {
    // A day gains 10 % or loses 1/11 of it: root mean square 0.095563, of which 1.644854 is 0.157187.
    const { buy } = bench({ maxVar: 0.05 }, { moves: [0.1, 0.1] });
    expect(buy("AAA/USD", 318)).toBe("approved");
    expect(buy("AAA/USD", 1)).toBe("var-limit: one day in twenty would lose more than 5.01 % of equity; the limit is 5 %");
  });

  it("know that two symbols which move together add up, and that those which move against one another do not", () => {
    const together = bench({ maxCvar: 0.1 }, { moves: [0.1, 0.1] });
    // 2.062713 x 0.095563 is 0.197121: half of equity in either, or in both together.
    expect(together.buy("AAA/USD", 500)).toBe("approved");
    expect(together.buy("BBB/USD", 10)).toBe("cvar-limit: the worst day in twenty would lose 10.05 % of equity on average; the limit is 10 %");
    const against = bench({ maxCvar: 0.1 }, { moves: [0.1, -0.0909] });
    expect(against.buy("AAA/USD", 500)).toBe("approved");
    expect(against.buy("BBB/USD", 490)).toBe("approved");
  });

  it("count all of a symbol as lost whose bars are too few, and say so", () => {
    const { buy } = bench({ maxCvar: 0.1 }, { days: 40 });
    expect(buy("AAA/USD", 90)).toBe("approved");
    expect(buy("AAA/USD", 20)).toBe("cvar-limit: the worst day in twenty would lose 11 % of equity on average; the limit is 10 %; too few bars of AAA/USD are known, so all of it counts as lost");
  });

  it("keep the reserve, whichever is larger: the profile's share or the owner's", () => {
    expect(bench({ reserve: 0.6 }).buy("AAA/USD", 401)).toBe("cash-reserve: would leave 599 USD free; the reserve is 600 USD");
    expect(bench({ reserve: 0.6 }, { treasury: { reserve: { amount: 700 }, idle: [] } }).buy("AAA/USD", 301)).toBe("cash-reserve: would leave 699 USD free; the reserve is 700 USD");
  });

  it("are foreseen as they will be, and looking changes nothing", () => {
    const { buy, foresee, bot } = bench({ maxSymbolShare: 0.3, maxVar: 0.02, reserve: 0.5 });
    expect(foresee("AAA/USD", 350)).toBe("would put 35 % of equity into AAA/USD; the limit is 30 %");
    expect(foresee("AAA/USD", 300)).toBeNull();
    expect(bot.ledger.quoteReserved).toBe(0);
    expect(buy("AAA/USD", 300)).toBe("approved");
    expect(foresee("BBB/USD", 250)).toBe("would leave 450 USD free; the reserve is 500 USD");
  });
});
