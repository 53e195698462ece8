import type { BacktestMarket, BacktestPlan } from "../src/app/backtest/plan.ts";
import type { RunningAgent } from "../src/core/agent.ts";
import type { Bot } from "../src/core/bot.ts";
import { type Candle, type CandleSeries, seriesFrom } from "../src/core/candle.ts";
import { DEFAULT_FILL_MODEL, type Fees, type FillModel } from "../src/core/fill-model.ts";
import { createInstrument, type Instrument, type InstrumentFilters, quoteDecimals } from "../src/core/instrument.ts";
import { openOrdersOf } from "../src/core/refresh.ts";
import type { RiskProfile } from "../src/core/risk-profiles.ts";
import { strategies } from "../strategies/index.ts";

/** An instrument that must be valid. */
export function instrument(symbol: string, filters: InstrumentFilters): Instrument {
  const made = createInstrument(symbol, filters, quoteDecimals([filters]));
  if (typeof made === "string") throw new Error(made);
  return made;
}

/** A candle a minute from rows of open, high, low, close; a volume of a million each. */
export function minutes(rows: readonly (readonly [number, number, number, number])[], volume = 1_000_000): CandleSeries {
  const candles = rows.map(([open, high, low, close], i): Candle => ({ time: i * 60_000, open, high, low, close, volume }));
  return seriesFrom(candles, 60_000);
}

export interface PlanOptions {
  readonly markets: readonly (Pick<BacktestMarket, "instrument" | "series"> & { readonly bars?: CandleSeries })[];
  readonly strategies: Readonly<Record<string, unknown>>;
  readonly capital?: number;
  readonly fees?: Partial<Fees>;
  readonly fillModel?: Partial<FillModel>;
  readonly agents?: readonly RunningAgent[];
  readonly profile?: RiskProfile | null;
}

/** A plan without a council unless one is given. */
export function plan(options: PlanOptions): BacktestPlan {
  const scale = options.markets[0]!.instrument.quoteScale;
  return {
    markets: options.markets.map(({ instrument: i, series, bars }) => ({
      instrument: i,
      series,
      bars: bars ?? seriesFrom([], 3_600_000),
      from: 0,
    })),
    fillModel: { ...DEFAULT_FILL_MODEL, ...options.fillModel },
    bot: {
      capitalUnits: Math.round((options.capital ?? 10_000) * scale),
      fees: { maker: 0.001, taker: 0.001, currency: "quote", slippage: 0, ...options.fees },
      agents: options.agents ?? [],
      coordinator: { weights: {}, quorum: 0.5, enter: 0.25, leave: 0.1, dwell: 6 },
      profile: options.profile ?? null,
      strategies: Object.entries(options.strategies).map(([name, params]) => {
        const entry = strategies.find((candidate) => candidate.name === name);
        if (!entry) throw new Error(`no strategy ${name}`);
        return { entry, params };
      }),
    },
  };
}

/** Orders of a bot that have not come to their end, all symbols together. */
export function openOrders({ symbols }: Bot): number {
  return [...symbols.values()].reduce((sum, symbol) => sum + openOrdersOf(symbol), 0);
}
