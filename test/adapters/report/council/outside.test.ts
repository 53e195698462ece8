import { describe, expect, it } from "vitest";
import { outsideSentences } from "../../../../src/adapters/report/council/outside.ts";

const model = { name: "openai:small", verdicts: 320, headlines: 4, unanswered: 2, calls: 326, tokens: 416_497, cost: 0.214 };

describe("what a run heard from outside", () => {
  it("is nothing where nothing was looked at", () => {
    expect(outsideSentences({})).toEqual([]);
    expect(outsideSentences({ outside: { sources: [], model: null } })).toEqual([]);
  });

  it("is told by source, and by what a language model gave and cost", () => {
    expect(outsideSentences({ outside: { sources: [{ source: "fear-greed", items: 90 }, { source: "headlines", items: 1_200 }], model } })).toEqual([
      "Items from outside the market that counted: fear-greed 90, headlines 1,200.",
      "openai:small gave 320 verdicts, judged 4 headlines and left 2 questions open: 326 calls, 416,497 tokens, 0.21 dollars when they were made.",
    ]);
  });

  it("does not make up a price", () => {
    expect(outsideSentences({ outside: { sources: [], model: { ...model, cost: null } } })[0]).toContain("416,497 tokens, no price known when");
  });
});
