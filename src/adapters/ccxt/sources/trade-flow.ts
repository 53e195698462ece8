import { z } from "zod";

/** How far back trades count, milliseconds. */
export const FLOW_WINDOW = 300_000;
/** How far the exchange's clock may be ahead of ours, milliseconds. */
const AHEAD = 60_000;

const tradesSchema = z
  .array(z.object({ timestamp: z.number().int().positive(), side: z.enum(["buy", "sell"]), amount: z.number().nonnegative().max(1e15) }))
  .max(10_000);

/**
 * Buyers against sellers, -1 to 1: signed volume over all volume of the trades of the last five minutes, signed by who
 * would not wait (trade imbalance in Cont, Kukanov and Stoikov, 2014). Null without trades; a sentence's end when the answer is no list of trades.
 */
export function tradeFlow(raw: unknown, now: number): number | null | string {
  const parsed = tradesSchema.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `malformed trades (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`;
  }
  if (parsed.data.some(({ timestamp }) => timestamp > now + AHEAD)) return "trades of the future";
  const recent = parsed.data.filter(({ timestamp }) => timestamp > now - FLOW_WINDOW);
  const all = recent.reduce((sum, { amount }) => sum + amount, 0);
  const signed = recent.reduce((sum, { side, amount }) => sum + (side === "buy" ? amount : -amount), 0);
  return all > 0 ? signed / all : null;
}
