import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..", "..");
/** What a backtest's result depends on besides its definition and data. */
const FOLDERS = ["agents", "strategies", join("src", "core"), join("src", "app", "backtest"), join("src", "app", "definition")];

/** Hash of the code that runs a backtest: an outcome that other code gave (an older version, an agent before it was edited) is not taken for this one's. */
export function engineHash(root = ROOT): string {
  const hash = createHash("sha256");
  // The libraries that indicators and schemas come from are pinned there.
  const manifest = join(root, "package.json");
  if (existsSync(manifest)) hash.update(readFileSync(manifest));
  for (const folder of FOLDERS) {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter((file) => /\.(ts|js|wasm)$/.test(file));
    for (const file of files.toSorted()) {
      hash.update(`${folder} ${file}\n`);
      hash.update(readFileSync(join(root, folder, file)));
    }
  }
  return hash.digest("hex");
}
