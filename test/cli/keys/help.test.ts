import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { agents } from "../../../agents/index.ts";
import { loadDefinition } from "../../../src/app/definition/load.ts";
import { createProgram } from "../../../src/cli/program.ts";
import { daysUntil, findingsText, listText } from "../../../src/cli/keys/text.ts";
import { strategies } from "../../../strategies/index.ts";
import { ROOT } from "../caucus.ts";

const COMMANDS = ["add", "list", "verify", "remove", "export-public"] as const;
const DAY = 86_400_000;

/** What `--help` of a command of `caucus keys` prints, with what stands after the flags. */
function wholeHelp(...path: readonly string[]): string {
  let out = "";
  let command = createProgram({ signal: new AbortController().signal, out: (text) => (out += text), err: () => undefined }, "0.0.0");
  for (const name of path) command = command.commands.find((one) => one.name() === name) ?? command;
  command.configureOutput({ getOutHelpWidth: () => 80 });
  command.outputHelp();
  return out;
}

describe("the help of caucus keys", () => {
  it.each([[], ...COMMANDS.map((name) => [name])])("fits 80 columns: %s", (...path) => {
    const help = wholeHelp("keys", ...path);
    expect(help).toContain("Usage: caucus keys");
    for (const line of help.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it("has --json for every command, and a flag for no secret", () => {
    for (const name of COMMANDS) {
      expect(wholeHelp("keys", name)).toContain("--json");
      expect(wholeHelp("keys", name)).not.toMatch(/--(?:passphrase|secret|password|api-key)\b(?!-fd)/);
    }
  });
});

describe("docs/keys.md", () => {
  it("shows a section of a definition that is valid", () => {
    const [, text = ""] = /```yaml\n([^`]+)```/.exec(readFileSync(join(ROOT, "docs", "keys.md"), "utf8")) ?? [];
    expect(loadDefinition({ text, name: "mine.yaml", overrides: [], agents, strategies }).trade.key).toEqual({ stored: "main", acknowledge: ["any-ip"] });
  });
});

describe("the text of a list of keys", () => {
  it("counts whole days until a key expires", () => {
    expect([null, 10 * DAY, 10 * DAY - 1, 0, -1].map((time) => daysUntil(time, 0))).toEqual([null, 10, 9, 0, -1]);
    const row = (expires: number | null): string => listText([{ id: "one", label: "main", exchange: "binance", account: "main", scope: "trade", state: "active", created: 0, lastUsed: 0, expires, apiKey: "AB..." }], 0).split("\n")[1] ?? "";
    expect([null, DAY * 2, DAY, 1, -1].map((expires) => /1970-01-01 +(.*)$/.exec(row(expires))?.[1])).toEqual(["-", "in 2 days", "in 1 day", "today", "expired 1969-12-31"]);
  });

  it("lets no label move the cursor", () => {
    expect(listText([{ id: "one", label: "a\u001b[2Jb", exchange: "binance", account: "x\ny", scope: "trade", state: "active", created: 0, lastUsed: 0, expires: null, apiKey: "" }], 0)).not.toMatch(/\u001b|x\n/);
  });

  it("puts what is to be done below the rights, within the columns", () => {
    const text = findingsText([{ rule: "margin", name: "margin", field: "enableMargin", said: "yes", ok: false, text: "word ".repeat(40).trim() }, { rule: "ip", name: "known addresses only", field: "ipRestrict", said: "yes", ok: true, text: "" }], 60);
    expect(text).toMatch(/margin +yes +not ok +enableMargin\n/);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
  });
});
