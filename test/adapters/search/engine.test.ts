import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { engineHash } from "../../../src/adapters/search/engine.ts";

describe("the hash of the code", () => {
  it("is the same for the same code and another when an agent is edited", async () => {
    const root = await mkdtemp(join(tmpdir(), "caucus-engine-"));
    for (const folder of ["agents", "strategies", "src/core", "src/app/backtest", "src/app/definition"]) await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, "agents", "mine.ts"), "export const threshold = 1;");
    const before = engineHash(root);
    expect(engineHash(root)).toBe(before);
    await writeFile(join(root, "agents", "mine.ts"), "export const threshold = 2;");
    expect(engineHash(root)).not.toBe(before);
    await rm(root, { recursive: true });
    expect(engineHash()).toMatch(/^[0-9a-f]{64}$/);
  });
});
