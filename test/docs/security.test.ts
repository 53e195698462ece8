import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../cli/caucus.ts";

const page = readFileSync(join(ROOT, "docs", "security.md"), "utf8");
const proofs = [...page.matchAll(/`(test\/[^`]+\.test\.ts)`: "([^"]+)"/g)].map(([, file = "", name = ""]) => ({ file, name }));

describe("docs/security.md", () => {
  it("has a proof for every door", () => {
    const doors = /## Doors\n([\s\S]*?)\n## /.exec(page)?.[1]?.split("\n").filter((line) => line.startsWith("| ")).slice(2) ?? [];
    expect(doors.length).toBeGreaterThan(20);
    for (const door of doors) expect(door).toMatch(/`test\/[^`]+\.test\.ts`: "[^"]+" \|$/);
  });

  it.each(proofs)("$file has the test '$name'", ({ file, name }) => {
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    const names = [...readFileSync(join(ROOT, file), "utf8").matchAll(/\bit(?:\.\w+\([^\n]*\)|\.each\(\[[\s\S]*?\]\))?\(\s*["'`]([^\n]+)/g)].map(([, text = ""]) => text);
    expect(names.some((text) => text.startsWith(name)), name).toBe(true);
  });

  it("names files of deploy that are there", () => {
    for (const [, file = ""] of page.matchAll(/`(deploy\/[^`]+)`/g)) expect(existsSync(join(ROOT, file)), file).toBe(true);
  });
});
