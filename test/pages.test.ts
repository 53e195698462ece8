import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { agents } from "../agents/index.ts";
import { createMetrics } from "../src/adapters/http/metrics.ts";
import { loadDefinition } from "../src/app/definition/load.ts";
import { FAULTS } from "../src/exchange/faults/catalogue.ts";
import { wsActionSchema } from "../src/exchange/stream/action.ts";
import { strategies } from "../strategies/index.ts";
import { ROOT } from "./cli/caucus.ts";
import { helpOf } from "./cli/help.ts";

const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), "utf8");
const blocks = (page: string, language: string): string[] => [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, text = ""]) => text);
const quoted = (text: string): string[] => [...text.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);

describe.each(["exchange.md", "live.md"])("docs/%s", (name) => {
  const page = read("docs", name);

  it("shows commands that the program has, with flags that they have", () => {
    const commands = [...page.matchAll(/(?:^|`)caucus ([a-z]+)(?: ([a-z]+)\b(?!\.))?([^`\n]*)/gm)];
    expect(commands.length).toBeGreaterThan(4);
    const helps = new Map<string, string>();
    for (const [, command = "", sub = "", rest = ""] of commands) {
      const path = command === "ledger" ? [command, sub] : [command];
      const key = path.join(" ");
      if (!helps.has(key)) helps.set(key, helpOf(path));
      expect(helps.get(key), key).toMatch(/^Usage: caucus/);
      for (const [flag] of rest.matchAll(/--[a-z-]+/g)) expect(helps.get(key), `${key} ${flag}`).toContain(flag);
    }
  });

  it("shows definitions that are valid", () => {
    for (const text of blocks(page, "yaml")) {
      expect(parse(text)).not.toBe(null);
      expect(loadDefinition({ text, name: "my.yaml", overrides: [], agents, strategies }).trade.mode).toBe("live");
    }
  });
});

describe("docs/exchange.md", () => {
  const page = read("docs", "exchange.md");

  it("names every fault, every action on streams and every route of the control API, and no others", () => {
    const table = (after: string): string[] => {
      const rows = page.slice(page.indexOf(after)).split("\n").slice(1);
      const first = rows.findIndex((row) => row.startsWith("| --- |")) + 1;
      return rows.slice(first, rows.findIndex((row, i) => i >= first && !row.startsWith("|"))).flatMap((row) => quoted(row.split("|")[1] ?? ""));
    };
    expect(table("| name | what happens").toSorted()).toEqual(Object.keys(FAULTS).toSorted());
    expect(table("Streams: `{").toSorted()).toEqual([...wsActionSchema.shape.action.options].toSorted());
    const source = read("src", "exchange", "control", "routes.ts");
    const routes = [...source.matchAll(/app\.(?:get|delete)\("(\/control\/[a-z-]+)"/g), ...source.matchAll(/post\("([a-z-]+)"/g)].map(([, path = ""]) => (path.startsWith("/") ? path : `/control/${path}`));
    expect([...new Set(table("| request | body"))].toSorted()).toEqual([...new Set(routes)].toSorted());
  });

  it("has every flag of the command with its default", () => {
    const flags = [...helpOf(["exchange"]).matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, flag]) => flag);
    expect(flags.length).toBeGreaterThan(10);
    for (const flag of flags) expect(page).toContain(`\`${flag ?? ""}\``);
  });
});

describe("docs/live.md", () => {
  it("names every metric of the bot", () => {
    const { registry } = createMetrics(() => ({ healthy: true, equity: 0, cash: 0, openOrders: 0, unknownOrders: 0, symbols: [] }), () => 0);
    const own = registry.getMetricsAsArray().map(({ name }) => name).filter((name) => name.startsWith("caucus_"));
    expect(own.length).toBeGreaterThan(10);
    const named = quoted(read("docs", "live.md")).filter((name) => /^caucus_[a-z_]+$/.test(name));
    expect([...new Set(named)].toSorted()).toEqual(own.toSorted());
  });
});
