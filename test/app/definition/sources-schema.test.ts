import { describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { parseSet } from "../../../src/app/definition/document.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import type { Definition } from "../../../src/app/definition/schema.ts";
import { SOURCE_NAMES } from "../../../src/app/definition/sources-schema.ts";
import { strategies } from "../../../strategies/index.ts";

const load = (text: string, ...set: string[]): Definition => loadDefinition({ text, name: "my.yaml", overrides: set.map(parseSet), agents, strategies });
const council = (definition: Definition): string[] => Object.keys(definition.agents).toSorted();
const QUIET = agents.flatMap(({ name, needs }) => (needs === undefined ? [name] : []));
const LISTENING = [...QUIET, "sentiment"].toSorted();

describe("the sources of a definition", () => {
  it("are none unless it says so, and then nobody in the council looks for them", () => {
    expect(load("").sources).toBeUndefined();
    for (const text of ["", "sources: none", "sources: {}", "sources: []"]) expect(council(load(text))).toEqual(QUIET);
    expect(council(load("", "agents.momentum.trend=40"))).toEqual(QUIET);
  });

  it("bring the sentiment agent into a council that nobody named, and only into that", () => {
    expect(council(load("sources: [fear-greed]"))).toEqual(LISTENING);
    expect(council(load("sources:\n  headlines:\n"))).toEqual(LISTENING);
    expect(council(load("sources: [fear-greed]", "agents.momentum.trend=40"))).toEqual(LISTENING);
    expect(council(load("", "sources.funding.exchange=okx"))).toEqual(LISTENING);
    expect(council(load("sources: [fear-greed]\nagents: [momentum]"))).toEqual(["momentum"]);
    expect(council(load("agents: [sentiment]"))).toEqual(["sentiment"]);
    expect(council(load("sources: [fear-greed]\nagents: none"))).toEqual([]);
  });

  it("never bring the order-flow agent into a council that did not name it", () => {
    expect(council(load("sources: [order-flow]"))).not.toContain("order-flow");
    expect(load("sources: {order-flow: {}}").sources).toEqual({ "order-flow": { exchange: "binance" } });
    expect(council(load("sources: {order-flow: {}}\nagents: [momentum, order-flow]"))).toEqual(["momentum", "order-flow"]);
  });

  it("may be written as a list or with settings, all of them", () => {
    expect(load(`sources: [${SOURCE_NAMES.join(", ")}]`).sources).toEqual(Object.fromEntries(SOURCE_NAMES.map((name) => [name, ["funding", "open-interest", "long-short", "order-flow"].includes(name) ? { exchange: "binance" } : {}])));
    const text = "sources:\n  headlines:\n    feeds: [https://news.test/rss]\n    every: 10m\n  fear-greed: {url: http://127.0.0.1:8080}\n";
    expect(load(text).sources).toEqual({ headlines: { feeds: ["https://news.test/rss"], every: "10m" }, "fear-greed": { url: "http://127.0.0.1:8080" } });
  });

  it.each([
    ["sources: [fear-gred]", /my\.yaml:1:1: sources\.fear-gred: .*fear-greed/],
    ["sources:\n  headlines:\n    feeds: [ftp://news.test/rss]", /sources\.headlines\.feeds\.0: /],
    ["sources:\n  headlines:\n    feeds: []", /sources\.headlines\.feeds: /],
    ["sources:\n  headlines:\n    every: 5s", /sources\.headlines\.every: must be a time of a minute or more/],
    ["sources:\n  funding:\n    exchange: kraken", /sources\.funding\.exchange: /],
    ["sources:\n  order-flow:\n    exchange: gate", /sources\.order-flow\.exchange: /],
    ["sources:\n  cryptopanic:\n    key: abc", /sources\.cryptopanic\.key: /],
  ])("refuses %j with the place", (text, says) => {
    expect(() => load(text)).toThrow(says);
  });
});
