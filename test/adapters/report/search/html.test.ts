import { describe, expect, it } from "vitest";
import { renderSearchPage } from "../../../../src/adapters/report/search/html.ts";
import { searchFixture } from "./fixture.ts";

const HOSTILE = `</title></svg></script><script>alert(1)</script><img src=x onerror=alert(1)>"'&`;
const visible = (html: string): string => html.replace(/<style>[\s\S]*?<\/style>/, "");

describe("the page of a search", () => {
  it("says the verdict before anything else, with its reasons", () => {
    const html = visible(renderSearchPage(searchFixture()));
    expect(html).toContain("Would not trade this: PBO 0.61.");
    expect(html.indexOf("Would not trade this")).toBeLessThan(html.indexOf("Winner: trial 14"));
    expect(html.indexOf("no better than a coin")).toBeLessThan(html.indexOf("Winner: trial 14"));
  });

  it("shows the winner's honesty figures, neighbours, rules and how to run it", () => {
    const html = visible(renderSearchPage(searchFixture()));
    for (const part of ["31.0 %", "61.0 %", "89 days", "p 0.081", "median sharpe 1.50", "best without a search", "efficiency 0.42", "In 61 % of 5 splits", "caucus backtest &lt;definition&gt; --set &#39;strategies.grid.levels=22&#39;"]) {
      expect(html).toContain(part);
    }
  });

  it("draws every trial that has a value once over time and once in each slice, with the winner marked", () => {
    const html = visible(renderSearchPage(searchFixture()));
    const part = (id: string): string => new RegExp(`id="${id}"[\\s\\S]*?</section>`).exec(html)![0];
    expect(part("trials").match(/<circle/g)?.length).toBe(79);
    expect(part("slices").match(/<circle/g)?.length).toBe(2 * 79);
    expect(part("slices").match(/class="winner"/g)?.length).toBe(2);
    expect(part("front").match(/class="front"/g)?.length).toBe(2);
  });

  it("has a front only where there are several objectives", () => {
    expect(visible(renderSearchPage(searchFixture("", ["sharpe"])))).not.toContain('id="front"');
  });

  it("is whole where folds, overfitting, intervals and figures are not known", () => {
    const result = searchFixture();
    const { honesty } = result;
    const html = visible(renderSearchPage({
      ...result,
      front: [],
      honesty: { ...honesty, walkForward: null, overfitting: null, deflatedSharpe: null, minimumTrackRecord: null, intervals: { totalReturn: null, sharpe: null }, neighbours: { list: [], median: null } },
    }));
    for (const part of ["the data are too short for the folds", "too few trials or days", "Not known: too few days."]) expect(html).toContain(part);
    expect(html).not.toMatch(/NaN|undefined|Infinity|null/);
  });

  it("shows hostile text as text, runs no script and asks the network for nothing", () => {
    const html = renderSearchPage(searchFixture(HOSTILE));
    expect(html).not.toMatch(/<script|<img|<link/);
    expect(html).toContain("script-src &#39;none&#39;");
    expect(visible(html)).toContain("&lt;img src=x onerror=alert(1)&gt;");
  });
});
