import { expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { figures } from "../../../src/app/backtest/figures.ts";
import { runBacktest } from "../../../src/app/backtest/run.ts";
import { seriesFrom } from "../../../src/core/candle.ts";
import { RISK_PROFILES } from "../../../src/core/risk-profiles.ts";
import { plan } from "../../plan.ts";
import { generated } from "./many-markets.ts";

it("keeps for a page every change of a stance and an even part of the other decisions of each symbol, and counts them all", () => {
  const markets = ["A/USD", "B/USD"].map((symbol, i) => generated(symbol, i + 1, 30));
  const whole = plan({ markets, strategies: { grid: {} }, agents: agents.filter(({ needs }) => needs === undefined).map((agent) => agent.start({})), profile: RISK_PROFILES.balanced });
  const every = runBacktest(whole);
  expect(runBacktest({ ...whole, keeps: "thinned" }).decisions).toEqual(every.decisions);

  // A third symbol with as many bars as years of many symbols have; they closed long before the run, so nothing is decided on them.
  const bars = (own: (typeof markets)[number]) => seriesFrom(Array.from({ length: 200_000 }, (_, i) => ({ time: i, open: 1, high: 1, low: 1, close: 1, volume: 1 })), own.series.timeframe);
  const long = { ...whole, keeps: "thinned" as const, markets: [...whole.markets, { ...whole.markets[0]!, instrument: { ...whole.markets[0]!.instrument, symbol: "C/USD" }, bars: bars(markets[0]!) }] };
  const thinned = runBacktest(long);
  const full = runBacktest({ ...long, keeps: "everything" });
  const of = (symbol: string, record: typeof full) => record.decisions.filter((decision) => decision.symbol === symbol);
  for (const symbol of ["A/USD", "B/USD"]) {
    const changes = of(symbol, full).filter(({ stance }, i, all) => stance !== all[i - 1]?.stance);
    const kept = of(symbol, thinned);
    expect(kept.length).toBeLessThan(of(symbol, full).length);
    expect(kept.length).toBeGreaterThan(changes.length);
    for (const change of changes) expect(kept).toContainEqual(change);
  }
  expect(figures(thinned, long)).toEqual(figures(full, long));
});
