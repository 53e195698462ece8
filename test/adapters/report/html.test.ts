import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { renderReport } from "../../../src/adapters/report/html.ts";
import { escapeHtml, markup } from "../../../src/adapters/report/markup.ts";
import type { ChartData } from "../../../src/adapters/report/chart-data.ts";
import type { Run } from "../../../src/adapters/report/run.ts";
import { fixture } from "./fixture.ts";

const HOSTILE = `</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>"'&`;

function page(shape: Parameters<typeof fixture>[0] = {}, change: (output: Run) => void = () => {}): string {
  const { output, series } = fixture({ candles: 400, ...shape });
  change(output);
  return renderReport(output, series);
}

/** The page without its script and style elements: what a reader sees as text and markup. */
function body(html: string): string {
  return html.replaceAll(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, "");
}

describe("the report", () => {
  it("shows name, symbol, period, source, data hash and parameters", () => {
    const text = body(page());
    for (const part of ["<h1>default</h1>", "BTC/USDT", "2024-01-01 to 2024-01-17", "synthetic:mix?seed=1", "3fa9c1d20b7e", "strategies.grid.levels"]) {
      expect(text).toContain(part);
    }
  });

  it("says loudly whether the market is synthetic", () => {
    expect(body(page({ synthetic: true }))).toContain("Synthetic market");
    const recorded = body(page({ synthetic: false }));
    expect(recorded).toContain("Recorded market");
    expect(recorded).not.toMatch(/synthetic market/i);
  });

  it("shows closed-cell profit, open inventory and total equity in one card", () => {
    const text = body(page({}, ({ result }) => Object.assign(result, { closedProfit: 612.2, unrealisedProfit: -191.2, finalEquity: 10_421 })));
    const card = /<h2>Total profit<\/h2>[\s\S]*?<\/article>/.exec(text)?.[0] ?? "";
    for (const part of ["+421.00", "+612.20 USDT", "−191.20 USDT", "10,421.00 USDT"]) expect(card).toContain(part);
  });

  it("ends with the sentence that promises nothing", () => {
    expect(body(page({ synthetic: false }))).toContain("Past results promise nothing");
    expect(body(page({ synthetic: true }))).toContain("says nothing about any real market");
  });

  it("never lets text of a run become markup or end a script", () => {
    const html = page({ text: HOSTILE, symbols: [`BTC/USDT${HOSTILE}`] });
    expect(body(html)).not.toContain("<img");
    expect(body(html)).not.toContain("<script");
    expect(html.match(/<script\b/g)?.length).toBe(4 + librariesMention(html, /<script\b/g));
    expect(html.match(/<\/script>/g)?.length).toBe(4);
    const data = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    expect(data).not.toContain("<");
    expect(embedded(html).symbols[0]?.symbol).toBe(`BTC/USDT${HOSTILE}`);
  });

  it("runs its own scripts alone and asks the network for nothing", () => {
    const html = page();
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
    expect(policy).toContain("default-src &#39;none&#39;");
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? "");
    expect(scripts.length).toBe(3);
    for (const script of scripts) {
      expect(policy).toContain(`sha256-${createHash("sha256").update(script).digest("base64")}`);
    }
    expect(body(html)).not.toMatch(/\s(src|srcset|data|poster)=|<link|@import|url\(/i);
  });

  it("keeps the licences of the chart libraries", () => {
    const html = page();
    expect(html).toContain("TradingView Lightweight Charts™ v");
    expect(body(html)).toContain("Apache License");
    expect(body(html)).toContain("Copyright (c) 2022 Leon Sorokin");
    expect(body(html)).toContain("https://www.tradingview.com/");
  });

  it("says which timeframe is displayed when bars are merged", () => {
    const [charts] = embedded(page({ candles: 9_000 })).symbols;
    // 9,000 hours in at most 3,000 bars: 3h would need 3,001 with a partial first bar, so 4h.
    expect([charts!.timeframe, charts!.ownTimeframe]).toEqual(["4h", "1h"]);
  });

  it("says how many round trips and changes of stance are not shown", () => {
    const html = page({}, (output) => {
      const [trip] = output.roundTrips;
      output.roundTrips = Array.from({ length: 1_234 }, (_, index) => ({ ...trip!, closeTime: trip!.closeTime + index * 60_000 }));
    });
    expect(body(html)).toContain("The latest 200 of 1,234 round trips, newest first; 1,034 are not shown.");
    expect(html.match(/<code>cell-/g)?.length).toBe(200);
  });

  it("has no votes and no council where there are no agents", () => {
    const html = page({}, (output) => Object.assign(output, { votes: [], decisions: [] }));
    expect(body(html)).toContain("<h2>Price</h2>");
    expect(body(html)).not.toContain('id="decisions"');
    expect(body(html)).toMatch(/id="council" hidden/);
  });

  it("is whole without fills, equity, round trips, refusals or candles", () => {
    const { output } = fixture({ candles: 40 });
    Object.assign(output, { fills: [], equity: [], roundTrips: [], ladders: [], votes: [], decisions: [], warnings: [] });
    Object.assign(output.result, { refused: {}, strategies: [] });
    const text = body(renderReport(output, new Map()));
    for (const part of ["there is no price chart", "there is no curve", "No lot was bought and sold again", "every order that was asked for could be placed"]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/NaN|undefined|null/);
  });

  it("shows bounds only when they were asked for, and warns when the candles are too coarse", () => {
    expect(body(page())).not.toContain('id="bounds"');
    const span = { least: -0.1, base: 0.05, most: 0.3 };
    const run = { path: "nearest", limitTest: "through", counter: "same", totalReturn: 0.05, maxDrawdown: -0.1, fills: 202 };
    const text = body(page({}, (output) => {
      output.bounds = { totalReturn: span, maxDrawdown: span, fills: { least: 1, base: 2, most: 3 }, spread: 0.4, tooCoarse: true, runs: [run] };
    }));
    expect(text).toContain("the returns lie 40.00 % apart. The candles are too coarse");
  });

  it("stays under 3 MB for two years of minutes with a vote every hour and 60,000 fills", () => {
    const { output, series } = fixture({ candles: 1_051_200, timeframe: 60_000, decideEvery: 60 });
    const [fill] = output.fills;
    output.fills = Array.from({ length: 60_000 }, (_, index) => ({ ...fill!, id: index, time: fill!.time + index * 1_000_000, price: 40_000 + index / 7, reason: `cell ${index}` }));
    output.ladders = output.votes.slice(0, 17_000).map(({ time, symbol }, index) => ({ time, symbol, strategy: "grid", prices: Array.from({ length: 50 }, (_, step) => 40_000.123 + index + step * 77.7) }));
    output.decisions.forEach((decision, index) => {
      decision.levels = Array.from({ length: 12 }, (_, step) => ({ kind: "support", price: 30_000 + index * 3 + step * 900, strength: 0.5, touches: 3 }));
    });
    const html = renderReport(output, series);
    expect(Buffer.byteLength(html)).toBeLessThan(3_000_000);
    const charts = embedded(html).symbols[0]!;
    expect(charts.bars.time.length).toBeLessThanOrEqual(3_000);
    expect(charts.fills.length).toBeLessThanOrEqual(2_000);
    expect(Math.max(...charts.bars.high)).toBeCloseTo(Math.max(...chunkMaxima(series.get("BTC/USDT")!.high)), 3);
    expect(charts.notes.join(" ")).toMatch(/60,000 fills: those of one side/);
    expect(charts.notes.join(" ")).toMatch(/Votes are drawn where they changed/);
  });
});

describe("markup", () => {
  it("escapes whatever is put in, and only markup passes as it is", () => {
    expect(markup`<p title="${`"'`}">${["<b>", markup`<i>${"&"}</i>`, 3, null]}</p>`.html).toBe(
      `<p title="&quot;&#39;">&lt;b&gt;<i>&amp;</i>3</p>`,
    );
    expect(escapeHtml(`<>&"'`)).toBe("&lt;&gt;&amp;&quot;&#39;");
  });
});

/** The data that a page carries for its charts. */
function embedded(html: string): ChartData {
  return JSON.parse(/id="report-data">(.*?)<\/script>/s.exec(html)?.[1] ?? "") as ChartData;
}

/** How often a pattern stands inside our own inlined scripts. */
function librariesMention(html: string, pattern: RegExp): number {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1] ?? "");
  return scripts.reduce((sum, script) => sum + (script.match(pattern)?.length ?? 0), 0);
}

/** Maxima of stretches: a million arguments are too many for one call. */
function chunkMaxima(column: Float64Array): number[] {
  return Array.from({ length: Math.ceil(column.length / 10_000) }, (_, index) => Math.max(...column.subarray(index * 10_000, (index + 1) * 10_000)));
}
