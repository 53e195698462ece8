import { existsSync } from "node:fs";
import { join } from "node:path";

/** Path of a file of recorded market data beside the checkout, or null where it is not there. */
export function sharedData(...parts: string[]): string | null {
  const path = join(import.meta.dirname, "..", "..", "shared", "data", ...parts);
  return existsSync(path) ? path : null;
}
