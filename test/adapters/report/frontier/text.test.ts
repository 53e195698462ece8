import { describe, expect, it } from "vitest";
import { weightsText } from "../../../../src/adapters/report/frontier/text.ts";
import { painter } from "../../../../src/adapters/report/terminal.ts";
import { weightsResult } from "./weights-result.ts";

const plain = painter(false);

describe("weights as text", () => {
  it.each([60, 80])("fit %i columns, with few symbols and with many", (width) => {
    for (const count of [2, 14, 50]) {
      const result = weightsResult(count);
      const text = weightsText({ ...result, current: result.equal, name: "a definition with quite a long name that goes on and on" }, width, plain);
      for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(width);
      expect(text).toContain("COIN0/USDT");
      expect(text).toMatch(/equal weights +\+40\.00 %/);
      expect(text).toContain("This is not better than equal weights");
    }
  });

  it("show the weight, its range, its risk and what is held of each symbol, and cash", () => {
    const result = weightsResult(2);
    const held = { ...result, current: result.equal, weights: result.weights.map((one) => ({ ...one, current: 0.4 })), cash: { weight: 0, band: { low: 0, middle: 0, high: 0.1 }, current: 0.2 } };
    const text = weightsText(held, 80, plain);
    expect(text).toMatch(/COIN0\/USDT +50\.0 % +25\.0 to 75\.0 % +50\.0 % +40\.0 %/);
    expect(text).toMatch(/cash +0\.0 % +0\.0 to 10\.0 % +20\.0 %/);
    expect(text).toMatch(/these weights +\+50\.00 % +52\.50 % +0\.95 +0\.60 \(-0\.20 to 1\.40\)/);
  });

  it("show the council's views with the votes, or that it has none", () => {
    const view = { symbol: "COIN0/USDT", score: 0.31, confidence: 0.4, expected: 0.12, time: "2024-01-01T00:00:00.000Z", votes: [{ agent: "momentum", score: 0.5, confidence: 0.4 }] };
    expect(weightsText(weightsResult(2, { views: [view] }), 80, plain)).toMatch(/COIN0\/USDT +0\.31 +40 % +\+12\.00 % +momentum 0\.50/);
    expect(weightsText(weightsResult(2, { views: [] }), 80, plain)).toContain("The council has no view");
  });

  it("do without a frontier that was not found", () => {
    expect(weightsText(weightsResult(2, { frontier: [] }), 80, plain)).not.toMatch(/^Frontier/m);
  });
});
