import { Option } from "commander";
import type { Egress } from "../ports/egress.ts";

/** Exit codes: done, a run that failed, bad usage, stopped by the person. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Thrown when Ctrl-C ended the work; nothing half-written is left. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** What commands share with the program around them. */
export interface Shell {
  /** Set when the person asks to stop. */
  readonly signal: AbortSignal;
  out(text: string): void;
  err(text: string): void;
  /** The list of hosts that this process may reach; absent where nothing stands before them. */
  readonly egress?: Egress;
}

/** The flag that every command with a result has. */
export function jsonOption(): Option {
  return new Option("--json", "print one JSON object and nothing else");
}
