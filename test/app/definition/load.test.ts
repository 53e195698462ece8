import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { type Override, parseSet } from "../../../src/app/definition/document.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import type { Definition } from "../../../src/app/definition/schema.ts";
import { UserError } from "../../../src/core/user-error.ts";
import { strategies } from "../../../strategies/index.ts";

interface Options {
  readonly set?: readonly string[];
  readonly agentNames?: readonly string[];
  readonly strategyNames?: readonly string[];
  readonly overrides?: readonly Override[];
}

const load = (text: string, { set = [], overrides = [], ...rest }: Options = {}): Definition =>
  loadDefinition({ text, name: "my.yaml", overrides: [...overrides, ...set.map(parseSet)], ...rest, agents, strategies });

/** The whole message that a definition is refused with. */
function refusal(text: string, options: Options = {}): string {
  try {
    load(text, options);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

/** Agents that a definition without sources has unless it names its own. */
const UNASKED = agents.flatMap(({ name, needs }) => (needs === undefined ? [name] : [])).toSorted();
/** Strategies that a definition has unless it names its own. */
const BY_THEMSELVES = strategies.flatMap(({ name, byHand, onlyNamed }) => (byHand || onlyNamed ? [] : [name])).toSorted();

describe("a definition", () => {
  it("is complete when it is empty: every key has a default", () => {
    const definition = load("");
    expect(definition).toMatchObject({
      symbols: ["BTC/USDT"],
      candles: "synthetic:mix",
      timeframe: { fill: "auto", decision: "1h" },
      capital: 10_000,
      fees: { maker: 0.001, taker: 0.001, currency: "received", slippage: 0.0005 },
      fillModel: { path: "nearest", limitTest: "through", counter: "same", gap: "limit", volumeShare: 0.1 },
      riskProfile: "balanced",
    });
    expect(Object.keys(definition.agents).toSorted()).toEqual(UNASKED);
    expect(Object.keys(definition.strategies).toSorted()).toEqual(BY_THEMSELVES);
  });

  it("takes the short forms", () => {
    expect(load("symbol: ETH/USDT").symbols).toEqual(["ETH/USDT"]);
    expect(load("symbols: BTC/USDT, ETH/USDT").symbols).toEqual(["BTC/USDT", "ETH/USDT"]);
    expect(load("agents: none").agents).toEqual({});
    expect(Object.keys(load("agents: [momentum]").agents)).toEqual(["momentum"]);
    expect(Object.keys(load("strategies:\n  grid:\n").strategies)).toEqual(["grid"]);
  });

  it("gives the owner's profile to the agent that guards it", () => {
    expect(load("riskProfile: growth").agents["risk-profile"]).toEqual({ profile: "growth" });
    expect(refusal("riskProfile: growth\nagents:\n  risk-profile:\n    profile: cautious")).toBe(
      "my.yaml:4:5: agents.risk-profile.profile: differs from riskProfile (growth): set riskProfile alone",
    );
  });

  it("is set from the command line, key by key, the later one winning", () => {
    const definition = load("strategies:\n  grid:\n    levels: 10", { set: ["strategies.grid.levels=30", "strategies.grid.levels=31", "fees.maker=0", "instruments.BTC/USDT.priceStep=0.5"] });
    expect(definition.strategies["grid"]).toMatchObject({ levels: 31 });
    expect(definition.fees.maker).toBe(0);
    expect(definition.instruments["BTC/USDT"]).toEqual({ priceStep: 0.5 });
  });

  it("keeps the others when one of a group that is left out or listed is given a parameter", () => {
    const all = UNASKED;
    expect(Object.keys(load("", { set: ["agents.momentum.trend=50"] }).agents).toSorted()).toEqual(all);
    expect(Object.keys(load("agents: [momentum, regime]", { set: ["agents.momentum.trend=50"] }).agents).toSorted()).toEqual(["momentum", "regime"]);
    expect(Object.keys(load("agents: none", { set: ["agents.momentum.trend=50"] }).agents)).toEqual(["momentum"]);
    expect(Object.keys(load("", { set: ["strategies.grid.levels=30"] }).strategies).toSorted()).toEqual(BY_THEMSELVES);
  });

  it("has orders by hand only when it asks for them, and the others beside them only when it names them", () => {
    expect(Object.keys(load("").strategies)).not.toContain("manual");
    expect(Object.keys(load("strategies: [grid, manual]").strategies).toSorted()).toEqual(["grid", "manual"]);
    expect(Object.keys(load("", { set: ["strategies.manual.maxOrder=100"] }).strategies).toSorted()).toEqual([...BY_THEMSELVES, "manual"].toSorted());
  });

  it("takes any number that is set as that number", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (capital) => {
        expect(load("", { set: [`capital=${capital}`] }).capital).toBe(capital);
      }),
    );
  });

  it("keeps only the agents and strategies that were asked for, with their parameters", () => {
    const definition = load("strategies:\n  grid:\n    levels: 9\n  dca:", { agentNames: [], strategyNames: ["grid"] });
    expect(definition.agents).toEqual({});
    expect(definition.strategies).toEqual({ grid: expect.objectContaining({ levels: 9 }) as unknown });
    expect(Object.keys(load("strategies:\n  grid:", { strategyNames: ["dca"] }).strategies)).toEqual(["dca"]);
  });

  it.each<[string, string, string]>([
    ["an unknown key", "captial: 5", 'my.yaml:1:1: captial: unknown key; did you mean "capital"?'],
    ["an unknown key further in", "fees:\n  makr: 1", 'my.yaml:2:3: fees.makr: unknown key; did you mean "maker"?'],
    ["an unknown agent", "agents:\n  momentun:", 'my.yaml:2:3: agents.momentun: unknown key; did you mean "momentum"?'],
    ["an unknown strategy", "strategies:\n  gird:", 'my.yaml:2:3: strategies.gird: unknown key; did you mean "grid"?'],
    ["a parameter that is none", "agents:\n  momentum:\n    trnd: 3", 'my.yaml:3:5: agents.momentum.trnd: unknown key; did you mean "trend"?'],
    ["a text for a number", "capital: abc", 'my.yaml:1:1: capital: must be a number, got "abc"'],
    ["a number out of range", "fees:\n  maker: 0.5", "my.yaml:2:3: fees.maker: must be at most 0.1, got 0.5"],
    ["no money", "capital: 0", "my.yaml:1:1: capital: must be above 0, got 0"],
    ["a part of a level", "strategies:\n  grid:\n    levels: 2.5", "my.yaml:3:5: strategies.grid.levels: must be a whole number, got 2.5"],
    ["a word that is none of the known", "fillModel:\n  path: nearst", 'my.yaml:2:3: fillModel.path: must be nearest, ohlc, olhc or min-turnover (did you mean "nearest"?), got "nearst"'],
    ["a grid upside down", "strategies:\n  grid:\n    lower: 5\n    upper: 4", "my.yaml:3:5: strategies.grid.lower: must be below upper (4), got 5"],
    ["a price that is no price", "strategies:\n  grid:\n    lower: low", 'my.yaml:3:5: strategies.grid.lower: must be auto or a number, got "low"'],
    ["a timeframe that is none", "timeframe:\n  decision: 1x", 'my.yaml:2:3: timeframe.decision: must be a timeframe such as 1m, 15m, 4h or 1d, got "1x"'],
    ["decisions finer than candles", "timeframe:\n  fill: 1h\n  decision: 90m", "my.yaml:3:3: timeframe.decision: must be a multiple of fill (1h), got 90m"],
    ["dates the wrong way round", "from: 2024-02-01\nto: 2024-01-01", "my.yaml:2:1: to: must be after from (2024-02-01), got 2024-01-01"],
    ["a date that is none", "from: yesterday", 'my.yaml:1:1: from: must be a UTC date such as 2024-01-31 or 2024-01-31T12:00, got "yesterday"'],
    ["symbols of two quotes", "symbols: [BTC/USDT, ETH/BTC]", "my.yaml:1:1: symbols: must share one quote asset, since they share the cash; got USDT, BTC"],
    ["a symbol twice", "symbols: [BTC/USDT, BTC/USDT]", "my.yaml:1:1: symbols: each symbol may be there once"],
    ["no strategy", "strategies: {}", `my.yaml:1:1: strategies: at least one is needed: ${strategies.map(({ name }) => name).join(", ")}`],
    ["a key twice", "capital: 1\ncapital: 2", "my.yaml:2:1: Map keys must be unique"],
    ["a list for a definition", "- 1", 'my.yaml: a definition is a group of keys such as "capital: 10000".'],
  ])("is refused with %s, in one line that says where", (_, text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it("is refused with all its problems at once", () => {
    expect(refusal("captial: 5\nseed: -1\nfees:\n  maker: x\n", { set: ["strategies.grid.levels=1"] }).split("\n")).toEqual([
      "my.yaml has 4 problems:",
      "  my.yaml:2:1: seed: must be at least 0, got -1",
      '  my.yaml:4:3: fees.maker: must be a number, got "x"',
      "  --set strategies.grid.levels=1: must be at least 2, got 1",
      '  my.yaml:1:1: captial: unknown key; did you mean "capital"?',
    ]);
  });

  it("is refused for YAML that is none, with its place", () => {
    expect(refusal("capital: [1\nseed: 2")).toMatch(/^my\.yaml(:| has)/);
    expect(refusal("a: &a [1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]")).toMatch(/alias/i);
  });

  it.each([
    ["no value", "capital", "--set capital: write it as key=value, such as --set strategies.grid.levels=30."],
    ["a key of the language", "__proto__.x=1", '--set __proto__.x=1: "__proto__.x" is no key of a definition.'],
    ["an unknown key", "strategy.grid.levels=3", '--set strategy.grid.levels=3: unknown key; did you mean "strategies"?'],
  ])("refuses a flag with %s, and names the flag", (_, flag, message) => {
    expect(refusal("", { set: [flag] })).toBe(message);
  });

  it("refuses names that no agent and no strategy has", () => {
    expect(refusal("", { agentNames: ["regim"] })).toBe('--agents regim: there is no such agent; did you mean "regime"?');
    expect(refusal("", { strategyNames: ["martingale"] })).toBe(`--strategy martingale: there is no such strategy; known are ${strategies.map(({ name }) => name).join(", ")}`);
  });
});
