import { describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { botOf, councilWarnings } from "../../../src/app/definition/bot.ts";
import { describeKeys } from "../../../src/app/definition/describe.ts";
import { parseSet } from "../../../src/app/definition/document.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { type Definition, definitionSchema } from "../../../src/app/definition/schema.ts";
import { RISK_PROFILES } from "../../../src/core/risk-profiles.ts";
import { UserError } from "../../../src/core/user-error.ts";
import { strategies } from "../../../strategies/index.ts";

const load = (text: string, ...set: readonly string[]): Definition => loadDefinition({ text, name: "my.yaml", overrides: set.map(parseSet), agents, strategies });
const bot = (definition: Definition) => botOf(definition, 10_000, agents, strategies);

function refusal(text: string, ...set: readonly string[]): string {
  try {
    load(text, ...set);
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("the risk section of a definition", () => {
  it("is a name, and stays one: what was written before is what it was", () => {
    const definition = load("riskProfile: growth");
    expect(definition.riskProfile).toBe("growth");
    expect(definition).not.toHaveProperty("treasury");
    expect(bot(definition).profile).toBe(RISK_PROFILES.growth);
    expect(bot(definition)).not.toHaveProperty("treasury");
    expect(bot(load("")).profile).toBe(RISK_PROFILES.balanced);
  });

  it("is a name as well where it is written as a group without numbers", () => {
    expect(load("riskProfile: { name: growth }").riskProfile).toBe("growth");
    expect(load("riskProfile: {}").riskProfile).toBe("balanced");
  });

  it("has its owner's numbers in place of the table's", () => {
    const definition = load("riskProfile: { name: cautious, maxExposure: 0.3, maxCvar: 0.04, groups: [{ name: coins, symbols: [BTC/USDT], most: 0.2 }] }");
    const own = { maxExposure: 0.3, maxCvar: 0.04, groups: [{ name: "coins", symbols: ["BTC/USDT"], most: 0.2 }] };
    expect(definition.riskProfile).toEqual({ name: "cautious", ...own });
    expect(definition.agents["risk-profile"]).toEqual({ profile: "cautious" });
    expect(bot(definition).profile).toEqual({ ...RISK_PROFILES.cautious, ...own });
    expect(bot(definition).overrides).toEqual(own);
    expect(definitionSchema(agents, strategies).parse(JSON.parse(JSON.stringify(definition))).riskProfile).toEqual(definition.riskProfile);
  });

  it("keeps its numbers when a flag names another profile, and its name when a flag sets a number", () => {
    const text = "riskProfile: { name: growth, reserve: 0.4 }";
    expect(load(text, "riskProfile=cautious").riskProfile).toEqual({ name: "cautious", reserve: 0.4 });
    expect(load("riskProfile: growth", "riskProfile.reserve=0.4").riskProfile).toEqual({ name: "growth", reserve: 0.4 });
    expect(load("", "riskProfile.reserve=0.4").riskProfile).toEqual({ name: "balanced", reserve: 0.4 });
    expect(load(text, "riskProfile={name: safe-and-steady}").riskProfile).toBe("safe-and-steady");
  });

  it.each([
    ["riskProfile: { maxExposre: 0.5 }", 'my.yaml:1:16: riskProfile.maxExposre: unknown key; did you mean "maxExposure"?'],
    ["riskProfile: { maxExposure: 1.5 }", "my.yaml:1:16: riskProfile.maxExposure: must be at most 1, got 1.5"],
    ["riskProfile: { gridLevels: 1 }", "my.yaml:1:16: riskProfile.gridLevels: must be at least 2, got 1"],
    ["riskProfile: { groups: [{ name: x, symbols: [SOL/USDT], most: 0.5 }] }", "my.yaml:1:36: riskProfile.groups.0.symbols: SOL/USDT is not among this definition's symbols; known are BTC/USDT"],
    ["treasury: { reserve: { share: 2 } }", "my.yaml:1:24: treasury.reserve.share: must be at most 1, got 2"],
    ["treasury: { idle: [{ strategy: dac, most: 0.2 }] }", 'my.yaml:1:22: treasury.idle.0.strategy: dac is not among this definition\'s strategies; did you mean "dca"?'],
    ["treasury: { idle: [{ strategy: dca, most: 0.2, symbols: [BTC/USD] }] }", 'my.yaml:1:48: treasury.idle.0.symbols: BTC/USD is not among this definition\'s symbols; did you mean "BTC/USDT"?'],
    ["strategies: [dca, manual]\ntreasury: { idle: [{ strategy: manual, most: 0.2 }] }", "my.yaml:2:22: treasury.idle.0.strategy: manual takes no budget from its council, and so no idle cash"],
  ])("is refused where it is wrong: %s", (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  it("names a profile that there is, told once", () => {
    expect(refusal("riskProfile: balancd")).toMatch(/^my\.yaml:1:1: riskProfile: must be .* got "balancd"$/);
    expect(refusal("riskProfile: { name: balancd, reserve: 0.5 }")).toMatch(/^my\.yaml:1:16: riskProfile\.name: must be .*did you mean "balanced".* got "balancd"$/);
  });

  it("is described key by key", () => {
    const keys = describeKeys(definitionSchema(agents, strategies));
    const whole = keys.find(({ path }) => path === "riskProfile");
    expect(whole?.default).toBe("balanced");
    expect(whole?.type).toMatch(/^safe-and-steady \| .* \| group$/);
    for (const path of ["riskProfile.maxExposure", "riskProfile.reserve", "riskProfile.maxCvar", "treasury.reserve.share", "treasury.idle"]) expect(keys.map((key) => key.path)).toContain(path);
  });
});

describe("warnings about risk", () => {
  const told = (text: string) => councilWarnings(load(text));

  it("are none for a profile of the table, nor for what is more careful than it", () => {
    for (const name of Object.keys(RISK_PROFILES)) expect(told(`riskProfile: ${name}`)).toEqual([]);
    expect(told("riskProfile: { name: balanced, maxExposure: 0.5, reserve: 0.3, maxVar: 0.5 }")).toEqual([]);
  });

  it("name each number that is bolder than the profile's", () => {
    expect(told("riskProfile: { name: cautious, maxExposure: 0.5, dcaRungs: 6, reserve: 0.1 }")).toEqual([
      "riskProfile.maxExposure is 50 %, which is bolder than the 45 % of cautious",
      "riskProfile.dcaRungs is 6, which is bolder than the 4 of cautious",
      "riskProfile.reserve is 10 %, which is bolder than the 30 % of cautious",
    ]);
  });

  it("say that a reserve leaves less than the exposure allows, or nothing", () => {
    expect(told("treasury: { reserve: { amount: 5000 } }")).toEqual(["the reserve of 50 % leaves 50 % for the market, less than the 65 % of maxExposure: the reserve holds"]);
    expect(told("treasury: { reserve: { amount: 10000 } }")).toEqual(["the reserve is no less than the capital of 10000: nothing will be bought"]);
    expect(told("agents: none\ntreasury: { reserve: { share: 1 } }")).toEqual(["the reserve is no less than the capital of 10000: nothing will be bought"]);
  });

  it("say what has no effect without a council", () => {
    expect(told("agents: none\nriskProfile: { maxExposure: 0.5 }\ntreasury: { reserve: { share: 0.5 }, idle: [{ strategy: dca, most: 0.2 }] }")).toEqual([
      "riskProfile.maxExposure: without agents no risk profile applies; only treasury.reserve does",
      "treasury.idle has no effect: without agents every strategy has its share of all the capital",
    ]);
  });
});
