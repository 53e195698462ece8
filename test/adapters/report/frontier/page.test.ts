import { describe, expect, it } from "vitest";
import { renderWeights } from "../../../../src/adapters/report/frontier/page.ts";
import { weightsResult } from "./weights-result.ts";

describe("the page of weights", () => {
  it("holds the picture, every weight and the verdict, and runs and loads nothing", () => {
    const page = renderWeights(weightsResult(5));
    expect(page).toMatch(/<svg [^]*<\/svg>/);
    for (let i = 0; i < 5; i++) expect(page).toContain(`<th scope="row" class="">COIN${i}/USDT</th>`);
    expect(page).toContain("This is not better than equal weights within its own uncertainty.");
    expect(page).toContain("script-src &#39;none&#39;");
    expect(page).not.toMatch(/<script|<link|src="http/);
  });

  it("writes names as text, and the views where there are any", () => {
    const view = { symbol: "COIN0/USDT", score: 0.31, confidence: 0.4, expected: 0.12, time: "2024-01-01T00:00:00.000Z", votes: [{ agent: "<i>momentum</i>", score: 0.5, confidence: 0.4 }] };
    const page = renderWeights(weightsResult(2, { name: "<script>alert(1)</script>", views: [view] }));
    expect(page).not.toMatch(/<script|<i>momentum/);
    expect(page).toContain("&lt;i&gt;momentum&lt;/i&gt; 0.50");
    expect(renderWeights(weightsResult(2))).not.toContain("The council&#39;s views");
  });
});
