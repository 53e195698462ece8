import { describe, expect, it } from "vitest";
import { renderComparison } from "../../../../src/adapters/report/comparison/html.ts";
import { compare } from "../../../../src/app/honesty/comparison.ts";
import type { DailyRun } from "../../../../src/app/honesty/daily.ts";
import { type Fixture, fixture } from "../fixture.ts";

const HOSTILE = `</script><script>alert(1)</script><img src=x onerror=alert(1)>`;
const DAY = 86_400_000;

/** The run of a fixture by its days. */
function daily({ output }: Fixture, drift: number): DailyRun {
  const { data, definition, result, warnings } = output;
  const [startTime, endTime] = [Date.parse(data.from), Date.parse(data.to)];
  const returns = Array.from({ length: (endTime - startTime) / DAY }, (_, day) => Math.sin(day) / 50 + drift * Math.cos(day * 1.7));
  const equity = [result.startEquity];
  for (const one of returns) equity.push(equity.at(-1)! * (1 + one));
  return { definition, data, result, equity, returns, startTime, endTime, warnings };
}

function page(text = "", change: (b: DailyRun) => DailyRun = (b) => b): { html: string; data: { time: number[]; equity: (number | null)[][]; drawdown: (number | null)[][] } } {
  const run = fixture({ candles: 24 * 60, text });
  const html = renderComparison(compare(daily(run, 0), change(daily(run, 0.004)), 1), run.series);
  return { html, data: JSON.parse(/id="report-data">(.*?)<\/script>/s.exec(html)![1]!) as ReturnType<typeof page>["data"] };
}

describe("the page of a comparison", () => {
  it("says the verdict before the figures of both", () => {
    const { html } = page();
    expect(html.indexOf("The difference is within what chance gives")).toBeGreaterThan(0);
    expect(html.indexOf("The difference is within what chance gives")).toBeLessThan(html.indexOf("Figures of both"));
    for (const part of ["B less A", "within chance", "Day by day", "Sharpe", "Every parameter is the same in both"]) expect(html).toContain(part);
  });

  it("draws both runs and buy and hold from 100, one value for the start and each day", () => {
    const { data } = page();
    expect(data.time).toHaveLength(61);
    for (const column of [...data.equity, ...data.drawdown]) expect(column).toHaveLength(61);
    expect(data.equity[0]![0]).toBe(100);
    expect(data.equity[1]![0]).toBe(100);
    expect(data.equity[2]!.every((value) => value !== null && Math.abs(value - 100) < 60)).toBe(true);
    expect(Math.max(...data.drawdown.flat().map((value) => value ?? 0))).toBe(0);
  });

  it("shows which parameters differ, with both values", () => {
    const { html } = page("", (b) => ({ ...b, definition: { ...b.definition, capital: 5_000, extra: true } }));
    expect(html).toContain("2 values differ");
    expect(html).toMatch(/<code>capital<\/code><\/th><td class=""><code>10000<\/code><\/td><td class=""><code>5000<\/code>/);
    expect(html).toMatch(/<code>extra<\/code><\/th><td class=""><code>not set<\/code><\/td><td class=""><code>true<\/code>/);
  });

  it("says that runs which are alike are alike", () => {
    const run = fixture({ candles: 24 * 30 });
    const one = daily(run, 0);
    expect(renderComparison(compare(one, one, 1), new Map())).toContain("did the same on every day");
  });

  it("shows hostile text as text, and runs its own scripts alone", () => {
    const { html } = page(HOSTILE);
    expect(html.match(/<\/script>/g)).toHaveLength(3);
    expect(html.replaceAll(/<script\b[^>]*>[\s\S]*?<\/script>/g, "")).not.toMatch(/<script|<img/);
    expect(html).toContain("default-src &#39;none&#39;; script-src &#39;sha256-");
  });
});
