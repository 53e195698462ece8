import { readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { caucus, ROOT } from "../cli/caucus.ts";

it("shows in the README how what `npm start` prints begins and ends", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "caucus-readme-"));
  const { out } = await caucus(["run", "--log", "text"], { cwd });
  const [, head = "", tail = ""] = /\n```\n(REPLAY[^`]*)\n\.\.\.\n([^`]*)```\n/.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? [];
  expect(head.split("\n").length).toBeGreaterThan(15);
  expect(out.startsWith(`${head}\n`), `begins otherwise:\n${out.slice(0, head.length)}`).toBe(true);
  expect(out.endsWith(`\n${tail}`), `ends otherwise:\n${out.slice(-tail.length)}`).toBe(true);
});
