import { describe, expect, it } from "vitest";
import { agents } from "../../../../agents/index.ts";
import { strategies } from "../../../../strategies/index.ts";
import { type CouncilViews, councilViewSteps } from "../../../../src/app/portfolio/weights/council-run.ts";
import { lastDecisions, viewOf } from "../../../../src/app/portfolio/weights/council-views.ts";
import { loadDefinition } from "../../../../src/app/definition/load.ts";
import { type CandleSeries, sliceSeries } from "../../../../src/core/candle.ts";
import type { Decision } from "../../../../src/core/decision.ts";
import { createMarket } from "../../../../src/core/synthetic/market.ts";
import { parseSyntheticSpec } from "../../../../src/app/synthetic-spec.ts";
import type { Dataset } from "../../../../src/ports/candles.ts";

const DAY = 86_400_000;
const SYMBOLS = ["BTC/USDT", "ETH/USDT"];

function definitionOf(extra = "") {
  return loadDefinition({ text: `symbols: [${SYMBOLS.join(", ")}]\ncandles: synthetic:mix?days=60&timeframe=1h\ntimeframe: {decision: 4h}\n${extra}`, name: "two.yaml", overrides: [], agents, strategies });
}

function datasets(cut: (series: CandleSeries) => CandleSeries = (series) => series): Dataset[] {
  return SYMBOLS.map((symbol) => {
    const source = "synthetic:mix?days=60&timeframe=1h";
    const { series } = createMarket(parseSyntheticSpec(source, symbol, 1));
    return { symbol, series: cut(series), hash: symbol, synthetic: true, description: source, notes: [], filters: null };
  });
}

function views(extra: string, found: readonly Dataset[]): CouncilViews {
  const steps = councilViewSteps({ definition: definitionOf(extra), datasets: found, agents, strategies });
  for (let next = steps.next(); ; next = steps.next()) if (next.done) return next.value;
}

describe("the council's views", () => {
  it("are its votes of the last closed bar, on each symbol", () => {
    const found = views("", datasets());
    const { series } = datasets()[0]!;
    const end = series.time[series.length - 1]! + series.timeframe;
    expect(found.views.map(({ symbol }) => symbol)).toEqual(SYMBOLS);
    for (const { time, score, confidence, horizonShare, votes } of found.views) {
      expect(time).toBe(Math.floor(end / (DAY / 6)) * (DAY / 6));
      expect(Math.abs(score)).toBeLessThanOrEqual(1);
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThanOrEqual(1);
      // 24 decisions of four hours are four days.
      expect(horizonShare).toBeCloseTo(4 / 365, 12);
      expect(votes.map(({ agent }) => agent)).toContain("momentum");
      expect(votes.map(({ agent }) => agent)).not.toContain("risk-profile");
    }
  });

  it("never rest on a bar that had not closed by the end", () => {
    const whole = datasets();
    const start = whole[0]!.series.time[0]!;
    // Half an hour into a candle that lies inside a decision bar.
    const to = new Date(start + 40 * DAY + 2.5 * 3_600_000).toISOString().slice(0, 16);
    const known = datasets((series) => sliceSeries(series, 0, 40 * 24));
    const cut = views(`to: ${to}`, whole);
    expect(cut.views).toHaveLength(2);
    expect(cut.views).toEqual(views("", known).views);
    expect(cut.views[0]!.time).toBeLessThanOrEqual(start + 40 * DAY);
  });

  it("are none where a council is missing", () => {
    expect(() => views("agents: none", datasets())).toThrow(/black-litterman takes its views from the council/);
  });

  it("leave out a symbol whose candles end long before the others'", () => {
    const [first, second] = datasets();
    const found = views("", [first!, { ...second!, series: sliceSeries(second!.series, 0, 50 * 24) }]);
    expect(found.views.map(({ symbol }) => symbol)).toEqual(["BTC/USDT"]);
    expect(found.warnings.join(" ")).toMatch(/last word is too old on ETH\/USDT/);
  });
});

describe("a view of one decision", () => {
  const vote = (agent: string, score: number, confidence: number, size?: number) => ({ agent, symbol: "A/USDT", time: 0, expires: 1, score, confidence, reason: "", evidence: {}, ...(size === undefined ? {} : { size }) });
  const decision = (votes: Decision["votes"], weights?: Record<string, number>): Decision => ({ symbol: "A/USDT", time: 9, stance: "hold", conviction: 0, exposure: 0, shares: {}, levels: [], votes, vetoes: [], reason: "", ...(weights ? { weights } : {}) });

  it("pools votes by weight and confidence, as the coordinator does", () => {
    const view = viewOf(decision([vote("a", 1, 0.5), vote("b", -1, 0.1)], { a: 1, b: 3 }), 0, DAY)!;
    // (1 x 1 x 0.5 - 3 x 1 x 0.1) / 4 = 0.05, (0.5 + 0.3) / 4 = 0.2
    expect(view.confidence).toBeCloseTo(0.2, 12);
    expect(view.score * view.confidence).toBeCloseTo(0.05, 12);
  });

  it("is none of those who only size, of nobody, or of nobody who is sure", () => {
    expect(viewOf(decision([vote("limits", 0, 1, 0.5)]), 0, DAY)).toBeNull();
    expect(viewOf(decision([]), 0, DAY)).toBeNull();
    expect(viewOf(decision([vote("a", 1, 0)]), 0, DAY)).toBeNull();
  });

  it("comes from the last decision of its symbol", () => {
    const [early, late] = [decision([]), { ...decision([]), time: 20 }];
    expect(lastDecisions([early, late], ["A/USDT", "B/USDT"])).toEqual([late, null]);
  });
});
