import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { z } from "zod";
import { UserError } from "../core/user-error.ts";
import type { Engine } from "./engine/model.ts";

/** Calls that change an exchange: it is a function of its plan and of these, in order. */
const CHANGES = ["advance", "place", "cancel", "cancelAll", "transfer", "expireOrders", "setFilters", "setHalted", "setRevoked"] as const;
type Change = (typeof CHANGES)[number];

const lineSchema = z.tuple([z.enum(CHANGES), z.array(z.unknown())]);
const headSchema = z.strictObject({ exchange: z.literal(1), plan: z.string() });

/**
 * An exchange that survives its process: every change is appended to a file before it is made, and a new process with
 * the same plan makes them again. `plan` is a text that stands for the plan (its hash); another plan is refused.
 */
export function recordEngine(engine: Engine, path: string, plan: string): Engine & { readonly closeRecord: () => void } {
  const known = existsSync(path);
  const file = openSync(path, known ? "r+" : "w+", 0o600);
  let length = known ? restore(engine, path, plan) : 0;
  // A line that was being written when the process died was never carried out.
  ftruncateSync(file, length);
  /** Where the last line begins when it only lets time go by, and its length; bytes. */
  let passing: { readonly at: number; readonly bytes: number } | null = null;
  const append = (value: unknown, passes = false): void => {
    const line = Buffer.from(`${JSON.stringify(value)}\n`);
    // Time that goes by twice is time that goes by once: a clock that beats fifty times a second would fill the disk.
    const at: number = passes && passing?.bytes === line.length ? passing.at : length;
    writeSync(file, line, 0, line.length, at);
    length = at + line.length;
    passing = passes ? { at, bytes: line.length } : null;
  };
  if (length === 0) append({ exchange: 1, plan });
  const recorded = Object.create(engine, Object.getOwnPropertyDescriptors({ closeRecord: () => closeSync(file) })) as Engine & { readonly closeRecord: () => void };
  for (const name of CHANGES) {
    const change = engine[name].bind(engine) as (...args: unknown[]) => unknown;
    Object.defineProperty(recorded, name, {
      value: (...args: unknown[]) => {
        const passes = name === "advance" && args[1] !== true;
        append([name, passes ? [Math.min(engine.end, Math.floor(Number(args[0])))] : args], passes);
        return change(...args);
      },
    });
  }
  return recorded;
}

/** Makes the recorded changes again; returns the length of what was read whole, bytes. */
function restore(engine: Engine, path: string, plan: string): number {
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").slice(0, -1);
  const [first, ...changes] = lines;
  if (first === undefined) return 0;
  const head = headSchema.safeParse(parsed(first));
  if (!head.success) throw new UserError(`${path}:1: this is no record of an exchange. Move it away, or give another folder with --state.`);
  if (head.data.plan !== plan) throw new UserError(`${path}: this exchange was begun with other markets or balances. Give the same ones, or another folder with --state.`);
  changes.forEach((line, i) => {
    const entry = lineSchema.safeParse(parsed(line));
    if (!entry.success) throw new UserError(`${path}:${i + 2}: this is no change of an exchange. The record is damaged; begin another with --state.`);
    const [name, args] = entry.data;
    (engine[name as Change] as (...args: unknown[]) => unknown)(...args);
  });
  return Buffer.byteLength(whole);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
