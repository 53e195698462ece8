import { describe, expect, it } from "vitest";
import { agents } from "../../agents/index.ts";
import { loadDefinition } from "../../src/app/definition/load.ts";
import { UserError } from "../../src/core/user-error.ts";
import { strategies } from "../../strategies/index.ts";

const load = (rebalance: string) => loadDefinition({ text: `symbols: [BTC/USDT, ETH/USDT]\nstrategies:\n  rebalance: ${rebalance}\n`, name: "my.yaml", overrides: [], agents, strategies });
function refusal(rebalance: string): string {
  try {
    load(rebalance);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return "";
}

describe("rebalance in a definition", () => {
  it("has its defaults: equal shares, the narrower of 5 points and a quarter of the target, looked at with every bar", () => {
    expect(load("{}").strategies["rebalance"]).toEqual({ band: { points: 0.05, relative: 0.25 }, calendar: "none", to: "target", minOrder: 10, maxOrderShareOfVolume: 0.05 });
    expect(load("{ band: { points: 0.03 } }").strategies["rebalance"]).toMatchObject({ band: { points: 0.03 } });
  });

  it("is not in a definition that does not name it", () => {
    expect(loadDefinition({ text: "", name: "my.yaml", overrides: [], agents, strategies }).strategies).not.toHaveProperty("rebalance");
  });

  it.each([
    ["a symbol that is not traded", "{ weights: { BTC/USDT: 0.5, SOL/USDT: 0.2 } }", "strategies.rebalance.weights.SOL/USDT: is no symbol of this definition, which trades BTC/USDT, ETH/USDT"],
    ["no symbol at all", "{ weights: {} }", "strategies.rebalance.weights: names no symbol, so nothing would be traded"],
    ["more than there is", "{ weights: { BTC/USDT: 0.8, ETH/USDT: 0.3 } }", "strategies.rebalance.weights: add up to 1.1: at most 1, and what is left is cash"],
    ["a debt", "{ weights: { BTC/USDT: -0.1 } }", "strategies.rebalance.weights.BTC/USDT"],
    ["no band at all", "{ band: {} }", "strategies.rebalance.band: give points, relative or both"],
    ["a calendar that there is not", "{ calendar: yearly }", "strategies.rebalance.calendar"],
  ])("refuses %s, and says where it stands", (_name, rebalance, message) => {
    expect(refusal(rebalance)).toContain(message);
    expect(refusal(rebalance)).toMatch(/^my\.yaml:3:/m);
  });

  it("takes weights that add up to 1 but for the error of their decimals", () => {
    expect(refusal("{ weights: { BTC/USDT: 0.7, ETH/USDT: 0.3 } }")).toBe("");
  });
});
