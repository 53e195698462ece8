import { describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import type { Definition } from "../../../src/app/definition/schema.ts";
import { strategies } from "../../../strategies/index.ts";

const load = (text: string): Definition => loadDefinition({ text, name: "my.yaml", overrides: [], agents, strategies });

describe("a strategy that listens to an agent", () => {
  it("is taken where the council has that agent", () => {
    expect(load("strategies: { signal: { source: momentum } }").strategies["signal"]).toMatchObject({ source: "momentum", enter: 0.05 });
    expect(load("agents: [momentum]\nstrategies: { signal: { source: momentum } }").strategies["signal"]).toMatchObject({ source: "momentum" });
  });

  it.each([
    ["strategies: { signal: { source: nobody } }", /^my\.yaml:1:15: strategies\.signal: listens to "nobody", which is not in this definition's council: momentum, /],
    ["strategies: { signal: { source: momentum } }\nagents: [regime]", /listens to "momentum", which is not in this definition's council: regime$/],
    ["strategies: { signal: { source: momentum } }\nagents: none", /listens to "momentum", .*: no agents vote$/],
  ])("is refused where it has not: %s", (text, message) => {
    expect(() => load(text)).toThrow(message);
  });

  it("listens to the council as a whole unless it says otherwise, and is there only when it is named", () => {
    expect(load("strategies: [signal]").strategies).toEqual({ signal: expect.objectContaining({ source: "council" }) as unknown });
    expect(Object.keys(load("").strategies)).not.toContain("signal");
  });
});
