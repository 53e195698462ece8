import { share } from "./numbers.ts";

const CELLS = 16;

/** A bar of blocks for fixed width, with the share in percent behind it; 0..1, null while nobody can tell. */
export function progressBar(done: number | null): string {
  if (done === null) return "░".repeat(CELLS);
  const within = Math.min(1, Math.max(0, done));
  const full = Math.floor(within * CELLS);
  return `${"█".repeat(full)}${"░".repeat(CELLS - full)} ${share(within, 0)}`;
}
