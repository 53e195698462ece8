import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { caucus, ROOT } from "./caucus.ts";

it("keeps what was compiled of the program beside the packages, and says the same from there as without", async () => {
  const plain = await caucus(["agents"], { env: { NODE_DISABLE_COMPILE_CACHE: "1" } });
  const first = await caucus(["agents"]);
  const kept = join(ROOT, "node_modules", ".cache", "caucus");
  expect(readdirSync(kept).flatMap((one) => readdirSync(join(kept, one))).length).toBeGreaterThan(100);
  expect(await caucus(["agents"])).toEqual(first);
  expect(first).toEqual(plain);
  expect(plain.code).toBe(0);
});
