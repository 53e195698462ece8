import { describe, expect, it } from "vitest";
import { checkSearch, planSearch } from "../../../src/app/optimize/plan.ts";
import { catalogue, contextOf, searchText, THREE } from "./fixture.ts";

const check = (text: string) => checkSearch({ text, name: "search.yaml", overrides: [] }, catalogue);
const parameters = (...lines: string[]): string => searchText(`  parameters:\n${lines.map((line) => `    ${line}\n`).join("")}`);

describe("a definition's search", () => {
  it("becomes dimensions, whole-number keys with a step of one", () => {
    expect(check(searchText(THREE)).space).toEqual([
      { key: "strategies.grid.levels", kind: "range", from: 6, to: 24, step: 1, scale: "linear" },
      { key: "strategies.grid.outOfRange", kind: "list", values: ["wait", "recentre", "close"] },
      { key: "strategies.grid.width", kind: "range", from: 0.02, to: 0.2, scale: "log" },
    ]);
  });

  it.each<[string, string, RegExp]>([
    ["no search", "agents: none\nstrategies: [grid]\n", /^search\.yaml: there is nothing to search\. Say what may vary:/],
    ["a search that a flag alone has begun", "agents: none\nstrategies: [grid]\nsearch: { trials: 9 }\n", /there is nothing to search/],
    ["no parameters", searchText("  parameters: {}"), /search\.parameters: needs at least one key/],
    ["an unknown key", parameters("strategies.grid.levls: { from: 8, to: 9 }"), /search\.yaml:11:5: search\.parameters\.strategies\.grid\.levls: unknown key; did you mean "levels"/],
    ["an unknown group", parameters("strategys.grid: { from: 8, to: 9 }"), /search\.parameters\.strategys\.grid: there is no such key/],
    ["a strategy that is not used", parameters("strategies.dca.deviation: { from: 0.01, to: 0.02 }"), /dca is not among the definition's strategies/],
    ["an agent that is not used", parameters("agents.momentum.trend: { from: 10, to: 20 }"), /momentum is not among the definition's agents/],
    ["a value over the key's limit", parameters("strategies.grid.levels: { from: 8, to: 900 }"), /search\.parameters\.strategies\.grid\.levels: must be at most 200, got 900/],
    ["a value of another type", parameters("strategies.grid.levels: { values: [8, many] }"), /strategies\.grid\.levels: must be a number, got "many"/],
    ["a half where whole numbers are needed", parameters("strategies.grid.levels: { from: 8, to: 10, step: 0.5 }"), /strategies\.grid\.levels: must be a whole number, got 8\.5/],
    ["a value that is none of the key's", parameters("riskProfile: { values: [balanced, wild] }"), /riskProfile: must be .* got "wild"/],
    ["a number that risk profiles do not have", parameters("riskProfile.resrve: { from: 0.1, to: 0.2 }"), /riskProfile\.resrve: unknown key; did you mean "reserve"/],
    ["a number of the risk profile over its limit", parameters("riskProfile.maxExposure: { from: 0.1, to: 2 }"), /riskProfile\.maxExposure: must be at most 1, got 2/],
    ["fees", parameters("fees.maker: { from: 0, to: 0.001 }"), /fees is what the market was/],
    ["the market", parameters("seed: { from: 1, to: 9 }"), /seed is what the market was/],
    ["a group whose members are not named", parameters("agents.momentum.trend: { from: 10, to: 20 }").replace("agents: none", ""), /to search in one of the agents, write each of them on a line of its own: agents: \{ momentum: \{\}, /],
    ["a list of several strategies", parameters("strategies.grid.levels: { from: 8, to: 9 }").replace(/strategies:\n {2}grid:\n {4}levels: 12/, "strategies: [grid, dca]"), /to search in one of the strategies/],
    ["an upside-down range", parameters("strategies.grid.levels: { from: 9, to: 8 }"), /must be above from \(9\), got 8/],
    ["a log scale from zero", parameters("strategies.grid.cooldown: { from: 0, to: 8, scale: log }"), /must be above 0 on a log scale/],
    ["an unknown method", searchText(`${THREE}  method: genetic`), /search\.method: must be random, sobol or tpe/],
    ["an objective twice", searchText(`${THREE}  objectives: [sharpe, sharpe]`), /each objective may be there once/],
  ])("with %s is answered with its key before anything runs", (_, text, message) => {
    expect(() => check(text)).toThrow(message);
    expect(() => check(text)).toThrow(expect.objectContaining({ name: "UserError" }));
  });

  it("tells all wrong keys at once", () => {
    const text = parameters("strategies.grid.levls: { from: 8, to: 9 }", "strategies.grid.width: { from: 0.1, to: 1 }");
    expect(() => check(text)).toThrow(/has 2 problems:[\s\S]*:11:5: [\s\S]*levls[\s\S]*:12:5: [\s\S]*width: must be at most 0\.9, got 1/);
  });

  it("refuses Calmar as an aim on data under ninety days", async () => {
    const context = await contextOf(searchText(`${THREE}  objectives: [calmar]`));
    expect(() => planSearch(context, catalogue)).toThrow(/calmar is not defined under 90 days, and the run has 40/);
  });

  it("counts trials under the same subject whatever is searched and how, and under another for other data or another definition", async () => {
    const subject = async (text: string): Promise<string> => planSearch(await contextOf(text), catalogue).subject;
    const own = await subject(searchText(THREE));
    expect(await subject(searchText(`${THREE}  method: random\n  seed: 9`))).toBe(own);
    expect(await subject(searchText(THREE).replace("levels: 12", "levels: 13"))).not.toBe(own);
    expect(await subject(searchText(THREE, "synthetic:range?days=41&timeframe=1h"))).not.toBe(own);
  });
});
