import type { Command } from "commander";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JSON_SCHEMAS, WITHOUT_JSON_SCHEMA } from "../../src/cli/json-schemas.ts";
import { createProgram } from "../../src/cli/program.ts";
import { expectOfSchema, printedSchema, ranHere } from "./json-schema.ts";

/** The whole names of all commands of the program that have --json. */
function commandsWithJson(): string[] {
  const shell = { signal: new AbortController().signal, out: () => undefined, err: () => undefined };
  const named = (command: Command, path: readonly string[]): string[] => [
    ...(command.options.some(({ long }) => long === "--json") ? [path.join(" ")] : []),
    ...command.commands.flatMap((child) => named(child, [...path, child.name()])),
  ];
  return named(createProgram(shell, "0.0.0"), []);
}

let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "caucus-schema-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command with --json, and expects that what it prints is as its schema says. */
async function expectFits(command: string, ...args: readonly string[]): Promise<void> {
  const { code, out, err } = await ranHere([...command.split(" "), ...args, "--json"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  await expectOfSchema(command, out);
}

describe("caucus schema", () => {
  it("has a schema of every command with --json, or a reason why not, and of nothing else", () => {
    const commands = commandsWithJson();
    expect(commands).toContain("ledger verify");
    expect([...JSON_SCHEMAS.keys(), ...WITHOUT_JSON_SCHEMA.keys()].toSorted()).toEqual(commands.toSorted());
    for (const why of WITHOUT_JSON_SCHEMA.values()) expect(why).toMatch(/^.{20,}[^.]$/);
  });

  it.each([...JSON_SCHEMAS.keys()])("prints that of %s, which takes no other thing for it", async (command) => {
    const schema = await printedSchema(command);
    for (const other of [null, [], {}, { "of another command": 1 }]) expect(schema.safeParse(other).success).toBe(false);
  });

  it("names all of them in its help", async () => {
    const { code, out } = await ranHere(["schema", "--help"]);
    expect(code).toBe(0);
    const text = out.replaceAll(/\s+/g, " ");
    const [, list = ""] = /Commands: (.*) Without a schema:/.exec(text) ?? [];
    expect(list.split(", ")).toEqual([...JSON_SCHEMAS.keys()]);
    for (const [name, why] of WITHOUT_JSON_SCHEMA) expect(text).toContain(`${name}: ${why}`);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each([
    ["worker", /^caucus: schema worker: there is none: it has no result/],
    ["portfolios", /^caucus: schema portfolios: there is no such command with --json; did you mean "portfolio"/],
    ["egress", /^caucus: schema egress: there is no such command with --json/],
  ])("refuses %s with exit code 2", async (command, words) => {
    const { code, out, err } = await ranHere(["schema", command]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(words);
  });
});

describe("flatten --json", () => {
  it("asks nobody: without --yes it is refused, and prints no text where JSON is expected", async () => {
    const { code, out, err } = await ranHere(["flatten", "--json", "--state", folder]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toBe("caucus: flatten --json: it sells everything that the bot holds. Add --yes to do it.\n");
  });
});

describe("what is printed with --json is of the schema that is printed", () => {
  it.each(["1,1,1,1,1,1,1", "2,3,2,2,3,2,3", "3,4,3,2,4,3,3", "4,4,4,4,4,4,4", "5,5,5,5,5,5,5"])("profile with the answers %s", async (answers) => expectFits("profile", "--answers", answers));

  it("hosts of two modes", async () => {
    await expectFits("hosts");
    await expectFits("hosts", "--mode", "live");
  });

  it.each(["agents", "strategies", "definition"])("%s", async (command) => expectFits(command));

  it("rank, with one left out", async () =>
    expectFits("rank", "--symbols", "BTC/USDT,ETH/USDT,SOL/USDT", "--candles", "synthetic:mix?days=60&timeframe=1h", "--set", "markets.filters.blacklist=[SOL/USDT]"));

  it("optimize-portfolio", async () =>
    expectFits("optimize-portfolio", "--symbol", "BTC/USDT,ETH/USDT", "--candles", "synthetic:mix?days=60&timeframe=1h", "--draws", "20", "--points", "3"));

  it("data export, import, list and check", async () => {
    const store = ["--data-dir", join(folder, "data")];
    const file = join(folder, "range.csv");
    await expectFits("data list", ...store);
    await expectFits("data export", "--candles", "synthetic:range?days=2", "--symbol", "BTC/USDT", "--out", file);
    await expectFits("data import", file, "--symbol", "BTC/USDT", ...store);
    await expectFits("data list", ...store);
    await expectFits("data check", ...store);
  });
});
