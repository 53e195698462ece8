import { z } from "zod";
import type { DesiredOrder, Side } from "./order.ts";

/** Changes parameters of a strategy from now on: they merge over those in force, null puts one back to its default. */
export const paramsInstruction = z.strictObject({ do: z.literal("params"), params: z.record(z.string(), z.json()) });
export type ParamsInstruction = z.infer<typeof paramsInstruction>;

/** Prices in quote at which something waits to be done. */
export interface Trigger {
  readonly below?: number;
  readonly above?: number;
}

/** An order that a person gave and that is not done. Quantity in base, worth in quote, times epoch milliseconds. */
export interface PendingInstruction {
  readonly id: number;
  readonly side: Side;
  readonly quantity: number | null;
  readonly worth: number | null;
  /** Quote; null at the market. */
  readonly limit: number | null;
  readonly when: Trigger | null;
  readonly given: number;
  readonly lapses: number;
  /** Of the order that came of it; null while it waits for its price. */
  readonly key: string | null;
}

/** What became of an instruction: why it was not taken, a sentence, or that it is in force. */
export type Taken = { readonly refused: string } | { readonly refused: null };

/** What an instruction would come to: the orders that would rest, the strategy's levels, its warnings, its parameters. */
export interface Foreseen {
  readonly desired: readonly DesiredOrder[];
  readonly ladder: readonly number[];
  readonly warnings: readonly string[];
  readonly params: Readonly<Record<string, unknown>>;
  readonly pending: readonly PendingInstruction[];
}

/** The side of a running strategy that takes instructions of its owner. Times epoch milliseconds. */
export interface Instructable {
  /** Checks an instruction and folds it. */
  take(instruction: unknown, time: number): Taken;
  /** What it would come to at a price (quote), or why it would be refused; nothing is changed. */
  foresee(instruction: unknown, time: number, price: number): Foreseen | string;
  /** What is not done yet, oldest first. */
  pending(): readonly PendingInstruction[];
  /** The number of the next order that a person gives. */
  nextId(): number;
  /** The parameters in force. */
  params(): Readonly<Record<string, unknown>>;
}

/** Parameters with others merged over them; null takes one away. */
export function mergeParams(present: unknown, changes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...(isRecord(present) ? present : {}), ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null && value !== undefined));
}

/** Whether something is a plain object of keys and values. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is wrong with a value, as one sentence. */
export function complaint(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join(".")}: ${message}` : message)).join("; ");
}
