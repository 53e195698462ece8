import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");
/** Folders whose code a trial's outcome, or the talk about it, depends on; the formats of both are in the last file. */
const DECISIVE = ["agents", "strategies", "src/core", "src/app/backtest", "src/app/definition", "src/app/optimize", "src/adapters/search"];
const FORMATS = "src/app/result.ts";

const manifestSchema = z.looseObject({ version: z.string(), dependencies: z.record(z.string(), z.string()) });

/** The program's version and a hash over the code that decides: two machines with the same one come to the same results, whatever their system. */
export async function workerEngine(): Promise<string> {
  const { version, dependencies } = manifestSchema.parse(JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")));
  const hash = createHash("sha256").update(JSON.stringify(Object.entries(dependencies).toSorted()));
  // Exponentials and logarithms are V8's own.
  hash.update(`v8 ${process.versions.v8.split(".").slice(0, 2).join(".")}\n`);
  for (const path of [...(await filesIn(DECISIVE)), FORMATS]) {
    hash.update(`${path}\n`);
    // A checkout on Windows has other line ends, and is the same code.
    if (path.endsWith(".wasm")) hash.update(await readFile(join(ROOT, path)));
    else hash.update((await readFile(join(ROOT, path), "utf8")).replaceAll("\r\n", "\n"));
  }
  return `${version}+${hash.digest("hex").slice(0, 12)}`;
}

async function filesIn(folders: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(folders.map(async (folder) => (await readdir(join(ROOT, folder), { recursive: true })).map((name) => `${folder}/${name.replaceAll("\\", "/")}`)));
  return lists.flat().filter((path) => /\.(ts|js|wasm)$/.test(path)).toSorted();
}
