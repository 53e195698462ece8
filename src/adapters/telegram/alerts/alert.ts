import { z } from "zod";

const positive = z.number().positive();
const symbol = z.string().min(1);

/** What somebody wants to be told of. Prices in quote, shares as fractions. */
export const alertSchema = z.discriminatedUnion("type", [
  /** The price reaches one of two; `moved` when they were given as a way from a price. */
  z.object({ type: z.literal("price"), symbol, above: positive.nullable(), below: positive.nullable(), moved: z.object({ fraction: positive, from: positive }).nullable() }),
  /** The price touches a support or resistance of the council. */
  z.object({ type: z.literal("level"), symbol, every: z.boolean() }),
  /** The stance changes, or a vote its sign. */
  z.object({ type: z.literal("vote"), symbol, every: z.boolean() }),
  /** The account is so far under its highest equity. */
  z.object({ type: z.literal("drawdown"), fraction: positive }),
]);
export type Alert = z.infer<typeof alertSchema>;

/** What a symbol can be typed as: its base, where no other symbol has the same. */
export function shortName(of: string, symbols: readonly string[]): string {
  const base = of.split("/")[0] ?? of;
  return (symbols.filter((one) => one.split("/")[0] === base).length > 1 ? of : base).toLowerCase();
}
