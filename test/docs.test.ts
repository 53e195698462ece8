import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { agents } from "../agents/index.ts";
import { loadDefinition } from "../src/app/definition/load.ts";
import { definitionPage } from "../src/cli/definition-reference.ts";
import { strategies } from "../strategies/index.ts";
import { caucus, ROOT } from "./cli/caucus.ts";
import { helpOf } from "./cli/help.ts";

const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), "utf8");
const pages = ["README.md", "CHANGELOG.md", ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).filter((one) => one.endsWith(".md")).map((one) => join("docs", one))];

describe("the documentation", () => {
  it("has every key of a definition (renew it with: npm run -s caucus -- definition --markdown > docs/definition.md)", () => {
    expect(read("docs", "definition.md")).toBe(definitionPage());
  });

  it("gives a reason for every direct dependency, and names none that is not there", () => {
    const manifest = z.looseObject({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()), optionalDependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json")));
    const direct = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap((group) => Object.keys(group));
    const explained = [...read("docs", "dependencies.md").matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
    expect(explained.toSorted()).toEqual(direct.toSorted());
    for (const version of [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap((group) => Object.values(group))) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each(pages)("%s links only to files that are there", (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? "").filter((link) => !/^[a-z]+:/.test(link));
    for (const link of links) expect(existsSync(join(ROOT, dirname(page), link)), link).toBe(true);
  });

  it.each(readdirSync(join(ROOT, "backtests")).filter((one) => one.endsWith(".yaml")))("backtests/%s is a valid definition that says what it is for", (file) => {
    const text = read("backtests", file);
    expect(text).toMatch(/^# /);
    expect(loadDefinition({ text, name: file, overrides: [], agents, strategies }).name).toBe(file.replace(".yaml", ""));
  });

  it("shows in the README what a backtest prints", async () => {
    const cwd = await mkdtemp(join(tmpdir(), "caucus-readme-"));
    const { out } = await caucus(["backtest"], { cwd });
    expect(read("README.md")).toContain(`\n\`\`\`\n${out}\`\`\`\n`);
  });

  it("shows commands in the README that the program has, with flags that it has", () => {
    const commands = [...read("README.md").matchAll(/^npm run -s caucus -- ([a-z-]+)(?: ([a-z]+))?(.*(?:\\\n.*)*)$/gm)];
    expect(commands.length).toBeGreaterThan(5);
    const helps = new Map<string, string>();
    for (const [, command = "", sub = "", rest = ""] of commands) {
      const path = command === "data" || command === "ledger" ? [command, sub] : [command];
      const name = path.join(" ");
      if (!helps.has(name)) helps.set(name, helpOf(path));
      expect(helps.get(name)).toMatch(/^Usage: caucus/);
      for (const [flag] of rest.matchAll(/--[a-z-]+/g)) expect(helps.get(name), `${name} ${flag}`).toContain(flag);
    }
  });
});
