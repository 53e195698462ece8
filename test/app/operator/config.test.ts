import { describe, expect, it } from "vitest";
import { configText } from "../../../src/app/operator/config.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { agents } from "../../../agents/index.ts";
import { strategies } from "../../../strategies/index.ts";
import { GRID } from "./fixture.ts";

describe("the definition as an operator is shown it", () => {
  it("is YAML that makes the same definition again", () => {
    const load = (text: string) => loadDefinition({ text, name: "test.yaml", overrides: [], agents, strategies });
    const definition = load(GRID);
    expect(load(configText(definition))).toEqual(definition);
  });

  it("has no password of an address in it", () => {
    const text = GRID.replace("{ mode: live }", '{ mode: live, url: "http://me:hunter2@127.0.0.1:7070" }');
    const shown = configText(loadDefinition({ text, name: "test.yaml", overrides: [], agents, strategies }));
    expect(shown).toContain("http://***@127.0.0.1:7070");
    expect(shown).not.toContain("hunter2");
  });
});
