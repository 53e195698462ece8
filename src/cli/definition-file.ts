import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suggestion } from "../app/definition/problems.ts";
import { UserError } from "../core/user-error.ts";

/** The definitions that come with the program. */
const SHIPPED = join(import.meta.dirname, "..", "..", "backtests");

/** A definition's text. `wanted` is a path, or the name of a file in `backtests/` here or of those that come with the program. */
export async function readDefinition(wanted: string): Promise<{ readonly text: string; readonly name: string }> {
  const isPath = /[/\\]|\.ya?ml$/i.test(wanted);
  const candidates = isPath ? [wanted] : [join("backtests", `${wanted}.yaml`), join(SHIPPED, `${wanted}.yaml`)];
  for (const path of candidates) {
    const text = await readFile(path, "utf8").catch((error: unknown) => {
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code === "ENOENT" || code === "ENOTDIR") return null;
      if (code === "EISDIR") throw new UserError(`${path}: this is a folder; give a definition file.`);
      throw error;
    });
    if (text !== null) return { text, name: isPath ? path : join("backtests", `${wanted}.yaml`) };
  }
  if (isPath) throw new UserError(`${wanted}: there is no such file.`);
  const known = [...(await names("backtests")), ...(await names(SHIPPED))];
  throw new UserError(`There is no definition "${wanted}"${suggestion(wanted, [...new Set(known)])}`);
}

async function names(folder: string): Promise<string[]> {
  const entries = await readdir(folder).catch(() => []);
  return entries.filter((one) => one.endsWith(".yaml")).map((one) => one.slice(0, -".yaml".length));
}
