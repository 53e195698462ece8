import { describe, expect, it } from "vitest";
import { parseSet } from "../../../src/app/definition/document.ts";
import { appliedText } from "../../../src/app/optimize/apply.ts";
import { definitionWith, type TrialContext } from "../../../src/app/optimize/context.ts";
import { backtestFlags } from "../../../src/app/optimize/flags.ts";
import type { Parameters } from "../../../src/app/optimize/result.ts";
import { catalogue } from "./fixture.ts";

type Bare = Omit<TrialContext, "datasets">;
const bare = (text: string, more: Partial<Bare> = {}): Bare => ({ text, name: "mine.yaml", overrides: [], ...more });
const loaded = (text: string) => definitionWith(bare(text), {}, null, catalogue);

describe("a definition with parameters in it", () => {
  it.each<[string, Bare, Parameters]>([
    ["an empty text", bare(""), { "coordinator.enter": 0.3 }],
    ["a list of one strategy", bare("agents: none\nstrategies: [grid]\n"), { "strategies.grid.levels": 9 }],
    ["a strategy without anything under it", bare("strategies:\n  grid:\n  dca:\n"), { "strategies.grid.levels": 9, "strategies.dca.takeProfit": 0.02 }],
    ["a group that is a reference", bare("agents: none\nfees: &small { maker: 0.0002, taker: 0.0004 }\nstrategies:\n  grid: { levels: 5 }\n  dca: &none {}\n"), { "strategies.dca.takeProfit": 0.02 }],
    ["keys that flags have set", bare("strategies: { grid: }\nsearch: { parameters: { strategies.grid.levels: { from: 4, to: 9 } } }\n", { overrides: [parseSet("fees.maker=0.0002"), parseSet("capital=500"), parseSet("search.trials=9")] }), { "strategies.grid.levels": 9 }],
    ["agents and strategies that flags have chosen", bare("strategies: { grid: { levels: 5 }, dca: }\n", { agentNames: ["momentum"], strategyNames: ["grid"] }), { "strategies.grid.width": 0.1, "agents.momentum.trend": 30 }],
    ["no agents by a flag", bare("strategies: { grid: , dca: }\n", { agentNames: [] }), { "strategies.grid.width": 0.1 }],
  ])("means what was run: %s", (_, context, parameters) => {
    const text = appliedText(context, parameters, "found", catalogue);
    const written = loaded(text);
    expect(written).toEqual({ ...definitionWith(context, parameters, null, catalogue), name: written.name, search: undefined });
  });

  it("keeps comments and order, begins with its note, and has neither search nor name", () => {
    const text = "# Why I do this.\nname: old\nstrategies:\n  grid:\n    levels: 12 # many\nsearch:\n  parameters:\n    strategies.grid.levels: { from: 4, to: 9 }\n";
    expect(appliedText(bare(text), { "strategies.grid.levels": 7 }, "one\ntwo", catalogue)).toBe("# one\n# two\n# Why I do this.\n\nstrategies:\n  grid:\n    levels: 7 # many\n");
  });
});

describe("the flags that run a set", () => {
  it("repeat what the search was given, without what only a search knows, and are fit for a shell", () => {
    const context = bare("", { overrides: [{ path: ["candles"], value: "a b.csv", flag: "--candles a b.csv" }, parseSet("search.trials=9"), parseSet("capital=500")], agentNames: [], strategyNames: ["grid", "dca"] });
    expect(backtestFlags(context, { "strategies.grid.levels": 9, "strategies.grid.lower": "auto", riskProfile: "7", "strategies.grid.postOnly": true })).toEqual([
      "--candles 'a b.csv'",
      "--set capital=500",
      "--agents none",
      "--strategy grid,dca",
      "--set strategies.grid.levels=9",
      "--set strategies.grid.lower=auto",
      `--set 'riskProfile="7"'`,
      "--set strategies.grid.postOnly=true",
    ]);
  });
});
