import fc from "fast-check";
import { expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import type { BacktestPlan } from "../../../src/app/backtest/plan.ts";
import type { RunRecord } from "../../../src/app/backtest/record.ts";
import { runBacktest } from "../../../src/app/backtest/run.ts";
import type { Bot } from "../../../src/core/bot.ts";
import { notionalUnits } from "../../../src/core/instrument.ts";
import { baseUnitsOf } from "../../../src/core/ledger.ts";
import { RISK_PROFILES } from "../../../src/core/risk-profiles.ts";
import { MARKET_KINDS } from "../../../src/core/synthetic/market.ts";
import { plan } from "../../plan.ts";
import { generated, withEnds } from "./many-markets.ts";

const SYMBOLS = Array.from({ length: 20 }, (_, i) => `C${String(i).padStart(2, "0")}/USD`);
const HOURS = 16 * 24;

/** Twenty markets, each begun and ended where a number says. */
function twenty(seed: number, edges: readonly (readonly [number, number])[]) {
  return SYMBOLS.map((symbol, i) => {
    const [late = 0, early = 0] = edges[i] ?? [];
    return generated(symbol, seed + i, HOURS / 24, { kind: MARKET_KINDS[(seed + i) % MARKET_KINDS.length]!, late, early });
  });
}

const edges = fc.array(fc.tuple(fc.constantFrom(0, 0, 50, 150), fc.constantFrom(0, 0, 2, 150)), { minLength: 20, maxLength: 20 });

/** Follows the money fill by fill: cash and base in units, which nothing but fills may move, never under nothing. */
function follow({ fills, bot }: RunRecord, { markets, bot: { capitalUnits } }: BacktestPlan): { cash: number; base: Map<string, number> } {
  const instruments = new Map(markets.map(({ instrument }) => [instrument.symbol, instrument]));
  const base = new Map<string, number>();
  let cash = capitalUnits;
  for (const fill of fills) {
    const instrument = instruments.get(fill.symbol)!;
    const sign = fill.side === "buy" ? 1 : -1;
    const name = `${fill.symbol} ${fill.strategy}`;
    cash -= sign * notionalUnits(instrument, fill.ticks, fill.steps) + (fill.feeCurrency === "quote" ? fill.feeUnits : 0);
    base.set(name, (base.get(name) ?? 0) + sign * fill.steps * instrument.stepUnits - (fill.feeCurrency === "base" ? fill.feeUnits : 0));
    expect(cash).toBeGreaterThanOrEqual(0);
    expect(base.get(name)).toBeGreaterThanOrEqual(0);
  }
  expect(bot.ledger.quoteFree + bot.ledger.quoteReserved).toBe(cash);
  return { cash, base };
}

/** What is set aside is what the open orders set aside, for each sleeve and for all the cash. */
function checkReserved({ ledger, symbols }: Bot): void {
  let cash = 0;
  for (const { sleeves } of symbols.values()) {
    for (const { account, orders } of sleeves) {
      let own = 0;
      for (const order of orders.live.values()) {
        if (order.desired.side === "buy") cash += order.reserved;
        else own += order.reserved;
      }
      expect(account.baseReserved).toBe(own);
      expect(account.baseFree).toBeGreaterThanOrEqual(0);
    }
  }
  expect(ledger.quoteReserved).toBe(cash);
  expect(ledger.quoteFree).toBeGreaterThanOrEqual(0);
}

it("never spends cash that twenty symbols share twice, or more than there is, whenever each begins and ends", () => {
  fc.assert(
    fc.property(fc.nat(8), edges, fc.constantFrom(60, 400, 5_000), fc.boolean(), fc.constantFrom("quote" as const, "received" as const), fc.constantFrom("last-close" as const, "worthless" as const), (seed, when, capital, withCouncil, currency, delisting) => {
      const one = withEnds(
        plan({
          markets: twenty(seed, when),
          strategies: { grid: { levels: 8, width: 0.05 }, dca: {} },
          capital,
          fees: { currency, slippage: 0.0005 },
          ...(withCouncil ? { agents: agents.filter(({ needs }) => needs === undefined).map((agent) => agent.start({})), profile: RISK_PROFILES.growth } : {}),
        }),
        delisting,
      );
      const record = runBacktest(one);
      const { base } = follow(record, one);
      checkReserved(record.bot);
      for (const account of record.bot.ledger.sleeves) expect(baseUnitsOf(account)).toBe(base.get(`${account.symbol} ${account.strategy}`) ?? 0);
    }),
    { numRuns: 10 },
  );
});

it("fills the same for each symbol in whatever order the definition names them, as long as there is cash for all", () => {
  fc.assert(
    fc.property(fc.nat(8), edges, fc.shuffledSubarray(SYMBOLS, { minLength: 20 }), (seed, when, order) => {
      const markets = twenty(seed, when);
      // A quantity of its own, so that no share of the equity decides how much: what is left is one venue and one account.
      const run = (sorted: typeof markets) => runBacktest(withEnds(plan({ markets: sorted, strategies: { grid: { levels: 4, width: 0.05, quantity: 1 } }, capital: 1_000_000 })));
      const bySymbol = ({ fills }: RunRecord) => SYMBOLS.map((symbol) => fills.filter((fill) => fill.symbol === symbol).map(({ key, side, time, ticks, steps, liquidity }) => [key, side, time, ticks, steps, liquidity]));
      const first = run(markets);
      const other = run(order.map((symbol) => markets[SYMBOLS.indexOf(symbol)]!));
      expect(first.fills.length).toBeGreaterThan(0);
      expect([...first.refused]).toEqual([]);
      expect(bySymbol(other)).toEqual(bySymbol(first));
      expect(other.bot.ledger.quoteFree + other.bot.ledger.quoteReserved).toBe(first.bot.ledger.quoteFree + first.bot.ledger.quoteReserved);
    }),
    { numRuns: 10 },
  );
});

it("gives the symbol that the definition names first the cash that is not enough for two orders of the same time", () => {
  const [a, b] = [generated("A/USD", 7, 10), generated("B/USD", 7, 10)];
  const buys = (markets: readonly (typeof a)[]) => {
    const one = plan({ markets, strategies: { grid: { levels: 4, width: 0.05, quantity: 1 } }, capital: 320 });
    return runBacktest(one).fills.filter(({ side }) => side === "buy").reduce<Record<string, number>>((sum, { symbol }) => ({ ...sum, [symbol]: (sum[symbol] ?? 0) + 1 }), {});
  };
  const first = buys([a, b]);
  const second = buys([b, a]);
  expect(first["A/USD"]).toBeGreaterThan(first["B/USD"] ?? 0);
  expect(second).toEqual({ "B/USD": first["A/USD"], ...(first["B/USD"] === undefined ? {} : { "A/USD": first["B/USD"] }) });
});

it("is the same run twice, symbols that come and go included", () => {
  const one = withEnds(
    plan({
      markets: twenty(3, SYMBOLS.map((_, i): [number, number] => [(i % 3) * 60, i % 4 === 1 ? 90 : 0])),
      strategies: { grid: {}, dca: {} },
      agents: agents.filter(({ needs }) => needs === undefined).map((agent) => agent.start({})),
      profile: RISK_PROFILES.balanced,
    }),
  );
  const everything = (): string => {
    const { fills, decisions, samples, ladders, refused, warnings, marker, bot } = runBacktest(one);
    return JSON.stringify([fills, decisions, samples, ladders, [...refused], warnings, marker.daily, bot.ledger.roundTrips]);
  };
  expect(everything()).toBe(everything());
});
