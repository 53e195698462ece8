import { expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { strategies } from "../../../strategies/index.ts";

it("an unknown key of a list's entry is told with those that are known there", () => {
  const text = "portfolio:\n  byHand:\n    - { asset: BTC, quantity: 1, symbol: BTC }\n";
  expect(() => loadDefinition({ text, name: "mine.yaml", overrides: [], agents, strategies })).toThrow(/mine\.yaml:3:.*portfolio\.byHand\.0\.symbol: unknown key; known are .*quantity/);
});
